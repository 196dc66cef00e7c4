"""The trail: which steps a request went through, what each came to, and how long it took. Kept with the request."""

from __future__ import annotations

from time import perf_counter_ns

import orjson

PASSED = "passed"


class Trail:
    """Collects steps, each timed from the end of the one before: name, outcome, microseconds, note."""

    __slots__ = ("_since", "_steps")

    def __init__(self) -> None:
        self._steps: list[str] = []  # as JSON
        self._since = perf_counter_ns()

    def restart(self) -> None:
        """Begin the next step now: what passed since the last one was waiting for bytes."""
        self._since = perf_counter_ns()

    def add(self, step: str, outcome: str = PASSED, note: str | None = None) -> None:
        now = perf_counter_ns()
        noted = "null" if note is None else orjson.dumps(note).decode()
        # Steps and outcomes are words of ours, with nothing to escape: this takes a third of what a whole list takes.
        self._steps.append(f'["{step}","{outcome}",{(now - self._since) // 1000},{noted}]')
        self._since = now

    def text(self) -> str:
        """JSON of all steps so far."""
        return f"[{','.join(self._steps)}]"
