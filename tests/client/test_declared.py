"""A file of endpoints: what is refused before anything is called, and where secrets come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from letterbox.client.declared import Declared, read_file
from letterbox.client.documents import BadFile

SECRET = "a-secret-that-nobody-may-see"
VARIABLES = {"GITHUB_SECRET": SECRET, "EMPTY": ""}


def read_all(folder: Path, *endpoints: Any) -> list[Declared]:
    file = folder / "endpoints.yaml"
    file.write_bytes(orjson.dumps({"endpoints": endpoints}))
    return read_file(file, VARIABLES)


def read_one(folder: Path, **more: Any) -> Declared:
    return read_all(folder, {"name": "hub", "path": "/hub", **more})[0]


def refusal_of(folder: Path, *endpoints: Any) -> str:
    with pytest.raises(BadFile) as refusal:
        read_all(folder, *endpoints)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def verified_by(*secrets: Any) -> dict[str, Any]:
    return {"name": "hub", "path": "/hub", "verification": {"scheme": "github", "secrets": secrets}}


@pytest.mark.parametrize("secret", [SECRET, {"secret": SECRET}, {"secret": SECRET, "env": "GITHUB_SECRET"}])
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, secret: Any) -> None:
    refusal = refusal_of(tmp_path, verified_by({"env": "GITHUB_SECRET"}, secret))
    assert "endpoints[0] (hub).verification.secrets[1]: a secret must not stand in the file" in refusal
    assert SECRET not in refusal


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    one = read_all(tmp_path, verified_by({"env": "GITHUB_SECRET", "expires_at": "2030-01-31T12:00:00Z"}))[0]
    sent = one.sent()["verification"]["secrets"]
    assert sent == [{"secret": SECRET, "expires_at": "2030-01-31T12:00:00Z"}]


def test_a_secret_comes_from_a_file_beside_this_one(tmp_path: Path) -> None:
    (tmp_path / "hub-secret").write_text(f"{SECRET}\n")
    sent = read_all(tmp_path, verified_by({"file": "hub-secret"}))[0].sent()
    assert sent["verification"]["secrets"] == [{"secret": SECRET, "expires_at": None}]


def test_a_secret_that_is_there_is_kept_by_its_id(tmp_path: Path) -> None:
    sent = read_all(tmp_path, verified_by({"id": "sec_1"}))[0].sent()
    assert sent["verification"]["secrets"] == [{"id": "sec_1", "expires_at": None}]


def test_a_secret_is_not_part_of_how_an_endpoint_prints(tmp_path: Path) -> None:
    assert SECRET not in repr(read_all(tmp_path, verified_by({"env": "GITHUB_SECRET"})))


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ({"env": "NOT_SET"}, "the variable NOT_SET is not set"),
        ({"env": "EMPTY"}, "the variable EMPTY is not set"),
        ({"file": "absent"}, "absent cannot be read"),
        ({"file": "empty"}, "empty is empty"),
        ({"file": "a", "env": "GITHUB_SECRET"}, "a secret is {env: NAME}"),
        ({"enw": "GITHUB_SECRET"}, "a secret is {env: NAME}"),
        ({"env": "GITHUB_SECRET", "ends": "2030-01-31"}, "a secret is {env: NAME}"),
        ({"env": 1}, "a secret is {env: NAME}"),
        ({"env": "GITHUB_SECRET", "expires_at": "soon"}, "expires_at is a time such as"),
        ({"env": "GITHUB_SECRET", "expires_at": 5}, "expires_at is a time such as"),
    ],
)
def test_a_reference_that_leads_to_no_secret_is_refused(tmp_path: Path, reference: Any, says: str) -> None:
    (tmp_path / "empty").write_text("\n")
    assert says in refusal_of(tmp_path, verified_by(reference))


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        ("hub", "an endpoint is an object with a `name` and a `path`"),
        ({"name": "hub"}, "an endpoint is an object with a `name` and a `path`"),
        ({"path": "/hub"}, "an endpoint is an object with a `name` and a `path`"),
        ({"name": 1, "path": "/hub"}, "an endpoint is an object with a `name` and a `path`"),
        ({"name": "../keys", "path": "/hub"}, "/name: A name is lower-case letters"),
        ({"name": "ep_hub", "path": "/hub"}, "/name: A name must not begin like an id"),
        ({"name": "hub", "path": "/hub", "metods": []}, "there is no `metods`; did you mean `methods`?"),
        ({"name": "hub", "path": "/hub", "id": "ep_1"}, "there is no `id`; it takes allow_from,"),
        ({"name": "hub", "path": "/hub", "cors": []}, "`cors` is an object"),
        ({"name": "hub", "path": "/hub", "verification": {}}, "it has a `scheme`"),
        ({"name": "hub", "path": "/hub", "contract": []}, "it is an object"),
        ({"name": "hub", "path": "/hub", "contract": {"bodi": {}}}, "there is no `bodi`; did you mean `body`?"),
        ({"name": "hub", "path": "/hub", "contract": {"openapi": "3.1.0"}}, "let `letterbox import` make endpoints"),
        ({"name": "hub", "path": "/hub", "contract": {"$file": "absent"}}, "absent: cannot be read"),
    ],
)
def test_what_is_no_endpoint_is_refused_with_its_place(tmp_path: Path, endpoint: Any, says: str) -> None:
    assert says in refusal_of(tmp_path, endpoint)


@pytest.mark.parametrize("content", ["", "[]", "endpoints: {}", "endpoint: []", "endpoints: []\nendpoint: []"])
def test_a_file_without_a_list_of_endpoints_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "it.yaml").write_text(content)
    with pytest.raises(BadFile, match="endpoints"):
        read_file(tmp_path / "it.yaml", {})


def test_two_endpoints_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = {"name": "hub", "path": "/a"}, {"name": "hub", "path": "/b"}
    assert refusal_of(tmp_path, *twice).endswith("two endpoints are named hub")


def test_a_contract_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "contract.json").write_text('{"media_types": ["application/json"]}')
    contract = read_one(tmp_path, contract={"$file": "contract.json"}).contract
    assert contract is not None
    assert contract.offered == {"media_types": ["application/json"]}


@pytest.mark.parametrize("contract", [{}, {"contract": None}])
def test_without_a_contract_there_is_none(tmp_path: Path, contract: dict[str, Any]) -> None:
    assert read_one(tmp_path, **contract).contract is None
