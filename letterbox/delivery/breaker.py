"""When a destination that keeps failing is left alone, and when it is tried again. Whoever calls holds the clock.

Closed, everything is sent. Five failures in a row open it: nothing is sent for a while. Then it is half-open: a single
probe is sent, whose success closes it and whose failure opens it for twice as long.
"""

from __future__ import annotations

FAILURES_TO_OPEN = 5
SHORTEST_SECONDS, LONGEST_SECONDS = 5.0, 300.0
DOUBLINGS = 6  # 5 s · 2⁶ is beyond the longest
JITTER = 0.2
PROBE_SECONDS = 60.0  # longer than any try: a probe that nobody told the outcome of is forgotten


class Breaker:
    """Of one destination. Times are seconds of one clock that never jumps."""

    def __init__(self) -> None:
        self._failures = 0  # in a row
        self._openings = 0  # in a row
        self._open_until: float | None = None  # None: closed
        self._probing_since: float | None = None
        self._held_until = float("-inf")

    def may_send(self, now: float) -> bool:
        return now >= self._held_until and (self._open_until is None or self._may_probe(now))

    def opens_at(self, now: float) -> float | None:
        """When to look again; None where it may send now, or waits for its probe's outcome."""
        if self.may_send(now):
            return None
        later = max(self._held_until, self._open_until or self._held_until)
        return later if later > now else None

    def begin(self, now: float) -> None:
        """Something is sent: the probe, unless it is closed."""
        if self._open_until is not None:
            self._probing_since = now

    def forget(self) -> None:
        """What was begun was not sent after all: if it was the probe, another one may be."""
        self._probing_since = None

    def succeeded(self) -> None:
        """It answers: whatever was known of failures is past. What it asked to wait for still holds."""
        self._failures = self._openings = 0
        self._open_until = self._probing_since = None

    def failed(self, now: float, draw: float) -> None:
        """One more failure; `draw` from [0, 1) spreads the wait by ± 20 %."""
        self._failures += 1
        if self._open_until is None:
            if self._failures >= FAILURES_TO_OPEN:
                self._open(now, draw)
        elif self._probing_since is not None:
            self._open(now, draw)
        # else it has been open already: this was sent before, and says nothing new

    def throttle(self, now: float, seconds: float) -> None:
        """Hold everything for so long, whatever the state."""
        self._held_until = max(self._held_until, now + seconds)

    def _may_probe(self, now: float) -> bool:
        if self._open_until is None or now < self._open_until:
            return False
        return self._probing_since is None or now - self._probing_since >= PROBE_SECONDS

    def _open(self, now: float, draw: float) -> None:
        planned = min(SHORTEST_SECONDS * 2 ** min(self._openings, DOUBLINGS), LONGEST_SECONDS)
        self._openings += 1
        self._open_until = now + planned * (1 - JITTER + 2 * JITTER * draw)
        self._probing_since = None
