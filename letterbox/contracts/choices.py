"""Which of several alternatives a value was meant to be: so that what is told is what breaks that one.

An alternative is out when the value's type, or a member with a fixed value such as `"action": "opened"`, says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from letterbox.contracts.findings import Found, Path, violation
from letterbox.contracts.judgement import VIOLATIONS_SHOWN
from letterbox.contracts.keywords import Schema
from letterbox.errors import Violation

if TYPE_CHECKING:
    from letterbox.contracts.explain import Explanation

MOST_COMPARED = 8  # alternatives; of more it is only asked whether they match
FIXED = ("const", "enum")


class Choice:
    """A value that should match one of several schemas."""

    def __init__(self, explanation: Explanation, alternatives: list[Schema], value: Any, path: Path) -> None:
        self._explanation, self._alternatives, self._value, self._path = explanation, alternatives, value, path

    def broken(self, keyword: str) -> Found:
        """What is wrong with it: more than one match for oneOf, none at all, or what breaks the one that is meant."""
        ruled_out = [self._ruled_out_by(alternative) for alternative in self._alternatives]
        meant = [self._alternatives[index] for index, by in enumerate(ruled_out) if by is None]
        most = VIOLATIONS_SHOWN if len(meant) <= MOST_COMPARED else 1
        broken = [self._broken(alternative, keyword, most) for alternative in meant]
        matching = sum(not violations for violations in broken)
        if matching > 1 and keyword == "oneOf":
            yield violation(
                self._path, keyword, "This matches more than one of the alternatives; exactly one is allowed."
            )
        elif not matching:
            yield from self._closest(broken) or [self._none(keyword, ruled_out)]

    def _broken(self, alternative: Schema, keyword: str, most: int) -> list[Violation]:
        return list(islice(self._explanation.broken(alternative, self._value, self._path, keyword), most))

    def _closest(self, broken: list[list[Violation]]) -> list[Violation]:
        """What breaks the alternative that the value is nearest to; nothing if two are equally near."""
        ranked = sorted(broken, key=len)
        if len(ranked) > 1 and len(ranked[0]) == len(ranked[1]):
            return []
        return ranked[0] if ranked else []

    def _none(self, keyword: str, ruled_out: list[Path | None]) -> Violation:
        """At the member that rules out every alternative, if it is the same for all."""
        where = set(ruled_out)
        step = where.pop() if len(where) == 1 else None
        return violation(
            (*self._path, *(step or ())), keyword, f"This matches none of the {len(self._alternatives)} alternatives."
        )

    def _ruled_out_by(self, alternative: Schema) -> Path | None:
        """The path from the value to what rules an alternative out; None if it may be meant."""
        self._explanation.step()
        schema = self._explanation.target(alternative)
        if isinstance(schema, bool):
            return None if schema else ()
        if not self._keeps(schema, ("type", *FIXED), self._value):
            return ()
        return next(chain(self._wrong_members(schema), self._wrong_parts(schema)), None)

    def _wrong_parts(self, schema: dict[str, Any]) -> Iterator[Path]:
        """What rules out a schema of allOf, or all of anyOf or oneOf."""
        ruled_out = (self._ruled_out_by(part) for part in schema.get("allOf", ()))
        yield from (by for by in ruled_out if by is not None)
        for keyword in ("anyOf", "oneOf"):
            by = [self._ruled_out_by(part) for part in schema.get(keyword, ())]
            if by and None not in by:
                yield by[0] or ()

    def _wrong_members(self, schema: dict[str, Any]) -> Iterator[Path]:
        properties = schema.get("properties", {}) if isinstance(self._value, dict) else {}
        for name, rule in properties.items():
            if name in self._value:
                fixed = self._explanation.target(rule)
                if isinstance(fixed, dict) and not self._keeps(fixed, FIXED, self._value[name]):
                    yield (name,)

    def _keeps(self, schema: dict[str, Any], keywords: tuple[str, ...], value: Any) -> bool:
        return all(self._explanation.keeps(schema, keyword, value) for keyword in keywords if keyword in schema)
