"""A lane: everything that goes to one destination, for as long as this process holds its lease. On the event loop.

Because no other process sends there meanwhile, what is in flight, the rate, the breaker and whose turn it is are facts
of this object's memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from functools import partial
from typing import Protocol

from letterbox.delivery.breaker import Breaker
from letterbox.delivery.supply import RETRY_SECONDS, Filled, Ready, Supply
from letterbox.ids import now
from letterbox.store.deliveries import Delivery
from letterbox.store.destinations import Destination

MOST_UNSETTLED = 512
IDLE_SECONDS = 30.0
LEAST_WAIT_SECONDS = 0.02  # so that what is due shortly is read together
THROTTLE_SECONDS, LONGEST_THROTTLE_SECONDS = 1.0, 60.0
MOST_DOUBLINGS = 6

log = logging.getLogger(__name__)


class Rounds(Protocol):
    """What a lane asks of whoever goes the rounds."""

    @property
    def is_sure(self) -> bool:
        """Whether its leases surely hold."""

    def fill(self, lane: Lane, wanted: tuple[int, ...], known: frozenset[str]) -> Awaitable[Filled]:
        """Read what is due. Raises Unavailable."""

    def attempt(self, lane: Lane, ready: Ready) -> Awaitable[None]:
        """Send it, tell the lane how that went, and have it be settled."""


class Lane:
    """Of one destination, under a lease of this token."""

    def __init__(self, rounds: Rounds, destination: Destination, token: int) -> None:
        self.destination, self.token = destination, token
        self.breaker = Breaker()
        self._rounds, self._loop = rounds, asyncio.get_running_loop()
        self._supply = Supply(destination.id, partial(rounds.fill, self), self.pump)
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._free_at = float("-inf")  # by the rate
        self._throttles = 0  # in a row
        self._throttled_until = float("-inf")
        self._pumping: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._news_of_settling = asyncio.Event()
        self._busy_at = self._loop.time()

    @property
    def is_idle(self) -> bool:
        """Whether it has had nothing to do for a while."""
        return self._supply.is_idle and self._loop.time() - self._busy_at > IDLE_SECONDS

    @property
    def held_bytes(self) -> int:
        """Of bodies that are ready or in flight."""
        return self._supply.held_bytes

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is in flight, nor waits to be settled."""
        return self._supply.is_empty and not self._tasks

    @property
    def open_for_seconds(self) -> float | None:
        """How long nothing else is sent there; None if it may be."""
        now = self._loop.time()
        later = self.breaker.opens_at(now)
        return None if later is None else later - now

    def kick(self) -> None:
        """There may be something that is not known yet."""
        self._supply.kick()

    def holds_of(self, endpoint_id: str) -> bool:
        """Whether anything of this endpoint is ready."""
        return self._supply.holds_of(endpoint_id)

    def change(self, destination: Destination) -> None:
        """From now on, send as this says."""
        self.destination = destination
        self._supply.begin_anew()

    def close(self) -> None:
        """Begin nothing any more. What is in flight goes on."""
        self._is_closed = True
        self._supply.close()
        if self._pumping is not None:
            self._pumping.cancel()

    async def drained(self, seconds: float) -> bool:
        """Wait for what is in flight; what takes longer is cut off, and then this is False."""
        if not self._tasks:
            return True
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return not late

    async def has_settled(self, seconds: float) -> bool:
        """Wait until what came of all that was sent is on disk; False if that takes longer. For one that is closed."""
        end = self._loop.time() + seconds
        while not self._supply.is_empty and self._loop.time() < end:
            self._news_of_settling.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    await self._news_of_settling.wait()
        return self._supply.is_empty

    def pump(self) -> None:
        """Send what may be sent now, and read on if little is left."""
        while self._may_begin():
            if (ready := self._supply.next()) is None:
                break
            self._begin(ready)
        if self._rounds.is_sure:
            self._supply.fill_if_low(self.destination.max_in_flight)

    def _may_begin(self) -> bool:
        now, destination = self._loop.time(), self.destination
        if self._is_closed or destination.paused or destination.disabled_at is not None or not self._rounds.is_sure:
            return False
        if self._in_flight >= destination.max_in_flight or not self._supply.has_ready or self._is_unsettled:
            return False
        if not self.breaker.may_send(now):
            if (later := self.breaker.opens_at(now)) is not None:
                self._pump_at(later)
            return False
        if destination.rate_per_second is not None and now < self._free_at:
            self._pump_at(self._free_at)
            return False
        return True

    def _begin(self, ready: Ready) -> None:
        now = self._loop.time()
        if (rate := self.destination.rate_per_second) is not None:
            self._free_at = max(now, self._free_at) + 1 / rate
        self.breaker.begin(now)
        self._in_flight += 1
        self._busy_at = now
        task = self._loop.create_task(self._attempt(ready))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, ready: Ready) -> None:
        try:
            await self._rounds.attempt(self, ready)
        except Exception as failure:  # it is read again, and its turn comes later
            log.error("%s could not be attempted", ready.delivery.id, exc_info=failure)
            await asyncio.sleep(RETRY_SECONDS)
            self._supply.forget(ready.delivery.id, has_to_be_read=True)
        finally:
            self._in_flight -= 1
            self._supply.sent(ready)
            self._busy_at = self._loop.time()
            self.pump()

    def succeeded(self) -> None:
        self._throttles = 0
        self.breaker.succeeded()

    def failed(self, draw: float) -> None:
        self.breaker.failed(self._loop.time(), draw)

    def throttle(self, asked_seconds: float | None) -> None:
        """The destination has too much to do: leave it alone for as long as it asks, within bounds."""
        now = self._loop.time()
        if now >= self._throttled_until:  # what was sent before that says nothing new
            self._throttles = min(self._throttles + 1, MOST_DOUBLINGS)
        planned = min(THROTTLE_SECONDS * 2 ** (self._throttles - 1), LONGEST_THROTTLE_SECONDS)
        seconds = planned if asked_seconds is None else min(max(planned, asked_seconds), LONGEST_THROTTLE_SECONDS)
        self._throttled_until = max(self._throttled_until, now + seconds)
        self.breaker.throttle(now, seconds)

    def give_up(self, delivery_id: str) -> None:
        """It can't be sent; that is not on disk yet, so it must not be read again."""
        self._supply.know(delivery_id)

    def settled(self, delivery: Delivery) -> None:
        """What came of it is on disk, so it may be read again once it is due again."""
        was_full = self._is_unsettled
        self._supply.forget(delivery.id)
        if delivery.due_at is not None:
            self._supply.see_in(max(LEAST_WAIT_SECONDS, (delivery.due_at - now()) / 1000))
        self._news_of_settling.set()
        if was_full:
            self.pump()

    @property
    def _is_unsettled(self) -> bool:
        """Whether so much is under way or not on disk yet that a crash would have too much of it sent again."""
        return self._supply.unsettled >= MOST_UNSETTLED

    def _pump_at(self, when: float) -> None:
        """Look again at a time of the loop."""
        if self._pumping is not None:
            self._pumping.cancel()
        self._pumping = self._loop.call_at(when, self.pump)
