"""OpenAPI 3.0 schemas as JSON Schema Draft 4."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.binding.dialect import draft4
from letterbox.binding.rules import Rules, pointer

BOTH: list[tuple[Any, Any]] = [
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
    ({"type": "string", "enum": ["a", None], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
    ({"allOf": [{"$ref": "#/a"}], "nullable": True}, {"anyOf": [{"allOf": [{"$ref": "#/a"}]}, {"type": "null"}]}),
    ({"$ref": "#/a", "description": "x"}, {"$ref": "#/a"}),
    (
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
    ),
    ({"type": "string", "example": {"nullable": True}, "x-a": 1, "deprecated": True}, {"type": "string"}),
    ({"items": {"type": "string", "nullable": True}}, {"items": {"type": ["string", "null"]}}),
    (
        {"properties": {"x-a": {}, "nullable": {"type": "string"}}},
        {"properties": {"x-a": {}, "nullable": {"type": "string"}}},
    ),
    ({"enum": [{"nullable": True}]}, {"enum": [{"nullable": True}]}),
    ({}, {}),
]


@pytest.mark.parametrize(("schema", "expected"), BOTH)
def test_each_construct_has_its_counterpart(schema: Any, expected: Any) -> None:
    assert draft4(schema, "request") == expected


def test_what_is_read_only_cannot_be_sent_and_need_not_be() -> None:
    schema = {"required": ["id"], "properties": {"id": {"type": "string", "readOnly": True}}}
    assert draft4(schema, "request") == {"properties": {"id": {"not": {}}}}
    assert draft4(schema, "response")["required"] == ["id"]


def test_what_is_write_only_cannot_come_back_and_need_not() -> None:
    schema = {"required": ["a", "key"], "properties": {"key": {"type": "string", "writeOnly": True}}}
    assert draft4(schema, "response") == {"required": ["a"], "properties": {"key": {"not": {}}}}


def test_pointers_escape_what_rfc_6901_says() -> None:
    assert pointer(["a/b", "c~d", 0]) == "/a~1b/c~0d/0"


@pytest.mark.parametrize("number", [19.99, 0.01, 1])
def test_decimal_steps_are_exact(number: float) -> None:
    """Python's jsonschema refuses 19.99 as a multiple of 0.01."""
    rule = Rules({}).compiled({"type": "number", "multipleOf": 0.01}, "request")
    assert rule.broken_by(number) == []
