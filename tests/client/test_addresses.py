"""Paths and names of endpoints, made of those of an OpenAPI document."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.client.addresses import Unsuitable, address_of, name_of
from letterbox.ids import looks_like_an_id
from tests.faults.server import TOP

SCHEMAS = Path(TOP) / "openapi" / "schemas"
PATH = re.compile(
    yaml.safe_load((SCHEMAS / "endpoint.yaml").read_text())["NewEndpoint"]["properties"]["path"]["pattern"]
)
NAME = re.compile(yaml.safe_load((SCHEMAS / "name.yaml").read_text())["Name"]["pattern"])


@pytest.mark.parametrize(
    ("path", "ours", "parameters"),
    [
        ("/pets", "/pets", {}),
        ("/pets/", "/pets", {}),
        ("/pets/{pet_id}/photos", "/pets/{pet_id}/photos", {"pet_id": "pet_id"}),
        ("/pets/{pet-id}", "/pets/{pet_id}", {"pet-id": "pet_id"}),
        ("/pets/{2nd}", "/pets/{_2nd}", {"2nd": "_2nd"}),
        ("/{a-b}/{a.b}", "/{a_b}/{a_b_2}", {"a-b": "a_b", "a.b": "a_b_2"}),
        ("/{}", "/{parameter}", {"": "parameter"}),
    ],
)
def test_a_path_becomes_one_of_ours(path: str, ours: str, parameters: dict[str, str]) -> None:
    assert address_of(path) == (ours, parameters)


def test_a_prefix_stands_in_front() -> None:
    assert address_of("/pets", "/shop/v1").path == "/shop/v1/pets"


@pytest.mark.parametrize("path", ["/", "/a//b", "/a b", "/a%20b", "/a?b=c", "/é", "/a/../b", "/{a", "/" + "a" * 512])
def test_a_path_that_no_endpoint_can_have_is_refused(path: str) -> None:
    with pytest.raises(Unsuitable):
        address_of(path)


@pytest.mark.parametrize("segment", ["{name}.json", "@{user}", "{from}...{to}", "{a}{b}"])
def test_a_segment_that_is_more_than_a_parameter_is_refused(segment: str) -> None:
    with pytest.raises(Unsuitable, match=r"a whole segment, and .* is more"):
        address_of(f"/files/{segment}")


@settings(derandomize=True, deadline=None)
@given(some.text(alphabet="/ab{}.-_0é%", max_size=30))
def test_whatever_a_path_is_it_is_refused_or_one_of_ours(path: str) -> None:
    with contextlib.suppress(Unsuitable):
        assert PATH.fullmatch(address_of(path).path)


@pytest.mark.parametrize(
    ("operation_id", "name"),
    [
        ("listPets", "list-pets"),
        ("list_pets", "list_pets"),
        ("ListPets", "list-pets"),
        ("pets/list", "pets-list"),
        ("req_pets", "endpoint-req_pets"),
        ("読む", "endpoint"),
        (None, "get-pets-pet_id"),
    ],
)
def test_a_name_is_made_of_what_the_document_has(operation_id: str | None, name: str) -> None:
    assert name_of(operation_id, "get", "/pets/{pet_id}", set()) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    taken = {"list-pets"}
    assert [name_of("listPets", "get", "/pets", taken) for _ in range(2)] == ["list-pets-2", "list-pets-3"]


@settings(derandomize=True, deadline=None)
@given(some.text(max_size=200))
def test_whatever_an_operation_is_called_its_name_is_valid(operation_id: str) -> None:
    name = name_of(operation_id, "get", "/", {"list-pets"})
    assert NAME.fullmatch(name)
    assert not looks_like_an_id(name)
