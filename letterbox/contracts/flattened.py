"""A schema with all that it refers to as one small document, in which each reference is `#/definitions/NUMBER`.

It holds the keywords that count in its draft and nothing else: no addresses, anchors, texts or defaults. What judges,
what counts the cost and what explains read the same few words, and schemas that mean the same share one validator.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from letterbox.contracts.keywords import CONTAINERS, Keyword, Schema, keywords_of
from letterbox.contracts.references import Place, References

ROOT = "#/definitions/0"


class Flattened(NamedTuple):
    """The schemas by what refers to them; the one that was flattened is at ROOT."""

    draft: int
    schemas: dict[str, Schema]

    def document(self) -> dict[str, Any]:
        """As JSON Schema."""
        return {"$ref": ROOT} | document(self.schemas)


def document(schemas: dict[str, Schema]) -> dict[str, Any]:
    """A JSON Schema that judges nothing, and has these to refer to."""
    return {"definitions": {name.rpartition("/")[2]: schema for name, schema in schemas.items()}}


def flattened(place: Place, references: References) -> Flattened:
    """Raises LeadsNowhere."""
    return _Flattening(references, references.draft_of(place)).all_from(place)


class _Flattening:
    def __init__(self, references: References, draft: int) -> None:
        self._references, self._draft = references, draft
        self._numbers: dict[int, str] = {}
        self._waiting: list[Place] = []

    def all_from(self, place: Place) -> Flattened:
        self._number(place)
        schemas: dict[str, Schema] = {}
        for waiting in self._waiting:  # grows while it is gone through
            schemas[self._numbers[id(waiting.schema)]] = self._flat(waiting)
        return Flattened(self._draft, schemas)

    def _number(self, place: Place) -> str:
        if isinstance(place.schema, bool):  # all booleans are two objects: nothing tells where they stand
            place = place._replace(schema={} if place.schema else {"not": {}})
        if id(place.schema) not in self._numbers:
            self._numbers[id(place.schema)] = f"#/definitions/{len(self._waiting)}"
            self._waiting.append(place)
        return self._numbers[id(place.schema)]

    def _flat(self, place: Place) -> Schema:
        if not isinstance(place.schema, dict):
            return bool(place.schema)
        flat: dict[str, Any] = {}
        followed: list[str] = []
        for name, keyword, value in keywords_of(place.schema, self._draft):
            if keyword.below == "reference":
                followed.append(self._number(self._references.followed(place, value)))
            elif name not in CONTAINERS:
                flat[name] = self._below(place, name, keyword, value)
        return _referring(flat, followed)

    def _below(self, place: Place, name: str, keyword: Keyword, value: Any) -> Any:
        if keyword.below == "value":
            return value
        if keyword.below == "named":
            return {
                step: part if isinstance(part, list) else self._flat(place.below(name, step))
                for step, part in value.items()
            }
        if isinstance(value, list):
            return [self._flat(place.below(name, index)) for index in range(len(value))]
        return self._flat(place.below(name))


def _referring(flat: dict[str, Any], followed: list[str]) -> dict[str, Any]:
    """With what it refers to: `$dynamicRef` and `$recursiveRef` lead to one place, so they become plain references."""
    if followed:
        flat["$ref"] = followed[0]
    if len(followed) > 1:
        flat["allOf"] = [*flat.get("allOf", []), *({"$ref": name} for name in followed[1:])]
    return flat
