"""Step 3, rate: a token bucket. A decision: it is told the time."""

from __future__ import annotations

import math


class Bucket:
    """Lets through so many a second, and as many at once after a quiet second."""

    __slots__ = ("_at", "_per_second", "_tokens")

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._tokens = float(per_second)
        self._at = -math.inf

    def wait_seconds(self, now: float) -> int:
        """0 if one more may pass at this time (in seconds, monotonic); else the whole seconds until one may."""
        gained = (now - self._at) * self._per_second if self._at > -math.inf else 0.0
        self._tokens, self._at = min(self._per_second, self._tokens + gained), now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return max(1, math.ceil((1 - self._tokens) / self._per_second))
