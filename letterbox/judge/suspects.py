"""What has been too much for a child lately, or much again and again: by name, until it is forgotten."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MOST = 10_000


class Suspects:
    """Names, each for so many seconds after it was last added; beyond 10,000 the oldest is forgotten early."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._until: dict[str, float] = {}

    def add(self, name: str) -> bool:
        """Whether it is new here."""
        is_new = name not in self
        self._until.pop(name, None)
        self._until[name] = self._clock() + self._seconds
        if len(self._until) > MOST:
            del self._until[next(iter(self._until))]
        return is_new

    def __contains__(self, name: str) -> bool:
        until = self._until.get(name)
        if until is None:
            return False
        if until <= self._clock():
            del self._until[name]
            return False
        return True


class Repeats:
    """Names that come again: so many times within so many seconds. Beyond 10,000 names the oldest is forgotten."""

    def __init__(self, times: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._times, self._seconds, self._clock = times, seconds, clock
        self._seen: dict[str, deque[float]] = {}

    def add(self, name: str) -> bool:
        """Whether this is at least the last of so many."""
        seen = self._seen.pop(name, None) or deque(maxlen=self._times)
        seen.append(self._clock())
        self._seen[name] = seen
        if len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]
        return len(seen) == self._times and seen[-1] - seen[0] <= self._seconds
