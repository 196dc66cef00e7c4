"""One schema for several that an event may conform to: told apart by a property where they can be, else by trying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST_HOPS = 32  # from reference to reference
MOST_NAMES = 10  # properties that are looked at

Follow = Callable[[Any], Any]  # from a schema that refers to another to that one


def any_of(schemas: list[Any], follow: Follow) -> Any:
    """Takes what conforms to any of these schemas.

    If each asks for other values of one property, such as `action`, that decides which one counts: whatever is broken
    is then told by that schema alone, and the others cost nothing.
    """
    if len(schemas) == 1:
        return schemas[0]
    for name in _asked_for(schemas[0], follow):
        asked = Asked(name, follow)
        values = [asked.values(schema) for schema in schemas]
        if all(values) and sum(map(len, values)) == len(frozenset().union(*values)):
            return _by(name, [sorted(each) for each in values], schemas)
    return {"anyOf": schemas}


class Asked:
    """Which texts schemas ask for as the value of one property; each schema is looked at once."""

    def __init__(self, name: str, follow: Follow) -> None:
        self._name, self._follow = name, follow
        self._known: dict[int, frozenset[str]] = {}  # by the identity of a schema; nothing while it is looked at

    def values(self, schema: Any) -> frozenset[str]:
        """The texts that the property must have one of; none if it may be left out, or be anything else.

        None as well where schemas lead on to one another further than can be followed.
        """
        try:
            return self._found(schema)
        except RecursionError:
            return frozenset()

    def _found(self, schema: Any) -> frozenset[str]:
        schema = _end(schema, self._follow)
        if id(schema) not in self._known:
            self._known[id(schema)] = frozenset()
            self._known[id(schema)] = self._values(schema)
        return self._known[id(schema)]

    def _values(self, schema: Any) -> frozenset[str]:
        if not isinstance(schema, dict) or schema.get("nullable") is True:
            return frozenset()
        properties = schema.get("properties")
        if schema.get("type") == "object" and self._name in _names(schema) and isinstance(properties, dict):
            return _texts(_end(properties.get(self._name), self._follow))
        found = [self._found(member) for member in _members(schema)]
        return frozenset().union(*found) if all(found) else frozenset()


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
    members = _members(schema)
    return _names(_end(members[0], follow) if members else schema)[:MOST_NAMES]


def _members(schema: Any) -> list[Any]:
    """The schemas that it is a choice of."""
    members = (schema.get("oneOf") or schema.get("anyOf")) if isinstance(schema, dict) else None
    return members if isinstance(members, list) else []


def _names(schema: Any) -> list[str]:
    required = schema.get("required") if isinstance(schema, dict) else None
    return [name for name in required if isinstance(name, str)] if isinstance(required, list) else []


def _texts(schema: Any) -> frozenset[str]:
    if not isinstance(schema, dict) or schema.get("nullable") is True:
        return frozenset()
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    are_texts = isinstance(values, list) and all(isinstance(value, str) for value in values)
    return frozenset(values or ()) if are_texts else frozenset()


def _end(schema: Any, follow: Follow) -> Any:
    for _ in range(MOST_HOPS):
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
            break
        schema = follow(schema)
    return schema
