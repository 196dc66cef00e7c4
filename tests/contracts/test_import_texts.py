"""Texts of an OpenAPI document: what a parameter or a form can't be held to is named, and what is wrong is refused."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.importing.document import Choice, Imported, imported
from tests.contracts.documents import a_document, conforms, of_path, parameter, refusal, takes

FORM = "multipart/form-data"
SCHEMAS: dict[str, Any] = {
    "Filter": {"type": "object", "properties": {"name": {"type": "string"}}},
    "Number": {"type": "integer"},
    "Again": {"$ref": "#/components/schemas/Filter"},
}
FILTER, NUMBER = ({"$ref": f"#/components/schemas/{name}"} for name in ("Filter", "Number"))


def found(version: str = "3.1.0", **operation: Any) -> Imported:
    document = a_document(version, paths={"/pets": {"post": operation}}, components={"schemas": SCHEMAS})
    return imported(document, Choice())


def deep(schema: dict[str, Any]) -> dict[str, Any]:
    for _ in range(20):
        schema = {"allOf": [schema]}
    return schema


# Parameters of which each property arrives under its own name.


@pytest.mark.parametrize(
    "schema",
    [
        FILTER,
        {"$ref": "#/components/schemas/Again"},
        {"allOf": [FILTER], "description": "A filter."},
        {"anyOf": [NUMBER, FILTER]},
        {"type": ["object", "null"]},
    ],
)
def test_a_parameter_of_objects_is_not_asked_for_by_its_own_name(schema: dict[str, Any]) -> None:
    document = found(parameters=[parameter("query", "filter", schema, required=True)])
    assert "query" not in document.contract
    assert document.unsaid == ("the query parameter filter",)


def test_a_parameter_that_refers_to_a_text_is_asked_for() -> None:
    document = found(parameters=[parameter("query", "a", NUMBER, required=True)])
    assert document.contract["query"]["required"] == ["a"]
    assert document.unsaid == ()


# What is named.


@pytest.mark.parametrize(
    ("schema", "left_out"),
    [
        ({"enum": ["a"], "anyOf": [{"type": "string"}]}, ["enum of the query parameter a"]),
        (
            {"const": "a", "format": "date", "allOf": [{"type": "string"}]},
            ["const and format of the query parameter a"],
        ),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, ["oneOf of the query parameter a"]),
        ({**NUMBER, "minimum": 1, "description": "A number."}, ["minimum of the query parameter a"]),
        (deep({"type": "string", "enum": ["a"]}), ["allOf of the query parameter a"]),
        ("no schema", ["the query parameter a"]),
        (True, []),
    ],
)
def test_what_is_not_said_of_a_parameter_is_named(schema: Any, left_out: list[str]) -> None:
    assert [*found(parameters=[parameter("query", "a", schema)]).unsaid] == left_out


def test_nothing_counts_beside_a_reference_in_3_0() -> None:
    assert found("3.0.3", parameters=[parameter("query", "a", {**NUMBER, "minimum": 1})]).unsaid == ()


@pytest.mark.parametrize(
    ("schema", "left_out"),
    [
        ({"oneOf": [FILTER, {"type": "object"}]}, ["oneOf of the form"]),
        ({**FILTER, "minProperties": 1}, ["minProperties of the form"]),
        (deep({"required": ["a"]}), ["allOf of the form"]),
        ({"properties": {"a": {**NUMBER, "minimum": 1}}}, ["minimum of the form field a"]),
    ],
)
def test_what_is_not_said_of_a_form_is_named(schema: dict[str, Any], left_out: list[str]) -> None:
    assert [*found(**takes(schema, FORM)).unsaid] == left_out


def test_a_form_of_two_choices_is_held_to_both() -> None:
    one, other = ({"type": "object", "required": [name]} for name in "ab")
    body = of_path(post=takes({"anyOf": [one], "oneOf": [other]}, FORM))["body"]
    assert body == {"anyOf": [{"required": ["a"]}], "allOf": [{"anyOf": [{"required": ["b"]}]}]}


# What is refused.

NOWHERE = [{"$ref": "#/components/schemas/Nobody"}, {"$ref": "other.yaml"}, {"$ref": 5}]


@pytest.mark.parametrize("schema", NOWHERE)
@pytest.mark.parametrize("place", ["query", "path", "header"])
def test_a_parameter_that_refers_to_nothing_is_refused(place: str, schema: dict[str, Any]) -> None:
    document = a_document(paths={"/pets": {"get": {"parameters": [parameter(place, "a", schema)]}}})
    assert [(error["pointer"], error["keyword"]) for error in refusal(document).errors] == [
        ("/paths/~1pets/get/parameters/0/schema/$ref", "$ref")
    ]


@pytest.mark.parametrize("schema", NOWHERE)
def test_a_form_that_refers_to_nothing_is_refused(schema: dict[str, Any]) -> None:
    forms = [schema, {"properties": {"a": schema}}]
    documents = [a_document(paths={"/pets": {"post": takes(form, FORM)}}) for form in forms]
    assert [refusal(document).errors[0]["keyword"] for document in documents] == ["$ref", "$ref"]


# Schemas that are true or false.


@pytest.mark.parametrize("media_type", ["application/json", FORM])
def test_a_body_that_is_true_or_false_becomes_an_object(media_type: str) -> None:
    assert [of_path(post=takes(schema, media_type))["body"] for schema in (True, False)] == [{}, {"not": {}}]


def test_what_may_not_be_sent_may_not_be_sent_as_a_text_either() -> None:
    contract = of_path(get={"parameters": [parameter("query", "a", False)]})  # noqa: FBT003 # a schema
    assert [conforms(contract, b"", raw_query=query) for query in ("", "a=1")] == [True, False]
