"""The contracts that a child still has compiled. Its parent keeps the same shelf, and so knows without asking."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

MOST_THINGS = 256
MOST_BYTES = 16 * 1024 * 1024  # of text; compiled it is several times as much

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """By digest, within bounds; what was used longest ago leaves first. The one put last is never the one to leave."""

    def __init__(self, most_things: int = MOST_THINGS, most_bytes: int = MOST_BYTES) -> None:
        self._most_things, self._most_bytes = most_things, most_bytes
        self._things: OrderedDict[str, tuple[Thing, int]] = OrderedDict()
        self._bytes = 0

    def get(self, digest: str) -> Thing | None:
        """The thing, which from now on is the one used last."""
        if digest not in self._things:
            return None
        self._things.move_to_end(digest)
        return self._things[digest][0]

    def put(self, digest: str, thing: Thing, text_bytes: int) -> None:
        """Put a thing that is not there yet."""
        self._things[digest] = (thing, text_bytes)
        self._bytes += text_bytes
        while len(self._things) > 1 and (len(self._things) > self._most_things or self._bytes > self._most_bytes):
            _, (_, left_bytes) = self._things.popitem(last=False)
            self._bytes -= left_bytes

    def clear(self) -> None:
        self._things.clear()
        self._bytes = 0
