"""A lane: everything that goes to one destination, for as long as this process holds its lease. On the event loop.

Because no other process sends there meanwhile, what is in flight, the rate, the breaker and whose turn it is are facts
of this object's memory. What is ready is taken in turns from what is fresh and what was tried before, so that neither
waits for a mountain of the other; replays have what is left.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from letterbox.delivery.breaker import Breaker
from letterbox.delivery.outgoing import Letter
from letterbox.errors import Unavailable
from letterbox.store.deliveries import FRESH, QUEUES, REPLAYED, TRIED, Delivery
from letterbox.store.destinations import Destination

AHEAD = 2  # times as many are read as may be in flight
LEAST_AHEAD = 256
MOST_UNSETTLED = 512
IDLE_SECONDS = 30.0
LONGEST_TIMER_SECONDS = 3_600.0
RETRY_SECONDS = 1.0
THROTTLE_SECONDS, LONGEST_THROTTLE_SECONDS = 1.0, 60.0
MOST_DOUBLINGS = 6

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery with what is to be sent."""

    delivery: Delivery
    letter: Letter
    destination: Destination  # that the letter was made for

    @property
    def weight(self) -> int:
        """How much memory it takes, but for a little."""
        return len(self.letter.body) + len(self.letter.transformed or b"")


@dataclass(frozen=True, slots=True)
class Filled:
    """What was read for a lane: whether that is all that is due by now, and in how many seconds the next one is."""

    ready: list[Ready]
    is_all: bool
    next_in_seconds: float | None


class Desk(Protocol):
    """What a lane asks of its dispatcher."""

    @property
    def is_sure(self) -> bool:
        """Whether its leases surely hold."""

    def fill(self, lane: Lane, wanted: tuple[int, ...], known: frozenset[str]) -> Awaitable[Filled]:
        """Read what is due. Raises Unavailable."""

    def attempt(self, lane: Lane, ready: Ready) -> Awaitable[None]:
        """Send it, tell the lane how that went, and have it be settled."""


class Lane:
    """Of one destination, under a lease of this token."""

    def __init__(self, desk: Desk, destination: Destination, token: int) -> None:
        self.destination, self.token = destination, token
        self.breaker = Breaker()
        self._desk, self._loop = desk, asyncio.get_running_loop()
        self._ready: tuple[deque[Ready], ...] = tuple(deque() for _ in QUEUES)
        self._known: set[str] = set()  # read, and not settled yet
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._turn = FRESH
        self._free_at = float("-inf")  # by the rate
        self._throttles = 0  # in a row
        self._throttled_until = float("-inf")
        self._is_all = False  # whether nothing is due that is not known
        self._has_news = False  # since the reading that is under way began
        self._may_be_fresh = False  # likewise
        self._filling: asyncio.Task[None] | None = None
        self._pumping: asyncio.TimerHandle | None = None
        self._kicking: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._generation = 0
        self.held_bytes = 0  # of bodies that are ready or in flight
        self._news_of_settling = asyncio.Event()
        self._busy_at = self._loop.time()

    @property
    def is_idle(self) -> bool:
        """Whether it has had nothing to do for a while."""
        return not self._known and self._filling is None and self._loop.time() - self._busy_at > IDLE_SECONDS

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is in flight, nor waits to be settled."""
        return not self._known and not self._tasks

    @property
    def open_for_seconds(self) -> float | None:
        """How long nothing else is sent there; None if it may be."""
        now = self._loop.time()
        later = self.breaker.opens_at(now)
        return None if later is None else later - now

    def kick(self) -> None:
        """There may be something that is not known yet."""
        self._may_be_fresh = True
        self._see_to_due()

    def holds_of(self, endpoint_id: str) -> bool:
        """Whether anything of this endpoint is ready."""
        return any(ready.delivery.endpoint_id == endpoint_id for queue in self._ready for ready in queue)

    def change(self, destination: Destination) -> None:
        """From now on, send as this says."""
        self.destination = destination
        self._generation += 1  # what is being read was made for what it said before
        self._forget_ready()
        self.kick()

    def close(self) -> None:
        """Begin nothing any more. What is in flight goes on."""
        self._is_closed = True
        self._forget_ready()
        for timer in (self._pumping, self._kicking):
            if timer is not None:
                timer.cancel()

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
        while self._known and self._loop.time() < end:
            self._news_of_settling.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    await self._news_of_settling.wait()
        return not self._known

    def pump(self) -> None:
        """Send what may be sent now, and read on if little is left."""
        while self._may_begin():
            if (ready := self._next()) is None:
                break
            self._begin(ready)
        self._fill_if_low()

    def _may_begin(self) -> bool:
        now, destination = self._loop.time(), self.destination
        if self._is_closed or destination.paused or destination.disabled_at is not None or not self._desk.is_sure:
            return False
        if self._in_flight >= destination.max_in_flight or not any(self._ready) or self._is_unsettled:
            return False
        if not self.breaker.may_send(now):
            if (later := self.breaker.opens_at(now)) is not None:
                self._pump_at(later)
            return False
        if destination.rate_per_second is not None and now < self._free_at:
            self._pump_at(self._free_at)
            return False
        return True

    def _next(self) -> Ready | None:
        """Fresh ones and those that were tried take turns; replays come when neither has any."""
        other = TRIED if self._turn == FRESH else FRESH
        for queue in (self._turn, other, REPLAYED):
            if self._ready[queue]:
                self._turn = TRIED if queue == FRESH else FRESH
                return self._ready[queue].popleft()
        return None

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
            await self._desk.attempt(self, ready)
        except Exception as failure:  # it is read again, and its turn comes later
            log.error("%s could not be attempted", ready.delivery.id, exc_info=failure)
            await asyncio.sleep(RETRY_SECONDS)
            self._known.discard(ready.delivery.id)
            self._is_all = False
        finally:
            self._in_flight -= 1
            self.held_bytes -= ready.weight
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

    def settled(self, delivery_id: str) -> None:
        """What came of it is on disk, so it may be read again once it is due again."""
        was_full = self._is_unsettled
        self._known.discard(delivery_id)
        self._news_of_settling.set()
        if was_full:
            self.pump()

    def _fill_if_low(self) -> None:
        if self._is_closed or self._is_all or self._filling is not None or not self._desk.is_sure:
            return
        is_low = sum(map(len, self._ready)) * 2 <= self._most_ready
        if is_low or (self._may_be_fresh and not self._ready[FRESH]):  # which must not wait for a mountain of others
            self._has_news = self._may_be_fresh = False
            self._filling = self._loop.create_task(self._fill())

    async def _fill(self) -> None:
        most, generation = self._most_ready, self._generation
        wanted = tuple(most - len(queue) if len(queue) * 2 <= most else 0 for queue in self._ready)
        try:
            filled = await self._desk.fill(self, wanted, frozenset(self._known))
        except Unavailable as reason:
            log.warning("what is due for %s can't be read: %s", self.destination.id, reason)
            filled = Filled([], is_all=True, next_in_seconds=RETRY_SECONDS)
        finally:
            self._filling = None
        if generation == self._generation:
            self._take(filled)
        self.pump()

    def _take(self, filled: Filled) -> None:
        if self._is_closed:
            return
        for ready in filled.ready:
            if ready.delivery.id not in self._known:
                self._known.add(ready.delivery.id)
                self.held_bytes += ready.weight
                self._ready[ready.delivery.queue].append(ready)
        self._is_all = filled.is_all and not self._has_news
        if filled.next_in_seconds is not None:
            self._kick_in(filled.next_in_seconds)

    def _forget_ready(self) -> None:
        for queue in self._ready:
            self._known.difference_update(ready.delivery.id for ready in queue)
            self.held_bytes -= sum(ready.weight for ready in queue)
            queue.clear()

    @property
    def _is_unsettled(self) -> bool:
        """Whether so much is under way or not on disk yet that a crash would have too much of it sent again."""
        return len(self._known) - sum(map(len, self._ready)) >= MOST_UNSETTLED

    @property
    def _most_ready(self) -> int:
        return max(LEAST_AHEAD, AHEAD * self.destination.max_in_flight)

    def _pump_at(self, when: float) -> None:
        """Look again at a time of the loop."""
        if self._pumping is not None:
            self._pumping.cancel()
        self._pumping = self._loop.call_at(when, self.pump)

    def _kick_in(self, seconds: float) -> None:
        if self._kicking is not None:
            self._kicking.cancel()
        self._kicking = self._loop.call_later(min(seconds, LONGEST_TIMER_SECONDS), self._see_to_due)

    def _see_to_due(self) -> None:
        self._is_all, self._has_news = False, True
        self.pump()
