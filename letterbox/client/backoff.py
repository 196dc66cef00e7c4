"""How long to wait before the next try: a little longer each time, and never in step with others."""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST, LONGEST = 0.25, 5.0  # seconds
LEAST_SHARE = 0.5


def waits() -> Iterator[float]:
    """Seconds, without an end."""
    wait = FIRST
    while True:
        yield wait * random.uniform(LEAST_SHARE, 1)  # noqa: S311 # no secret
        wait = min(2 * wait, LONGEST)
