"""A contract's schemas in its document: in the dialect of OpenAPI 3.1, whole, and meaning what they meant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from tests.contracts.declared import contract, document

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"


def described(schema: Any, **more: Any) -> dict[str, Any]:
    whole = document(contract(body=schema, **more))
    validate(json.loads(json.dumps(whole)))
    return whole


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for part in node.values():
            yield from references(part)
    for part in node if isinstance(node, list) else ():
        yield from references(part)


def followed(whole: dict[str, Any], reference: str) -> Any:
    node: Any = whole
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def body_rule(whole: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    schema = {"$ref": "#/components/schemas/Body", "components": {"schemas": whole["components"]["schemas"]}}
    return jsonschema_rs.Draft202012Validator(schema)


SAME = [
    ({"$schema": DRAFT_4, "minimum": 1, "exclusiveMinimum": True}, [1], [2]),
    ({"$schema": DRAFT_4, "maximum": 1, "exclusiveMaximum": False}, [2], [1]),
    ({"$schema": DRAFT_7, "items": [{"type": "string"}], "additionalItems": False}, [[1], ["a", 1]], [["a"], []]),
    ({"$schema": DRAFT_7, "items": [], "additionalItems": {"type": "string"}}, [[1]], [["a"]]),
    ({"$schema": DRAFT_7, "items": {"type": "string"}, "additionalItems": False}, [[1]], [["a", "b"]]),
    (
        {"$schema": DRAFT_7, "dependencies": {"a": ["b"], "c": {"required": ["d"]}}},
        [{"a": 1}, {"c": 1}],
        [{"a": 1, "b": 1}, {"c": 1, "d": 1}, {}],
    ),
    (
        {"$schema": DRAFT_7, "definitions": {"s": {"type": "string"}}, "$ref": "#/definitions/s", "maxLength": 1},
        [1],
        ["long"],
    ),
    (
        {
            "$schema": DRAFT_2019,
            "$recursiveAnchor": True,
            "properties": {"next": {"$recursiveRef": "#"}},
            "maxProperties": 1,
        },
        [{"next": {"a": 1, "b": 1}}],
        [{"next": {"next": {}}}],
    ),
    (
        {"properties": {"a": {"$ref": "#/$defs/a~1b"}}, "$defs": {"a/b": {"type": "string"}}},
        [{"a": 1}],
        [{"a": "a"}],
    ),
    ({"properties": {"a": {"$ref": "#word"}}, "$defs": {"w": {"$anchor": "word", "const": 1}}}, [{"a": 2}], [{"a": 1}]),
    ({"properties": {"next": {"$ref": "#"}}, "required": ["v"]}, [{"v": 1, "next": {}}], [{"v": 1, "next": {"v": 1}}]),
    ({"properties": {"a": {"$ref": "#/properties/b"}, "b": {"const": 1}}}, [{"a": 2}], [{"a": 1}]),
    ({"properties": {"a": False, "b": True}}, [{"a": 1}], [{"b": 1}]),
    ({"properties": {"properties": {"type": "string"}, "items": {"type": "array"}}}, [{"items": 1}], [{"items": []}]),
]


@pytest.mark.parametrize(("schema", "bad", "good"), SAME, ids=lambda one: json.dumps(one)[:60])
def test_a_schema_of_any_draft_means_the_same(schema: dict[str, Any], bad: list[Any], good: list[Any]) -> None:
    rule = body_rule(described(schema))
    assert [value for value in bad if rule.is_valid(value)] == []
    assert [value for value in good if not rule.is_valid(value)] == []


def test_dependencies_are_said_in_the_keywords_of_the_newest_draft() -> None:
    offered = {
        "dependencies": {"a": ["b"], "c": {"required": ["d"]}},
        "dependentRequired": {"a": ["e", "b"]},
        "dependentSchemas": {"c": {"required": ["f"]}},
    }
    assert described(offered)["components"]["schemas"]["Body"] == {
        "dependentRequired": {"a": ["e", "b"]},
        "dependentSchemas": {"c": {"allOf": [{"required": ["f"]}, {"required": ["d"]}]}},
    }
    assert offered["dependentRequired"] == {"a": ["e", "b"]}


def test_every_reference_leads_to_a_schema_of_the_document() -> None:
    shared = {"user": {"properties": {"boss": {"$ref": "#/definitions/user"}, "at": {"$ref": "#/definitions/place"}}}}
    local = {"place": {"type": "string"}}
    schema = {"allOf": [{"$ref": "#/definitions/user"}, {"$ref": "#/definitions/place"}], "definitions": local}
    whole = described(schema, definitions=shared | {"place": {"type": "integer"}, "unused": {}})
    assert all(isinstance(followed(whole, reference), dict) for reference in references(whole))
    assert whole["components"]["schemas"]["place"] == {"type": "string"}
    assert whole["components"]["schemas"]["place_2"] == {"type": "integer"}
    assert "unused" not in whole["components"]["schemas"]


def test_a_reference_that_leads_nowhere_is_left_out() -> None:
    whole = described({"properties": {"a": {"$ref": "#/definitions/gone"}, "b": {"$ref": "http://127.0.0.1:1/x"}}})
    assert whole["components"]["schemas"]["Body"] == {"properties": {"a": {}, "b": {}}}


@pytest.mark.parametrize("name", ["Problem", "problem", "a b", "ünïcode", "💌", "a/b", "Body"])
def test_a_definition_of_any_name_gets_one_that_is_free(name: str) -> None:
    pointer = name.replace("~", "~0").replace("/", "~1")
    whole = described({"$ref": f"#/definitions/{pointer}"}, definitions={name: {"const": 1}})
    assert body_rule(whole).is_valid(1)
    assert not body_rule(whole).is_valid(2)
    assert whole["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail"]


def test_a_chain_of_many_definitions_is_no_deep_recursion() -> None:
    chain = {f"d{n}": {"properties": {"next": {"$ref": f"#/definitions/d{n + 1}"}}} for n in range(3000)}
    schemas = document(contract(body={"$ref": "#/definitions/d0"}, definitions=chain | {"d3000": {}}))["components"]
    assert len(schemas["schemas"]) == 3001 + 4


def test_a_default_that_its_own_schema_forbids_is_left_out() -> None:
    whole = described({"properties": {"a": {"type": "string", "default": 1}, "b": {"type": "integer", "default": 1}}})
    assert whole["components"]["schemas"]["Body"]["properties"] == {
        "a": {"type": "string"},
        "b": {"type": "integer", "default": 1},
    }


@pytest.mark.parametrize("keyword", ["discriminator", "xml", "externalDocs"])
def test_what_openapi_would_take_for_its_own_is_left_out(keyword: str) -> None:
    assert described({keyword: "anything"})["components"]["schemas"]["Body"] == {}
