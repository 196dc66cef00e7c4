"""Parameters of an OpenAPI document, and what of it a contract can't say."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.importing.document import Choice, imported
from tests.contracts.documents import JSON, PET, QUERY, a_document, conforms, of_path, parameter, takes

# Parameters.


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("limit=5", True),
        ("limit=-5&sort=up&ids=1&ids=2&names=a,b&level=2.5&when=now", True),
        ("sort=up", False),
        ("limit=five", False),
        ("limit=5&sort=sideways", False),
        ("limit=5&ids=a", False),
        ("limit=5&level=3", False),
        ("limit=5&when=7", True),
        ("limit=5&when=later", False),
    ],
)
def test_query_parameters_are_judged_as_texts(query: str, fits: bool) -> None:
    assert conforms(of_path(get={"parameters": QUERY}), b"", raw_query=query) is fits


def test_header_parameters_are_judged_by_lower_case_names() -> None:
    needed = parameter("header", "X-Pet", {"type": "boolean"}, required=True)
    contract = of_path(get={"parameters": [needed]})
    assert contract["headers"]["required"] == ["x-pet"]
    assert conforms(contract, b"", raw_headers=[(b"x-pet", b"true")])
    assert not conforms(contract, b"", raw_headers=[(b"x-pet", b"Rex")])


@pytest.mark.parametrize("name", ["Accept", "content-type", "AUTHORIZATION"])
def test_headers_that_openapi_describes_elsewhere_are_left_out(name: str) -> None:
    assert "headers" not in of_path(get={"parameters": [parameter("header", name, {"type": "string"}, required=True)]})


def test_path_parameters_have_names_that_an_endpoint_can_have_and_are_not_asked_for() -> None:
    contract = of_path(get={"parameters": [parameter("path", "pet-id", {"type": "integer"}, required=True)]})
    assert contract["path"] == {
        "type": "object",
        "properties": {"pet_id": {"type": "string", "pattern": "^-?[0-9]+$"}},
    }


def test_parameters_of_the_path_hold_for_its_operations_unless_they_say_otherwise() -> None:
    shared = [parameter("query", "a", {"type": "string"}, required=True), parameter("query", "b", {"type": "string"})]
    contract = of_path(parameters=shared, get={"parameters": [parameter("query", "a", {"type": "integer"})]})
    assert contract["query"]["properties"]["a"]["pattern"] == "^-?[0-9]+$"
    assert "required" not in contract["query"]


def test_where_operations_differ_any_of_their_parameters_will_do() -> None:
    kinds = {"get": {"type": "integer"}, "delete": {"type": "boolean"}}
    operations: dict[str, Any] = {
        method: {"parameters": [parameter("query", "a", schema, required=True), parameter("query", method, {})]}
        for method, schema in kinds.items()
    }
    query = of_path(**operations)["query"]
    assert query["required"] == ["a"]
    assert len(query["properties"]["a"]["anyOf"]) == 2
    assert query["properties"]["get"] == {"type": "string"}


def test_a_parameter_of_some_operations_is_held_to_what_these_say() -> None:
    query = of_path(get={"parameters": [QUERY[0]]}, post=takes(PET))["query"]
    assert query == {"type": "object", "properties": {"limit": {"type": "string", "pattern": "^-?[0-9]+$"}}}


def test_a_parameter_may_stand_elsewhere_in_the_document() -> None:
    components = {"parameters": {"Limit": QUERY[0]}}
    paths = {"/pets": {"get": {"parameters": [{"$ref": "#/components/parameters/Limit"}]}}}
    assert imported(a_document(paths=paths, components=components), Choice()).contract["query"]["required"] == ["limit"]


# What a contract can't say.


def unsaid(version: str = "3.1.0", **operation: Any) -> list[str]:
    document = a_document(version, paths={"/pets": {"post": operation}})
    return [*imported(document, Choice()).unsaid]


@pytest.mark.parametrize(
    ("schema", "left_out"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 10}, ["minimum and maximum of the query parameter a"]),
        ({"anyOf": [{"type": "integer", "multipleOf": 5}, {"const": "all"}]}, ["multipleOf of the query parameter a"]),
        ({"type": "array", "maxItems": 2, "items": {"maxLength": 5}}, ["maxItems of the query parameter a"]),
        ({"type": "string", "not": {"const": "b"}}, ["not of the query parameter a"]),
        ({"type": "integer", "allOf": [{"maximum": 1}]}, ["allOf of the query parameter a"]),
        ({"type": "object"}, ["the query parameter a"]),
        ({"type": "string", "minLength": 1, "pattern": "^b", "format": "date", "title": "B"}, []),
        ({"type": "integer", "format": "int32", "enum": [1, 2], "default": 1, "example": 2}, []),
        ({"type": ["boolean", "null"]}, []),
        ({}, []),
    ],
)
def test_what_no_text_can_be_held_to_is_named(schema: dict[str, Any], left_out: list[str]) -> None:
    assert unsaid(parameters=[parameter("query", "a", schema)]) == left_out


@pytest.mark.parametrize(
    ("described", "left_out"),
    [
        (parameter("path", "a", {"type": "integer", "minimum": 0}), "minimum of the path parameter a"),
        (parameter("header", "X-A", {"type": "array", "items": {}}), "items of the header parameter X-A"),
        (parameter("query", "a", {"type": "array", "items": {}}, explode=False), "items of the query parameter a"),
        (parameter("cookie", "a", {"type": "string"}), "the cookie parameter a"),
        ({"in": "query", "name": "a", "content": {JSON: {"schema": {}}}}, "the query parameter a"),
    ],
)
def test_a_parameter_that_is_not_judged_as_the_document_says_is_named(described: Any, left_out: str) -> None:
    assert unsaid(parameters=[described]) == [left_out]


def test_what_is_false_is_not_missed() -> None:
    schema = {"type": "integer", "exclusiveMinimum": False}
    assert unsaid("3.0.3", parameters=[parameter("query", "a", schema)]) == []


def test_what_no_field_of_a_form_can_be_held_to_is_named() -> None:
    fields = {
        "age": {"type": "integer", "maximum": 9},
        "tags": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "owner": {"type": "object", "required": ["name"]},
        "photo": {"type": "string", "format": "binary"},
    }
    form = {"type": "object", "properties": fields, "minProperties": 2, "additionalProperties": False}
    assert sorted(unsaid(**takes(form, "multipart/form-data"))) == [
        "maximum of the form field age",
        "minItems of the form field tags",
        "minProperties of the form",
        "required of the form field owner",
    ]


@pytest.mark.parametrize(("schema", "left_out"), [(PET, ["the body as application/xml"]), ({"type": "string"}, [])])
def test_a_body_of_which_no_value_is_read_is_named(schema: Any, left_out: list[str]) -> None:
    assert unsaid(**takes(schema, "application/xml")) == left_out


def test_a_body_that_one_media_type_lets_be_anything_is_named() -> None:
    operation = takes(PET)
    operation["requestBody"]["content"]["text/plain"] = {}
    assert unsaid(**operation) == ["the body, which one of its media types lets be anything"]


def test_a_body_of_json_is_left_nothing_out_of() -> None:
    assert unsaid(**takes({**PET, "minProperties": 1, "not": {"required": ["id"]}})) == []
