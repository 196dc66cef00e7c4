"""From OpenAPI 3.0 schemas to JSON Schema Draft 4, which compiled validators understand."""

from __future__ import annotations

from typing import Any, Literal

Direction = Literal["request", "response"]

ANNOTATIONS = frozenset(
    {"example", "examples", "discriminator", "xml", "externalDocs", "deprecated", "nullable", "readOnly", "writeOnly"}
)
FORBIDDEN = {"request": "readOnly", "response": "writeOnly"}


def draft4(schema: Any, direction: Direction) -> Any:
    """The same rules in Draft 4. What is readOnly must not be sent, what is writeOnly must not come back."""
    if isinstance(schema, list):
        return [draft4(part, direction) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    rules = {
        keyword: _rule(keyword, schema, direction)
        for keyword in schema
        if keyword not in ANNOTATIONS and not keyword.startswith("x-")
    }
    if rules.get("required") == []:  # Draft 4 knows no empty list
        del rules["required"]
    return _or_null(rules) if schema.get("nullable") else rules


def _rule(keyword: str, schema: dict[str, Any], direction: Direction) -> Any:
    value = schema[keyword]
    if keyword == "properties":
        return {name: _property(part, direction) for name, part in value.items()}
    if keyword == "required":
        return _required(schema, direction)
    return value if keyword in ("enum", "default") else draft4(value, direction)


def _property(schema: dict[str, Any], direction: Direction) -> Any:
    return {"not": {}} if schema.get(FORBIDDEN[direction]) else draft4(schema, direction)


def _required(schema: dict[str, Any], direction: Direction) -> list[str]:
    properties = schema.get("properties", {})
    return [name for name in schema["required"] if not properties.get(name, {}).get(FORBIDDEN[direction])]


def _or_null(rules: dict[str, Any]) -> dict[str, Any]:
    if "type" not in rules:
        return {"anyOf": [rules, {"type": "null"}]}
    listed = {"enum": [*rules["enum"], None]} if None not in rules.get("enum", [None]) else {}
    return rules | {"type": [rules["type"], "null"]} | listed
