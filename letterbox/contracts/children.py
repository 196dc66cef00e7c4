"""Which schemas judge each part of a value, given those that judge the whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from letterbox.contracts.keywords import Schema

Judging = list[tuple[Schema, int]]  # schemas for the same value, and how often each
Schemas = list[tuple[dict[str, Any], int]]


def below(schemas: Schemas) -> Iterator[Judging]:
    """For each declared member, any other member, each member's name, each of the first items, and any other item."""
    names = set(chain.from_iterable(schema.get("properties", ()) for schema, _ in schemas))
    yield from ([(part, times) for schema, times in schemas for part in _member(schema, name)] for name in names)
    yield [(part, times) for schema, times in schemas for part in _other_member(schema)]
    yield [(schema["propertyNames"], times) for schema, times in schemas if "propertyNames" in schema]
    first = max((len(_first_items(schema)) for schema, _ in schemas), default=0)
    yield from ([(part, times) for schema, times in schemas for part in _item(schema, index)] for index in range(first))
    yield [(part, times) for schema, times in schemas for part in _other_item(schema)]


def _member(schema: dict[str, Any], name: str) -> Iterator[Schema]:
    declared = schema.get("properties", {})
    if name not in declared:
        yield from _other_member(schema)
        return
    yield declared[name]
    yield from schema.get("patternProperties", {}).values()
    yield from _named(schema, "unevaluatedProperties")


def _other_member(schema: dict[str, Any]) -> Iterator[Schema]:
    """As if it matched every pattern."""
    yield from schema.get("patternProperties", {}).values()
    yield from _named(schema, "additionalProperties", "unevaluatedProperties")


def _item(schema: dict[str, Any], index: int) -> Iterator[Schema]:
    first = _first_items(schema)
    if index >= len(first):
        yield from _other_item(schema)
        return
    yield first[index]
    yield from _named(schema, "contains", "unevaluatedItems")


def _other_item(schema: dict[str, Any]) -> Iterator[Schema]:
    rest = "additionalItems" if isinstance(schema.get("items"), list) else "items"
    yield from _named(schema, rest, "contains", "unevaluatedItems")


def _first_items(schema: dict[str, Any]) -> list[Schema]:
    items = schema.get("items")
    return items if isinstance(items, list) else schema.get("prefixItems", [])


def _named(schema: dict[str, Any], *keywords: str) -> Iterator[Schema]:
    return (schema[keyword] for keyword in keywords if keyword in schema)
