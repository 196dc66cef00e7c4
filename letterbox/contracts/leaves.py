"""Keywords one at a time: whether a value keeps one is left to the library, so that it and its explanation agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs

from letterbox.contracts.effort import Effort
from letterbox.contracts.engine import validator
from letterbox.contracts.flattened import document
from letterbox.contracts.keywords import DRAFT_4, Schema

_IS: dict[str, Callable[[Any], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}
TO_MAKE, TO_MAKE_WHOLE = 10, 1_000  # steps; the latter is more than is spent where others wait
_MODIFIERS = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}  # booleans in draft 4


class Leaves:
    """Validators of single keywords of one flattened schema, each made when it is first needed."""

    def __init__(self, draft: int, *, assert_formats: bool) -> None:
        self._draft, self._assert_formats = draft, assert_formats
        self._made: dict[tuple[object, str], jsonschema_rs.Validator] = {}

    def holds(self, schema: dict[str, Any], keyword: str, value: Any, effort: Effort) -> bool:
        """Whether a value keeps one keyword of a schema. Raises Spent."""
        if keyword == "type":
            return self._is_of(schema["type"], value)
        if keyword in _MODIFIERS.values() and isinstance(schema[keyword], bool):
            return True
        return self._once(id(schema), keyword, lambda: self._alone(schema, keyword), effort).is_valid(value)

    def pattern(self, pattern: str, effort: Effort) -> jsonschema_rs.Validator:
        return self._once(pattern, "pattern", lambda: {"pattern": pattern}, effort)

    def whole(self, schema: dict[str, Any], schemas: dict[str, Schema], effort: Effort) -> jsonschema_rs.Validator:
        """By all keywords of a schema together."""
        return self._once(id(schema), "", lambda: document(schemas) | schema, effort, TO_MAKE_WHOLE)

    def _once(
        self, key: object, keyword: str, schema: Callable[[], dict[str, Any]], effort: Effort, steps: int = TO_MAKE
    ) -> jsonschema_rs.Validator:
        known = self._made.get((key, keyword))
        if known is None:
            effort.spend(steps)
            known = self._made[key, keyword] = validator(schema(), self._draft, assert_formats=self._assert_formats)
        return known

    def _alone(self, schema: dict[str, Any], keyword: str) -> dict[str, Any]:
        return {name: schema[name] for name in (keyword, _MODIFIERS.get(keyword)) if name in schema}

    def _is_of(self, types: str | list[str], value: Any) -> bool:
        several = [types] if isinstance(types, str) else types
        return any(self._is_integer(value) if name == "integer" else _IS[name](value) for name in several)

    def _is_integer(self, value: Any) -> bool:
        if isinstance(value, float):
            return value.is_integer() and self._draft > DRAFT_4  # 1.0 is one since draft 6
        return isinstance(value, int) and not isinstance(value, bool)
