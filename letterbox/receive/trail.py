"""The trail: which steps a request went through, what each came to, and how long it took. Kept with the request."""

from __future__ import annotations

import time

import orjson

PASSED = "passed"

Step = tuple[str, str, int, str | None]  # name, outcome, microseconds, note


class Trail:
    """Collects steps, each timed from the end of the one before."""

    __slots__ = ("_since", "_steps")

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._since = time.perf_counter_ns()

    def restart(self) -> None:
        """Begin the next step now: what passed since the last one was waiting for bytes."""
        self._since = time.perf_counter_ns()

    def add(self, step: str, outcome: str = PASSED, note: str | None = None) -> None:
        now = time.perf_counter_ns()
        self._steps.append((step, outcome, (now - self._since) // 1000, note))
        self._since = now

    def text(self) -> str:
        """JSON of all steps so far."""
        return orjson.dumps(self._steps).decode()
