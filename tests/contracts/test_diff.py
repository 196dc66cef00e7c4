"""What became stricter or looser between two contracts, by pointer."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.differing import schemas as differing_schemas
from letterbox.contracts.differing.diff import diff
from tests.contracts.comparing import PET, SHARED, changes

OBJECT = {"type": "object"}
# (a schema, a stricter one, the keyword, its pointer in the body)
STRICTER = [
    ({}, {"type": "string"}, "type", "/type"),
    ({"type": ["string", "null"]}, {"type": "string"}, "type", "/type"),
    ({"type": "number"}, {"type": "integer"}, "type", "/type"),
    ({"minimum": 0}, {"minimum": 10}, "minimum", "/minimum"),
    ({"maximum": 10}, {"maximum": 9.5}, "maximum", "/maximum"),
    ({"exclusiveMinimum": 0}, {"exclusiveMinimum": 1}, "exclusiveMinimum", "/exclusiveMinimum"),
    ({"exclusiveMaximum": 2}, {"exclusiveMaximum": 1}, "exclusiveMaximum", "/exclusiveMaximum"),
    ({}, {"minLength": 1}, "minLength", "/minLength"),
    ({"maxLength": 9}, {"maxLength": 8}, "maxLength", "/maxLength"),
    ({"minItems": 1}, {"minItems": 2}, "minItems", "/minItems"),
    ({"maxItems": 2}, {"maxItems": 1}, "maxItems", "/maxItems"),
    ({"minProperties": 1}, {"minProperties": 2}, "minProperties", "/minProperties"),
    ({}, {"maxProperties": 1}, "maxProperties", "/maxProperties"),
    ({}, {"multipleOf": 2}, "multipleOf", "/multipleOf"),
    ({"multipleOf": 2}, {"multipleOf": 4}, "multipleOf", "/multipleOf"),
    ({}, {"uniqueItems": True}, "uniqueItems", "/uniqueItems"),
    ({}, {"pattern": "^a"}, "pattern", "/pattern"),
    ({}, {"enum": [1, 2]}, "enum", "/enum"),
    ({"enum": [1, 2, 3]}, {"enum": [3, 1]}, "enum", "/enum"),
    ({"enum": [1, 2]}, {"const": 2}, "const", "/const"),
    ({"required": ["a"]}, {"required": ["b", "a"]}, "required", "/required"),
    ({}, {"additionalProperties": False}, "additionalProperties", "/additionalProperties"),
    ({"additionalProperties": PET}, {"additionalProperties": False}, "additionalProperties", "/additionalProperties"),
    ({}, {"additionalProperties": {"type": "string"}}, "type", "/additionalProperties/type"),
    ({}, {"properties": {"a": PET}}, "properties", "/properties/a"),
    (
        {"properties": {"a": PET}, "additionalProperties": False},
        {"additionalProperties": False},
        "properties",
        "/properties/a",
    ),
    ({"properties": {"a": {}}}, {"properties": {"a": {"type": "null"}}}, "type", "/properties/a/type"),
    ({"properties": {"a": {}}}, {"properties": {"a": False}}, "properties", "/properties/a"),
    ({"items": {}}, {"items": {"type": "null"}}, "type", "/items/type"),
    ({}, {"items": {"type": "null"}}, "type", "/items/type"),
    ({"prefixItems": [{}]}, {"prefixItems": [{"type": "null"}]}, "type", "/prefixItems/0/type"),
    ({}, {"contains": {"type": "null"}}, "type", "/contains/type"),
    ({}, {"propertyNames": {"maxLength": 1}}, "maxLength", "/propertyNames/maxLength"),
    ({}, {"patternProperties": {"^a": {"type": "null"}}}, "type", "/patternProperties/^a/type"),
    ({}, {"dependentSchemas": {"a": {"minProperties": 2}}}, "minProperties", "/dependentSchemas/a/minProperties"),
    ({}, {"unevaluatedProperties": False}, "unevaluatedProperties", "/unevaluatedProperties"),
    ({"allOf": [PET]}, {"allOf": [PET, {"minProperties": 1}]}, "allOf", "/allOf"),
    ({"anyOf": [PET, {"type": "null"}]}, {"anyOf": [PET]}, "anyOf", "/anyOf"),
    ({}, {"anyOf": [PET]}, "anyOf", "/anyOf"),
    ({}, {"oneOf": [PET]}, "oneOf", "/oneOf"),
    ({"anyOf": [PET, {"minimum": 1}]}, {"anyOf": [{"minimum": 2}, PET]}, "minimum", "/anyOf/0/minimum"),
    ({}, {"not": PET}, "not", "/not"),
    ({"not": {"minimum": 5}}, {"not": {"minimum": 4}}, "minimum", "/not/minimum"),
    ({"not": {"not": {"minimum": 4}}}, {"not": {"not": {"minimum": 5}}}, "minimum", "/not/not/minimum"),
    ({}, {"if": PET, "then": False}, "if", "/if"),
    ({"if": PET, "then": {}}, {"if": PET, "then": {"minProperties": 1}}, "minProperties", "/then/minProperties"),
    ({"$ref": "#/definitions/Any"}, {"$ref": "#/definitions/Pet"}, "type", None),
    (True, {"type": "null"}, "type", "/type"),
    (None, {"type": "null"}, "type", "/type"),
    (True, False, "body", ""),
]
DIFFERENT = [
    ({"pattern": "^a"}, {"pattern": "^b"}, "pattern"),
    ({"type": "string"}, {"type": "null"}, "type"),
    ({"enum": [1, 2]}, {"enum": [2, 3]}, "enum"),
    ({"multipleOf": 2}, {"multipleOf": 3}, "multipleOf"),
    ({"oneOf": [PET]}, {"oneOf": [PET, {"type": "null"}]}, "oneOf"),
    ({"oneOf": [{"minimum": 1}]}, {"oneOf": [{"minimum": 2}]}, "minimum"),
    ({"anyOf": [{"minimum": 1}, PET]}, {"anyOf": [{"maximum": 1}, {"maximum": 2}, PET]}, "anyOf"),
    ({"if": {"minimum": 1}, "then": PET}, {"if": {"minimum": 2}, "then": PET}, "minimum"),
    ({"prefixItems": [{}]}, {"prefixItems": [{}, {}]}, "prefixItems"),
    ({"dependentRequired": {"a": ["b"]}}, {"dependentRequired": {"a": ["c"]}}, "dependentRequired"),
    ({"dependencies": {"a": ["b"]}}, {"dependencies": {"a": ["c"]}}, "dependencies"),
    ({"format": "email"}, {"format": "uri"}, "format"),
    ({}, {"format": "email"}, "format"),
]
SAME = [
    ({"type": "string"}, {"type": ["string"]}),
    ({"type": ["number", "integer"]}, {"type": "number"}),
    ({"enum": [1, 2]}, {"enum": [2, 1]}),
    ({"const": 1}, {"enum": [1]}),
    ({"required": ["a", "b"]}, {"required": ["b", "a"]}),
    ({}, {"minLength": 0, "uniqueItems": False, "additionalProperties": True, "items": {}}),
    ({"title": "A", "description": "B", "x-a": 1}, {"examples": [1], "$comment": "C", "default": 1}),
    ({"properties": {"a": {}}}, {}),
    ({"$ref": "#/definitions/Pet"}, PET),
    ({"allOf": [PET, {"type": "null"}]}, {"allOf": [{"type": "null"}, PET]}),
    (None, {}),
]


@pytest.mark.parametrize(("looser", "stricter", "keyword", "pointer"), STRICTER)
def test_what_allows_less_is_stricter(looser: Any, stricter: Any, keyword: str, pointer: str | None) -> None:
    place = "/definitions/Pet/type" if pointer is None else f"/body{pointer}"
    assert changes(looser, stricter, definitions=SHARED) == [(place, keyword, "stricter")]


@pytest.mark.parametrize(("looser", "stricter", "keyword", "pointer"), STRICTER)
def test_the_same_change_backwards_is_looser(looser: Any, stricter: Any, keyword: str, pointer: str | None) -> None:
    assert [change for *_, change in changes(stricter, looser, definitions=SHARED)] == ["looser"]
    assert keyword or pointer


@pytest.mark.parametrize(("old", "new", "keyword"), DIFFERENT)
def test_what_cannot_be_told_is_different(old: Any, new: Any, keyword: str) -> None:
    assert {(each[1], each[2]) for each in changes(old, new)} == {(keyword, "different")}


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_means_the_same_is_no_change(old: Any, new: Any) -> None:
    definitions = {"Pet": PET}
    assert changes(old, new, definitions=definitions) == changes(new, old, definitions=definitions) == []


def test_a_change_in_what_is_shared_is_told_once_at_its_place() -> None:
    body = {"properties": {"a": {"$ref": "#/definitions/Pet"}, "b": {"$ref": "#/definitions/Pet"}}}
    pets = [
        {"Pet": {**PET, "required": required, "additionalProperties": {"$ref": "#/definitions/Pet"}}}
        for required in ([], ["name"])
    ]
    found = diff({"body": body, "definitions": pets[0]}, {"body": body, "definitions": pets[1]}).changes
    assert [(each["pointer"], each["says"]) for each in found] == [
        ("/definitions/Pet/required", "Pet.name is required now.")
    ]


def test_what_stands_beside_a_reference_is_compared_with_it() -> None:
    old, new = {"$ref": "#/definitions/Pet"}, {"$ref": "#/definitions/Pet", "minProperties": 1}
    found = changes(old, new, definitions={"Pet": PET})
    assert ("/body/minProperties", "minProperties", "stricter") in found


def test_in_older_drafts_nothing_counts_beside_a_reference() -> None:
    def body(**beside: Any) -> dict[str, Any]:
        draft = "http://json-schema.org/draft-07/schema#"
        return {"$schema": draft, "properties": {"a": {"$ref": "#/definitions/Pet", **beside}}}

    assert changes(body(), body(properties=5, minLength="none"), definitions={"Pet": PET}) == []


# Beside the schemas.

CONTRACTS = [
    ({}, {"media_types": ["a/a"]}, "media_types", "stricter"),
    ({"media_types": ["a/a"]}, {"media_types": ["b/b", "a/a"]}, "media_types", "looser"),
    ({"media_types": ["a/a"]}, {"media_types": ["b/b"]}, "media_types", "different"),
    ({"assert_formats": False}, {"assert_formats": True}, "assert_formats", "stricter"),
    ({"event_type": "request.path"}, {"event_type": "request.method"}, "event_type", "different"),
    ({"event_types": {"a": {}}}, {"event_types": {"a": {}, "b": PET}}, "event_types", "looser"),
    (
        {"event_types": {"a": {}}, "unknown_event_types": "accept"},
        {"event_types": {"a": {}, "b": PET}, "unknown_event_types": "accept"},
        "event_types",
        "stricter",
    ),
    ({"event_types": {"a": {}, "b": PET}}, {"event_types": {"a": {}}}, "event_types", "stricter"),
    ({}, {"event_types": {"a": PET}, "unknown_event_types": "accept"}, "event_types", "stricter"),
    (
        {"event_types": {"a": {}}, "unknown_event_types": "refuse"},
        {"event_types": {"a": {}}, "unknown_event_types": "accept"},
        "unknown_event_types",
        "looser",
    ),
    ({"event_types": {"a": {}}}, {"event_types": {"a": {"type": "null"}}}, "type", "stricter"),
    ({"headers": None}, {"headers": {"required": ["x-a"]}}, "required", "stricter"),
]


@pytest.mark.parametrize(("old", "new", "keyword", "change"), CONTRACTS)
def test_what_stands_beside_the_body_is_compared_too(old: Any, new: Any, keyword: str, change: str) -> None:
    assert [(each["keyword"], each["change"]) for each in diff(old, new).changes] == [(keyword, change)]


def many(name: str) -> dict[str, Any]:
    return {"body": {"properties": {f"p{number}": {"type": name} for number in range(9)}}}


@pytest.mark.parametrize("bound", ["MOST_CHANGES", "MOST_PAIRS"])
def test_a_long_list_ends_and_says_so(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differing_schemas, bound, 5)
    found = diff(many("string"), many("null"))
    assert (len(found.changes) <= 5, found.complete) == (True, False)


def test_against_no_contract_it_says_that_other_events_are_refused_now() -> None:
    new = {"event_type": "request.body.type", "event_types": {"push": {}}, "unknown_event_types": "refuse"}
    said = {change["pointer"]: change["change"] for change in diff({}, new).changes}
    assert said["/unknown_event_types"] == "stricter"
