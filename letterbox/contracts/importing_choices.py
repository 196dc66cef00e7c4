"""One schema for several that an event may conform to: told apart by a property where they can be, else by trying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST_HOPS = 32

Follow = Callable[[Any], Any]  # from a schema that refers to another to that one


def any_of(schemas: list[Any], follow: Follow) -> Any:
    """Takes what conforms to any of these schemas.

    If each asks for other values of one property, such as `action`, that decides which one counts: whatever is broken
    is then told by that schema alone, and the others cost nothing.
    """
    if len(schemas) == 1:
        return schemas[0]
    for name in _asked_for(schemas[0], follow):
        values = [_values(schema, name, follow) for schema in schemas]
        if all(values) and sum(map(len, values)) == len(frozenset().union(*values)):
            return _by(name, [sorted(each) for each in values], schemas)
    return {"anyOf": schemas}


def _by(name: str, values: list[list[str]], schemas: list[Any]) -> dict[str, Any]:
    conditions = [{"required": [name], "properties": {name: {"enum": each}}} for each in values]
    return {
        "type": "object",
        "required": [name],
        "properties": {name: {"enum": [value for each in values for value in each]}},
        "allOf": [{"if": when, "then": then} for when, then in zip(conditions, schemas, strict=True)],
    }


def _asked_for(schema: Any, follow: Follow) -> list[str]:
    """The properties that a schema asks for, or the first of those that it is a choice of."""
    schema = _end(schema, follow)
    if not isinstance(schema, dict):
        return []
    members = schema.get("oneOf") or schema.get("anyOf")
    if isinstance(members, list) and "required" not in schema:
        return _asked_for(members[0], follow)
    required = schema.get("required")
    return [name for name in required if isinstance(name, str)] if isinstance(required, list) else []


def _values(schema: Any, name: str, follow: Follow, hops: int = MOST_HOPS) -> frozenset[str]:
    """The texts that a property must have one of; none if it may be left out, or be anything else."""
    schema = _end(schema, follow)
    if not isinstance(schema, dict) or schema.get("nullable") is True or not hops:
        return frozenset()
    if schema.get("type") == "object" and name in schema.get("required", ()):
        return _texts(_end(schema.get("properties", {}).get(name), follow))
    members = schema.get("oneOf") or schema.get("anyOf")
    found = [_values(member, name, follow, hops - 1) for member in members] if isinstance(members, list) else []
    return frozenset().union(*found) if all(found) else frozenset()


def _texts(schema: Any) -> frozenset[str]:
    if not isinstance(schema, dict) or schema.get("nullable") is True:
        return frozenset()
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    are_texts = isinstance(values, list) and all(isinstance(value, str) for value in values)
    return frozenset(values or ()) if are_texts else frozenset()


def _end(schema: Any, follow: Follow) -> Any:
    for _ in range(MOST_HOPS):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        schema = follow(schema)
    return schema
