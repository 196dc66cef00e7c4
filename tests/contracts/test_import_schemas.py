"""Schemas of an OpenAPI document: what comes along, and what OpenAPI 3.0 says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.documents import PET, conforms, of_path, takes

# What is shared, and what stays behind.


def test_only_what_is_referred_to_comes_along() -> None:
    schemas = {
        "Pet": {"properties": {"owner": {"$ref": "#/components/schemas/Owner"}}},
        "Owner": {"properties": {"pets": {"items": {"$ref": "#/components/schemas/Pet"}}}},
        "Cage": {},
    }
    contract = of_path(schemas=schemas, post=takes({"$ref": "#/components/schemas/Pet"}))
    assert contract["body"] == {"$ref": "#/definitions/Pet"}
    assert contract["definitions"] == {
        "Pet": {"properties": {"owner": {"$ref": "#/definitions/Owner"}}},
        "Owner": {"properties": {"pets": {"items": {"$ref": "#/definitions/Pet"}}}},
    }


def test_a_reference_into_a_schema_gets_a_definition_of_its_own() -> None:
    schemas = {"Pet": {"properties": {"name": {"type": "string"}}}, "name-1": {"type": "integer"}}
    reference = {"$ref": "#/components/schemas/Pet/properties/name"}
    contract = of_path(schemas=schemas, post=takes({"items": reference, "contains": reference}))
    assert contract["definitions"] == {"name-2": {"type": "string"}}
    assert contract["body"]["items"] == {"$ref": "#/definitions/name-2"}


def test_names_of_definitions_are_escaped_in_references() -> None:
    reference = {"$ref": "#/components/schemas/a~1b%25"}
    contract = of_path(schemas={"a/b%": PET}, post=takes(reference))
    assert contract["definitions"] == {"a/b%": PET}
    assert not conforms(contract, {})


def test_a_word_like_a_reference_in_an_example_stays() -> None:
    schema = {
        "examples": [{"$ref": "#/x"}],
        "default": {"$ref": "#/x"},
        "enum": [{"$ref": "#/x"}],
        "x-a": {"$ref": "#/x"},
    }
    assert of_path(post=takes(schema))["body"] == schema


def test_a_property_named_like_a_keyword_is_a_property() -> None:
    schema = {"properties": {"example": {"type": "string"}, "$ref": {"$ref": "#/components/schemas/Pet"}, "xml": {}}}
    body = of_path(schemas={"Pet": PET}, post=takes(schema))["body"]
    assert body == {"properties": {"example": {"type": "string"}, "$ref": {"$ref": "#/definitions/Pet"}, "xml": {}}}


# The dialect of 3.0.

OLD = [
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ({"type": "string", "nullable": True, "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
    ({"type": "string", "nullable": False}, {"type": "string"}),
    ({"nullable": True}, {}),
    (
        {"nullable": True, "allOf": [PET], "title": "Pet"},
        {"title": "Pet", "if": {"type": "null"}, "else": {"allOf": [PET]}},
    ),
    ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
    ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
    ({"exclusiveMaximum": True}, {}),
    ({"example": 1}, {"examples": [1]}),
    ({"discriminator": {"propertyName": "a"}, "xml": {}, "externalDocs": {}}, {}),
    ({"properties": {"a": {"nullable": True, "type": "object"}}}, {"properties": {"a": {"type": ["object", "null"]}}}),
    ({"$ref": "#/components/schemas/Pet", "description": "Alone."}, {"$ref": "#/definitions/Pet"}),
]


@pytest.mark.parametrize(("old", "new"), OLD)
def test_a_schema_of_3_0_is_said_in_the_newest_draft(old: Any, new: Any) -> None:
    assert of_path("3.0.3", {"Pet": PET}, post=takes(old))["body"] == new


def test_in_3_1_a_reference_keeps_what_stands_beside_it() -> None:
    schema = {"$ref": "#/components/schemas/Pet", "minProperties": 1}
    assert of_path(schemas={"Pet": PET}, post=takes(schema))["body"] == {
        "$ref": "#/definitions/Pet",
        "minProperties": 1,
    }
