"""How much judging by a schema can cost at worst, counted before anything is judged.

Every value is judged by a set of schemas: those that its parent's schemas have for it. All sets that can occur are gone
through, from the root downwards; what the dearest costs for one value, times the values of a body, no body can exceed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from letterbox.contracts import children
from letterbox.contracts.flattened import ROOT, Flattened
from letterbox.contracts.keywords import KEYWORDS, Schema, schemas_in
from letterbox.contracts.loops import endless
from letterbox.contracts.weights import Weight, weight_of
from letterbox.facts.parsed import DEEPEST

MOST_WORK = 100_000  # schemas that are looked at, in all sets together; about a microsecond each
MOST_TIMES = 1_000_000  # one schema for the same value

Together = frozenset[tuple[int, int]]  # schemas for the same value: by number, and how often each


class Cost(NamedTuple):
    """At worst, in steps of about 10 ns: for each value, and for each byte of its text."""

    value: float
    byte: float

    def of(self, nodes: int, text_bytes: int) -> float:
        return self.value * nodes + self.byte * text_bytes


UNBOUNDED = Cost(math.inf, math.inf)


def cost_of(flattened: Flattened, *, assert_formats: bool, work: int = MOST_WORK) -> Cost:
    """UNBOUNDED also if that takes more work to tell."""
    try:
        return _Counting(flattened, work, assert_formats=assert_formats).cost()
    except (_TooMuch, RecursionError):
        return UNBOUNDED


class _TooMuch(Exception):
    """There are more sets than can be gone through."""


class _Counting:
    def __init__(self, flattened: Flattened, work: int, *, assert_formats: bool) -> None:
        self._schemas, self._assert_formats, self._work = flattened.schemas, assert_formats, work
        self._numbered: dict[int, dict[str, Any]] = {}
        self._here: dict[int, Counter[int]] = {}
        self._weights: dict[int, Weight] = {}

    def cost(self) -> Cost:
        """Raises _TooMuch."""
        weights: dict[Together, Weight] = {}
        below: dict[int, list[int]] = {}
        waiting = [self._together([(self._schemas[ROOT], 1)])]
        while waiting:
            together = waiting.pop()
            if together not in weights:
                schemas = self._all_here(together)
                weights[together] = self._weight(schemas)
                following = [each for judging in children.below(schemas) if (each := self._together(judging))]
                below[hash(together)] = [hash(each) for each in following]
                waiting += following
        return _dearest(list(weights.values()), is_endless=endless(below, math.inf) is not None)

    def _together(self, judging: Iterable[tuple[Schema, int]]) -> Together:
        counts: Counter[int] = Counter()
        for schema, times in judging:
            if isinstance(schema, dict):
                self._numbered[id(schema)] = schema
                counts[id(schema)] += times
        self._spend(len(counts) + 1, counts.values())
        return frozenset(counts.items())

    def _all_here(self, together: Together) -> list[tuple[dict[str, Any], int]]:
        """With those that they refer to or combine, which judge the same value."""
        counts: Counter[int] = Counter()
        for number, times in together:
            for other, more in self._with_its_own(number).items():
                counts[other] += times * more
        self._spend(len(counts), counts.values())
        return [(self._numbered[number], times) for number, times in counts.items()]

    def _with_its_own(self, number: int) -> Counter[int]:
        known = self._here.get(number)
        if known is None:
            schema = self._numbered[number]
            # What is left over is found by judging once more by all that might have left it.
            times = 2 if {"unevaluatedProperties", "unevaluatedItems"} & set(schema) else 1
            known = Counter({number: 1})
            for part in self._combined(schema):
                self._numbered[id(part)] = part
                for other, more in self._with_its_own(id(part)).items():
                    known[other] += times * more
            self._spend(len(known), known.values())
            self._here[number] = known
        return known

    def _combined(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for name, value in schema.items():
            keyword = KEYWORDS[name]
            if keyword.below == "reference":
                yield from _objects([self._schemas[value]])
            elif keyword.here:
                yield from _objects([part for _, part in schemas_in(keyword, value)])

    def _weight(self, schemas: list[tuple[dict[str, Any], int]]) -> Weight:
        total = Weight()
        for schema, times in schemas:
            if id(schema) not in self._weights:
                self._weights[id(schema)] = weight_of(schema, assert_formats=self._assert_formats)
            total = total.plus(self._weights[id(schema)].times(times))
        return total

    def _spend(self, work: int, times: Iterable[int]) -> None:
        self._work -= work
        if self._work < 0 or max(times, default=0) > MOST_TIMES:
            raise _TooMuch


def _objects(schemas: list[Schema]) -> Iterator[dict[str, Any]]:
    return (schema for schema in schemas if isinstance(schema, dict))


def _dearest(weights: list[Weight], *, is_endless: bool) -> Cost:
    value, member, byte, unique = (max(parts) for parts in zip(*weights, strict=True))
    levels = DEEPEST if is_endless else min(DEEPEST, sum(weight.unique > 0 for weight in weights))
    return Cost(value + member + levels * unique, byte)
