"""When a failed delivery is tried again. Whoever calls holds the clock and draws the lots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

# The wait before each try, in seconds; the first is at once. 75 h 35 min in all.
DEFAULT_SCHEDULE = (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
JITTER = 0.2
THROTTLING = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)

_SECONDS = re.compile(rb"[0-9]{1,10}")


def wait_after(schedule: Sequence[float], spent: int, asked: float | None, draw: float) -> float | None:
    """Seconds until the next try once `spent` have failed, None when the schedule is used up.

    `draw` from [0, 1) spreads them by ± 20 %, lest what failed together comes back together. A destination may ask for
    a longer wait, up to twice what was planned, and is never asked earlier than that.
    """
    if spent >= len(schedule):
        return None
    planned = float(schedule[spent])
    if asked is None:
        return planned * (1 - JITTER + 2 * JITTER * draw)
    return min(max(planned, asked) + planned * JITTER * draw, 2 * planned)


def asked_of(headers: Iterable[tuple[bytes, bytes]], now: float) -> float | None:
    """The seconds that an answer's Retry-After asks for, at `now` in seconds since 1970; None if there is none."""
    said = next((value.strip() for name, value in headers if name.lower() == b"retry-after"), None)
    if said is None:
        return None
    return float(said) if _SECONDS.fullmatch(said) else _seconds_until(said, now)


def _seconds_until(date: bytes, now: float) -> float | None:
    try:
        moment = parsedate_to_datetime(date.decode("ascii"))
    except (ValueError, OverflowError, IndexError, TypeError):  # all of these are what the parser makes of nonsense
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000" is UTC too
    return max(0.0, aware.timestamp() - now)


def is_gone(status: int | None) -> bool:
    """Whether a destination wants no deliveries any more."""
    return status == HTTPStatus.GONE


def is_throttling(status: int | None) -> bool:
    """Whether a destination, or what stands in front of it, has too much to do."""
    return status in THROTTLING
