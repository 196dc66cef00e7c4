"""What a value breaks of a schema, in plain sentences: found one by one, so that it can stop at the twentieth.

The library that judges would list all at once, each with a copy of the value: a thousand missing members of 1 MiB
took 43 s.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from letterbox.contracts import members, wording
from letterbox.contracts.choices import Choice
from letterbox.contracts.effort import Effort
from letterbox.contracts.findings import Found, Path, violation
from letterbox.contracts.flattened import Flattened
from letterbox.contracts.keywords import Schema
from letterbox.contracts.leaves import Leaves

TOGETHER = 16  # names or items that are gone through for one step


class Explanation:
    """Explains by one flattened schema, with as many steps as the effort has left. Everything here raises Spent."""

    def __init__(self, flattened: Flattened, leaves: Leaves, effort: Effort) -> None:
        self.schemas, self._leaves, self._effort = flattened.schemas, leaves, effort

    def broken(self, schema: Schema, value: Any, path: Path = (), by: str = "") -> Found:
        """What the value at a path breaks of a schema, which stands below the keyword `by`."""
        self._effort.spend()
        if isinstance(schema, bool):
            if not schema:
                yield violation(path, by, "This is not allowed here.")
            return
        holds = True
        for keyword in schema:
            for found in self._broken_by(keyword, schema, value, path):
                holds = False
                yield found
        if holds:
            yield from self._unevaluated(schema, value, path)

    def holds(self, schema: Schema, value: Any) -> bool:
        return next(self.broken(schema, value), None) is None

    def keeps(self, schema: dict[str, Any], keyword: str, value: Any) -> bool:
        """Whether a value keeps one keyword that stands by itself; the library goes through the value each time."""
        self.gone_through(value if isinstance(value, dict | list) else ())
        return self._leaves.holds(schema, keyword, value, self._effort)

    def matches(self, pattern: str, name: str) -> bool:
        self._effort.spend()
        return self._leaves.pattern(pattern, self._effort).is_valid(name)

    def step(self) -> None:
        self._effort.spend()

    def gone_through(self, several: Collection[Any]) -> None:
        self._effort.spend(len(several) // TOGETHER)

    def target(self, schema: Schema) -> Schema:
        """What a schema that is nothing but a reference leads to."""
        while isinstance(schema, dict) and set(schema) == {"$ref"}:
            self._effort.spend()
            schema = self.schemas[schema["$ref"]]
        return schema

    def _broken_by(self, keyword: str, schema: dict[str, Any], value: Any, path: Path) -> Found:
        applied = _APPLIED.get(keyword)
        if applied is not None:
            return applied(self, schema, value, path)
        if self.keeps(schema, keyword, value):
            return iter(())
        return wording.broken(keyword, schema[keyword], value, path)

    def _unevaluated(self, schema: dict[str, Any], value: Any, path: Path) -> Found:
        """What is left over depends on all that matched below: the library is asked, once nothing else is broken."""
        keyword, parts = _LEFT_OVER.get(type(value).__name__, ("", ""))
        if keyword in schema and not self._leaves.whole(schema, self.schemas, self._effort).is_valid(value):
            yield violation(path, keyword, f"This has {parts} that no schema here provides for.")


_LEFT_OVER = {"list": ("unevaluatedItems", "items"), "dict": ("unevaluatedProperties", "members")}
Applied = Callable[[Explanation, dict[str, Any], Any, Path], Found]


def _nothing(_explanation: Explanation, _schema: dict[str, Any], _value: Any, _path: Path) -> Found:
    """Said by the keyword that it belongs to."""
    return iter(())


def _reference(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    return explanation.broken(explanation.schemas[schema["$ref"]], value, path, "$ref")


def _all(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    for part in schema["allOf"]:
        yield from explanation.broken(part, value, path, "allOf")


def _any(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    return Choice(explanation, schema["anyOf"], value, path).broken("anyOf")


def _one(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    return Choice(explanation, schema["oneOf"], value, path).broken("oneOf")


def _not(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    if explanation.holds(schema["not"], value):
        yield violation(path, "not", "This is not allowed here.")


def _if(explanation: Explanation, schema: dict[str, Any], value: Any, path: Path) -> Found:
    branch = "then" if explanation.holds(schema["if"], value) else "else"
    if branch in schema:
        yield from explanation.broken(schema[branch], value, path, branch)


_APPLIED: dict[str, Applied] = {
    "$ref": _reference,
    "allOf": _all,
    "anyOf": _any,
    "oneOf": _one,
    "not": _not,
    "if": _if,
    **members.APPLIED,
    **dict.fromkeys(
        ("then", "else", "unevaluatedItems", "unevaluatedProperties", "minContains", "maxContains"), _nothing
    ),
}
