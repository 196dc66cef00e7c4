"""An example in the specification can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from letterbox.binding.operations import Operation

Check = Any


@pytest.fixture(scope="module")
def broken(document: dict[str, Any]) -> Check:
    """What an example breaks of the schema at a JSON Pointer."""
    registry: Registry[Any] = Registry().with_resource("urn:specification", DRAFT4.create_resource(document))

    def broken(example: Any, pointer: str) -> list[str]:
        schema = {"$ref": f"urn:specification#{quote(pointer)}"}
        validator = OAS30Validator(schema, registry=registry, format_checker=oas30_format_checker)
        return [f"{pointer}: {error.message}" for error in validator.iter_errors(example)]

    return broken


def test_every_schema_has_an_example_that_it_accepts(document: dict[str, Any], broken: Check) -> None:
    schemas = document["components"]["schemas"]
    assert [
        error for name in schemas for error in broken(schemas[name]["example"], f"/components/schemas/{name}")
    ] == []


def test_every_example_beside_a_schema_fits_it(document: dict[str, Any], broken: Check) -> None:
    found = list(_examples(document))
    assert len(found) > 40
    assert [error for pointer, example in found for error in broken(example, pointer)] == []


def test_every_body_that_is_sent_has_an_example(operations: list[Operation]) -> None:
    contents = {operation.id: operation.body.get("content", {}) for operation in operations}
    media_types = [(name, media) for name, content in contents.items() for media in content.values()]
    assert [name for name, media in media_types if not {"example", "examples"} & set(media)] == []


def test_no_optional_parameter_has_an_example(document: dict[str, Any]) -> None:
    """Swagger UI would fill it in and send it, such as an If-Match that matches nothing."""
    optional = [one for one in document["components"]["parameters"].values() if not one.get("required")]
    assert [one["name"] for one in optional if {"example", "examples"} & set(one)] == []


def _examples(node: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """(pointer of the schema, example) of each media type, parameter and header."""
    if isinstance(node, dict) and isinstance(node.get("schema"), dict):
        beside = [node["example"]] if "example" in node else []
        named = [example["value"] for example in node.get("examples", {}).values()]
        yield from ((f"{pointer}/schema", example) for example in beside + named)
    for name, part in node.items() if isinstance(node, dict) else ():
        if name not in ("example", "examples", "schemas"):
            yield from _examples(part, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
