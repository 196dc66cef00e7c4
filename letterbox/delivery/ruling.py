"""What an attempt makes of its delivery: it has succeeded, waits for another one, or is given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from letterbox.delivery import retry
from letterbox.store.deliveries import FRESH, TRIED, Delivery

EXHAUSTED = "Every try of the retry schedule has failed."
GONE = "The destination answered 410: it wants no deliveries any more."


class Answered(Protocol):
    """What came of an attempt: see sender.Answer."""

    @property
    def status(self) -> int | None: ...
    @property
    def error(self) -> str | None: ...
    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]: ...


@dataclass(frozen=True, slots=True)
class Ruling:
    """The delivery as it is now. A destination that has too much to do may ask to be left alone for so long."""

    delivery: Delivery
    is_gone: bool = False
    is_throttled: bool = False
    asked_seconds: float | None = None


def ruled(delivery: Delivery, answer: Answered, schedule: Sequence[float], now: int, draw: float) -> Ruling:
    """`now` in milliseconds since 1970; `draw` from [0, 1) spreads the waits."""
    attempts = delivery.attempts + 1
    if answer.error is None:
        return Ruling(
            delivery._replace(
                status="succeeded",
                due_at=None,
                attempts=attempts,
                last_error=None,
                reason=None,
                updated_at=now,
            )
        )
    tried = delivery._replace(attempts=attempts, last_error=answer.error, updated_at=now)
    if retry.is_gone(answer.status):
        return Ruling(tried._replace(status="failed", due_at=None, reason=GONE), is_gone=True)
    asked = retry.asked_of(answer.headers, now / 1000)
    spent = delivery.spent + 1
    wait = retry.wait_after(schedule, spent, asked, draw)
    tried = tried._replace(spent=spent)
    is_throttled = retry.is_throttling(answer.status)
    if wait is None:
        tried = tried._replace(status="failed", due_at=None, reason=EXHAUSTED)
    else:
        queue = TRIED if delivery.queue == FRESH else delivery.queue
        tried = tried._replace(status="waiting", queue=queue, due_at=now + round(wait * 1000))
    return Ruling(tried, is_throttled=is_throttled, asked_seconds=asked)


def withdrawn(delivery: Delivery, reason: str, now: int) -> Delivery:
    """One that nobody wants to be sent any more."""
    return delivery._replace(status="cancelled", due_at=None, reason=reason, updated_at=now)


def given_up(delivery: Delivery, reason: str, now: int) -> Delivery:
    """One that can't be sent, whatever the destination says."""
    return delivery._replace(status="failed", due_at=None, reason=reason, updated_at=now)
