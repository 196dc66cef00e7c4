"""What the members of an object and the items of an array break of the schemas for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from letterbox.contracts import wording
from letterbox.contracts.findings import Found, Path, violation
from letterbox.contracts.keywords import Schema

if TYPE_CHECKING:
    from letterbox.contracts.explain import Explanation


def properties(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    rules = schema["properties"]
    if isinstance(value, dict):
        explanation.gone_through(rules)
        for name, rule in rules.items():
            if name in value:
                yield from explanation.broken(rule, value[name], (*path, name), "properties")


def pattern_properties(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    if isinstance(value, dict):
        for pattern, rule in schema["patternProperties"].items():
            for name in _matching(explanation, pattern, value):
                yield from explanation.broken(rule, value[name], (*path, name), "patternProperties")


def additional_properties(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    if not isinstance(value, dict):
        return
    explanation.gone_through(value)
    others = [name for name in value if name not in schema.get("properties", ())]
    for pattern in schema.get("patternProperties", ()):
        matching = set(_matching(explanation, pattern, others))
        others = [name for name in others if name not in matching]
    for name in others:
        yield from explanation.broken(
            schema["additionalProperties"], value[name], (*path, name), "additionalProperties"
        )


def property_names(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    for name in value if isinstance(value, dict) else ():
        if not explanation.holds(schema["propertyNames"], name):
            yield violation((*path, name), "propertyNames", "The name of this member is not allowed.")


def dependencies(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    if isinstance(value, dict):
        yield from wording.dependents("dependencies", schema["dependencies"], value, path)
        yield from _dependent("dependencies", explanation, schema, value, path)


def dependent_schemas(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    return _dependent("dependentSchemas", explanation, schema, value, path)


def _dependent(keyword: str, explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    for name, rule in schema[keyword].items():
        if isinstance(value, dict) and name in value and not isinstance(rule, list):
            yield from explanation.broken(rule, value, path, keyword)


def items(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    if isinstance(schema["items"], list):
        return _each(explanation, zip(schema["items"], _items(value), strict=False), path, "items")
    first = len(schema.get("prefixItems", ()))
    rest = ((schema["items"], item) for item in _items(value)[first:])
    return _each(explanation, rest, path, "items", first)


def prefix_items(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    return _each(explanation, zip(schema["prefixItems"], _items(value), strict=False), path, "prefixItems")


def additional_items(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    if not isinstance(schema.get("items"), list):
        return iter(())
    first = len(schema["items"])
    rest = ((schema["additionalItems"], item) for item in _items(value)[first:])
    return _each(explanation, rest, path, "additionalItems", first)


def contains(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    if not isinstance(value, list):
        return
    fewest, most = schema.get("minContains", 1), schema.get("maxContains")
    number = sum(explanation.holds(schema["contains"], item) for item in value)
    if number < fewest:
        yield violation(path, "contains", "Too few of the items are as the schema asks for.")
    if most is not None and number > most:
        yield violation(path, "maxContains", "Too many of the items are as the schema describes.")


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _each(
    explanation: Explanation, judged: Iterator[tuple[Schema, Any]], path: Path, keyword: str, first: int = 0
) -> Found:
    for index, (rule, item) in enumerate(judged, first):
        yield from explanation.broken(rule, item, (*path, index), keyword)


def _matching(explanation: Explanation, pattern: str, names: Any) -> Iterator[str]:
    return (name for name in names if explanation.matches(pattern, name))


APPLIED = {
    "properties": properties,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
    "propertyNames": property_names,
    "dependencies": dependencies,
    "dependentSchemas": dependent_schemas,
    "items": items,
    "prefixItems": prefix_items,
    "additionalItems": additional_items,
    "contains": contains,
}
