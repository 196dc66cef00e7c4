"""What is refused when a contract is offered, where and why."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from letterbox.contracts.engine import validator
from letterbox.contracts.intake import MOST_BYTES, intake
from letterbox.errors import Unprocessable
from tests.contracts.given import DRAFT_4, DRAFT_7, STRING, pointers, refused, row


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(depth):
        schema = {"not": schema}
    return schema


@pytest.mark.parametrize(
    ("schema", "where", "keyword"),
    [
        ([], "", "body"),
        ("object", "", "body"),
        ({"$ref": "http://example.com/a.json"}, "/$ref", "$ref"),
        ({"$ref": "file:///etc/passwd"}, "/$ref", "$ref"),
        ({"$ref": "other.json"}, "/$ref", "$ref"),
        ({"$ref": "//example.com/a"}, "/$ref", "$ref"),
        ({"$ref": "#/$defs/absent"}, "/$ref", "$ref"),
        ({"$ref": "#/$defs", "$defs": {"type": "object"}}, "/$defs/type", "$defs"),
        ({"$ref": "#absent"}, "/$ref", "$ref"),
        ({"$ref": 1}, "/$ref", "$ref"),
        ({"$ref": "#/required/0", "required": ["a"]}, "/$ref", "$ref"),
        ({"$ref": "#/x", "x": {"type": "strin"}}, "/x/type", "type"),
        ({"$id": "http://example.com/", "$ref": "a"}, "/$ref", "$ref"),
        ({"$schema": "http://example.com/mine"}, "/$schema", "$schema"),
        ({"$schema": 7}, "/$schema", "$schema"),
        ({"properties": {"a": {"$schema": DRAFT_7}}}, "/properties/a/$schema", "$schema"),
        ({"$schema": DRAFT_4, "not": True}, "/not", "not"),
        ({"$dynamicRef": "#absent"}, "/$dynamicRef", "$dynamicRef"),
        (
            {"$defs": {"a": {"$id": "a", "$dynamicAnchor": "n", "items": {"$dynamicRef": "#n"}}}},
            "/$defs/a/items/$dynamicRef",
            "$dynamicRef",
        ),
        ({"$ref": "#"}, "", "$ref"),
        ({"allOf": [{"anyOf": [{"$ref": "#"}]}]}, "", "$ref"),
        ({"not": {"$ref": "#"}}, "", "$ref"),
        ({"$dynamicAnchor": "a", "if": {"$dynamicRef": "#a"}}, "", "$ref"),
        ({"dependentSchemas": {"a": {"$ref": "#"}}}, "", "$ref"),
        ({"type": "strin"}, "/type", "type"),
        ({"type": []}, "/type", "type"),
        ({"type": ["string", "string"]}, "/type", "type"),
        ({"properties": {"a": 1}}, "/properties/a", "properties"),
        ({"properties": []}, "/properties", "properties"),
        ({"items": [STRING]}, "/items", "items"),
        ({"prefixItems": []}, "/prefixItems", "prefixItems"),
        ({"allOf": {}}, "/allOf", "allOf"),
        ({"required": "a"}, "/required", "required"),
        ({"required": [1]}, "/required", "required"),
        ({"enum": 1}, "/enum", "enum"),
        ({"minLength": -1}, "/minLength", "minLength"),
        ({"maxItems": 1.5}, "/maxItems", "maxItems"),
        ({"minimum": "1"}, "/minimum", "minimum"),
        ({"exclusiveMinimum": True}, "/exclusiveMinimum", "exclusiveMinimum"),
        ({"multipleOf": 0}, "/multipleOf", "multipleOf"),
        ({"uniqueItems": 1}, "/uniqueItems", "uniqueItems"),
        ({"format": 1}, "/format", "format"),
        ({"dependentRequired": {"a": "b"}}, "/dependentRequired", "dependentRequired"),
        ({"dependencies": {"a": 1}}, "/dependencies", "dependencies"),
        ({"pattern": "["}, "/pattern", "pattern"),
        ({"pattern": r"(a)\1"}, "/pattern", "pattern"),
        ({"pattern": r"(?<n>a)\k<n>"}, "/pattern", "pattern"),
        ({"pattern": "(a{1000}){1000}"}, "/pattern", "pattern"),
        ({"pattern": "a" * 5000}, "/pattern", "pattern"),
        ({"patternProperties": {"(?!a)": {}}}, "/patternProperties/(?!a)", "patternProperties"),
        *(({"pattern": f"({look}a)b"}, "/pattern", "pattern") for look in ("?=", "?!", "?<=", "?<!")),
    ],
    ids=str,
)
def test_a_schema_that_makes_none_is_refused_at_its_place(schema: Any, where: str, keyword: str) -> None:
    assert pointers(body=schema) == [(f"/body{where}", keyword)]


@pytest.mark.parametrize(
    ("offered", "where"),
    [
        ({"media_types": "application/json"}, "/media_types"),
        ({"media_types": ["json"]}, "/media_types"),
        ({"media_types": ["application/json; charset=utf-8"]}, "/media_types"),
        ({"media_types": ["a/b"] * 101}, "/media_types"),
        ({"assert_formats": "yes"}, "/assert_formats"),
        ({"unknown_event_types": "ignore"}, "/unknown_event_types"),
        ({"event_type": 1}, "/event_type"),
        ({"event_type": "request.("}, "/event_type"),
        ({"event_type": "nobody.knows"}, "/event_type"),
        ({"event_types": {"push": {}}}, "/event_type"),
        ({"event_types": [], "event_type": "request.path"}, "/event_types"),
        ({"event_types": {"": {}}, "event_type": "request.path"}, "/event_types/"),
        ({"event_types": {"a\nb": {}}, "event_type": "request.path"}, "/event_types/a\nb"),
        ({"event_types": {"a": 1}, "event_type": "request.path"}, "/event_types/a"),
        ({"event_types": {"a": {"type": 1}}, "event_type": "request.path"}, "/event_types/a/type"),
        ({"definitions": {"a": 1}}, "/definitions/a"),
        ({"definitions": {"a": {"type": 1}}}, "/definitions/a/type"),
        ({"definitions": {"a": {"$ref": "#/body"}}, "body": {}}, "/definitions/a/$ref"),
        ({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}, "/definitions/a"),
        *(({part: {"type": 1}}, f"/{part}/type") for part in ("path", "query", "headers")),
    ],
    ids=str,
)
def test_the_rest_of_a_contract_is_looked_at_too(offered: dict[str, Any], where: str) -> None:
    assert [pointer for pointer, _ in pointers(**offered)] == [where]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (nested(64), "at most 64 levels"),
        ({"enum": list(range(500_000))}, "at most 500000 values"),
        ({"const": "a" * MOST_BYTES}, "at most 8388608 bytes"),
        ({"const": 2**64}, "at most 64 bits"),
        (row(65), "more than 64 lead on"),
        (row(20_000), "more than 64 lead on"),
        ({"allOf": [{"pattern": f"^.{{1000}}{at}"} for at in range(30)]}, "too large together"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_too_large_is_refused(body: Any, says: str) -> None:
    assert says in refused(body=body)[0]["message"]


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(Unprocessable):
        intake(["body"])


def test_at_most_20_problems_are_told() -> None:
    assert len(refused(body={"properties": {str(at): {"type": at} for at in range(30)}})) == 20


def test_no_more_than_200_characters_are_repeated() -> None:
    found = refused(body={"properties": {"x" * 500: {"$ref": "#/" + "y" * 500}}})[0]
    assert max(map(len, (found["pointer"], found["message"]))) <= 330


@pytest.mark.parametrize("reference", ["http://127.0.0.1:{}/schema.json", "http://127.0.0.1:{}/schema.json#/a"])
def test_nothing_is_fetched(reference: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003 # the name of it is the socket's
        address = reference.format(server.getsockname()[1])
        refused(body={"$ref": address, "$schema": address, "$id": address})
        with pytest.raises(ValueError, match=r".+"):
            validator({"$ref": address}, 2020, assert_formats=True)
        with pytest.raises(BlockingIOError):
            server.accept()
