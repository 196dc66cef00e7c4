"""One schema of a contract, compiled when it is first needed and shared by all contracts that have the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from weakref import WeakValueDictionary

import jsonschema_rs
import orjson

from letterbox.contracts.cost import MOST_WORK, UNBOUNDED, Cost, cost_of
from letterbox.contracts.effort import Effort, Spent
from letterbox.contracts.engine import validator
from letterbox.contracts.explain import Explanation
from letterbox.contracts.flattened import ROOT, Flattened
from letterbox.contracts.leaves import Leaves
from letterbox.contracts.lightness import is_light
from letterbox.errors import Violation

BYTES_EACH = 24  # that rules take in memory, for each byte of their schemas as JSON
FEWEST_BYTES = 4_096

UNEXPLAINED: Violation = {"pointer": "", "keyword": "schema", "message": "This does not match the schema."}
_shared: WeakValueDictionary[bytes, Rules] = WeakValueDictionary()


class Rules:
    def __init__(self, flattened: Flattened, *, assert_formats: bool, text_bytes: int = 0) -> None:
        self._flattened, self._assert_formats = flattened, assert_formats
        self.cost: Cost | None = None
        self.bytes = FEWEST_BYTES + BYTES_EACH * text_bytes
        """About how many they take in memory once they are ready."""

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        """Raises ValueError for what cannot be compiled."""
        return validator(self._flattened.document(), self._flattened.draft, assert_formats=self._assert_formats)

    @cached_property
    def is_light(self) -> bool:
        """Whether it can be compiled where others wait, in a few milliseconds."""
        return is_light(self._flattened)

    @property
    def is_ready(self) -> bool:
        """Whether judging may begin, and what it costs is known."""
        return self.cost is not None

    def make_ready(self, work: int = MOST_WORK) -> None:
        """Compile it and count what it costs, with so much work: with little of it, it may not be ready afterwards.

        Raises ValueError for what cannot be compiled.
        """
        self.validator  # noqa: B018 # made when it is asked for
        if self.cost is None:
            cost = cost_of(self._flattened, assert_formats=self._assert_formats, work=work)
            self.cost = cost if cost != UNBOUNDED or work >= MOST_WORK else None

    @cached_property
    def _leaves(self) -> Leaves:
        return Leaves(self._flattened.draft, assert_formats=self._assert_formats)

    def broken_by(self, value: Any, effort: Effort) -> Iterator[Violation]:
        """What a value breaks, found as it is asked for. Raises Spent."""
        if self.validator.is_valid(value):
            return
        told = set()
        for found in self.explained(value, effort):
            if tuple(found.values()) not in told:  # two schemas may ask for the same
                told.add(tuple(found.values()))
                yield found
        if not told:
            yield UNEXPLAINED

    def explained(self, value: Any, effort: Effort) -> Iterator[Violation]:
        """What a value breaks, found without the validator. Raises Spent."""
        try:
            yield from Explanation(self._flattened, self._leaves, effort).broken(self._flattened.schemas[ROOT], value)
        except RecursionError:
            raise Spent from None


def shared(flattened: Flattened, *, assert_formats: bool) -> Rules:
    """The rules of a schema; one object for all that ask for the same, as long as anybody holds it."""
    text = orjson.dumps([flattened.draft, assert_formats, flattened.schemas])
    digest = hashlib.sha256(text).digest()
    rules = _shared.get(digest)
    if rules is None:
        rules = _shared[digest] = Rules(flattened, assert_formats=assert_formats, text_bytes=len(text))
    return rules
