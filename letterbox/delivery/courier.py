"""The courier: takes one delivery out, and says what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import NamedTuple

from letterbox.delivery.attempts import opened_target, tried_of
from letterbox.delivery.lane import Lane
from letterbox.delivery.outgoing import Target, outgoing
from letterbox.delivery.preparing import Preparing, Unpreparable, Withdrawn
from letterbox.delivery.ruling import Ruling, given_up, ruled, withdrawn
from letterbox.delivery.sender import Answer, Sender
from letterbox.delivery.settler import Settler
from letterbox.delivery.supply import Ready
from letterbox.errors import Unavailable
from letterbox.ids import now
from letterbox.sealing import Seal
from letterbox.store.deliveries import Delivery
from letterbox.store.destinations import Destination
from letterbox.store.due import Due
from letterbox.store.outcomes import Outcome

UNBUILDABLE = "This delivery could not be made into a request: {}"

OPEN_SECONDS = 1.0  # secrets are kept open

log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """A target, and what it was made of."""

    destination: Destination
    target: Target
    until: float  # by time.monotonic()


class Courier:
    """Of one dispatcher. `draw` gives numbers from [0, 1)."""

    def __init__(self, sender: Sender, settler: Settler, seal: Seal, draw: Callable[[], float]) -> None:
        self._sender, self._settler, self._seal, self._draw = sender, settler, seal, draw
        self._targets: dict[str, Kept] = {}
        self._under_way: dict[str, float] = {}  # since when, by time.monotonic()

    def prepared(self, lane: Lane, due: Due, preparing: Preparing) -> Ready | None:
        """What is to be sent; None if that can't be, and it is given up. On any thread. Raises Unavailable."""
        try:
            destination = lane.destination
            return Ready(due.delivery, preparing.letter(due, destination), destination)
        except Unavailable:
            raise
        except Withdrawn as reason:
            self._end(lane, withdrawn(due.delivery, str(reason), now()))
        except Unpreparable as reason:
            self._end(lane, given_up(due.delivery, str(reason), now()))
        except Exception as failure:  # one poisonous delivery must not keep the others waiting
            log.error("%s can't be prepared", due.delivery.id, exc_info=failure)
            self._end(lane, given_up(due.delivery, UNBUILDABLE.format(type(failure).__name__), now()))
        return None

    async def attempt(self, lane: Lane, ready: Ready) -> None:
        """Send it once. Cut off in the middle, it counts as not sent."""
        destination, delivery, started_at = ready.destination, ready.delivery, now()
        try:
            going = outgoing(self._target(destination), ready.letter, started_at // 1000)
        except Exception as failure:  # noqa: BLE001 # a poisonous one is given up, and the reason kept with it
            reason = UNBUILDABLE.format(str(failure) or type(failure).__name__)
            self._settler.put(lane, Outcome(given_up(delivery, reason, now()), lane.token))
            lane.breaker.forget()
            return
        self._under_way[delivery.id] = time.monotonic()
        try:
            answer = await self._sender.send(going, timeout_seconds=destination.timeout_seconds)
        finally:
            del self._under_way[delivery.id]
        ruling = ruled(delivery, answer, destination.retry_schedule_seconds, now(), self._draw())
        self._tell(lane, answer, ruling)
        tried = tried_of(ruling.delivery, started_at, answer)
        self._settler.put(lane, Outcome(ruling.delivery, lane.token, tried, ruling.is_gone, _opened_until(lane)))

    def forget(self, destination_id: str) -> None:
        """It was removed, and its secrets with it."""
        self._targets.pop(destination_id, None)

    def slow(self, seconds: float) -> list[str]:
        """The deliveries that are on their way for longer than this."""
        begun = time.monotonic() - seconds
        return [name for name, at in self._under_way.items() if at < begun]

    def _target(self, destination: Destination) -> Target:
        """Opened anew now and then, since a secret may have expired."""
        key = destination.id
        kept = self._targets.get(key)
        if kept is None or kept.destination is not destination or time.monotonic() > kept.until:
            target = opened_target(destination, self._seal)
            kept = self._targets[key] = Kept(destination, target, time.monotonic() + OPEN_SECONDS)
        return kept.target

    def _tell(self, lane: Lane, answer: Answer, ruling: Ruling) -> None:
        if answer.error is None:
            lane.succeeded()
            return
        lane.failed(self._draw())
        if ruling.is_throttled:
            lane.throttle(ruling.asked_seconds)

    def _end(self, lane: Lane, ended: Delivery) -> None:
        self._settler.give_up_threadsafe(lane, Outcome(ended, lane.token))


def _opened_until(lane: Lane) -> int | None:
    seconds = lane.open_for_seconds
    return None if seconds is None else now() + round(seconds * 1000)
