"""A lane's supply: what is ready to be sent, read ahead of it, and what of it is not settled yet. On the event loop.

What is ready is given out in turns from what is fresh and what was tried before, so that neither waits for a mountain
of the other; replays come when neither has any.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from letterbox.delivery.outgoing import Letter
from letterbox.errors import Unavailable
from letterbox.store.deliveries import FRESH, QUEUES, REPLAYED, TRIED, Delivery
from letterbox.store.destinations import Destination

AHEAD = 2  # times as many are read as may be in flight
LEAST_AHEAD = 256
LONGEST_TIMER_SECONDS = 3_600.0
RETRY_SECONDS = 1.0

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
    """What was read: whether that is all that is due by now, and in how many seconds the next one is."""

    ready: list[Ready]
    is_all: bool
    next_in_seconds: float | None


Fill = Callable[[tuple[int, ...], frozenset[str]], Awaitable[Filled]]  # so many of each queue, but not these


class Supply:
    """`fill` reads what is due, and may raise Unavailable; `pump` is called when there may be more to send."""

    def __init__(self, destination_id: str, fill: Fill, pump: Callable[[], None]) -> None:
        self._destination_id = destination_id
        self._read, self._pump, self._loop = fill, pump, asyncio.get_running_loop()
        self._ready: tuple[deque[Ready], ...] = tuple(deque() for _ in QUEUES)
        self._known: set[str] = set()  # read, and not settled yet
        self._turn = FRESH
        self._most = LEAST_AHEAD
        self._is_all = False  # whether nothing is due that is not known
        self._has_news = False  # since the reading that is under way began
        self._may_be_fresh = False  # likewise
        self._filling: asyncio.Task[None] | None = None
        self._kicking: asyncio.TimerHandle | None = None
        self._kicking_at = float("inf")
        self._is_closed = False
        self._generation = 0
        self.held_bytes = 0  # of bodies that are ready or in flight

    @property
    def is_idle(self) -> bool:
        """Whether nothing is known, nor being read."""
        return self.is_empty and self._filling is None

    @property
    def is_empty(self) -> bool:
        return not self._known

    @property
    def has_ready(self) -> bool:
        return any(self._ready)

    @property
    def unsettled(self) -> int:
        """How many are in flight, or not on disk yet."""
        return len(self._known) - sum(map(len, self._ready))

    def holds_of(self, endpoint_id: str) -> bool:
        """Whether anything of this endpoint is ready."""
        return any(ready.delivery.endpoint_id == endpoint_id for queue in self._ready for ready in queue)

    def next(self) -> Ready | None:
        other = TRIED if self._turn == FRESH else FRESH
        for queue in (self._turn, other, REPLAYED):
            if self._ready[queue]:
                self._turn = TRIED if queue == FRESH else FRESH
                return self._ready[queue].popleft()
        return None

    def sent(self, ready: Ready) -> None:
        """It is in flight no more."""
        self.held_bytes -= ready.weight

    def forget(self, delivery_id: str, *, has_to_be_read: bool = False) -> None:
        """It is settled, so it may be read again once it is due again; or it has to be, since it was not sent."""
        self._known.discard(delivery_id)
        self._is_all = self._is_all and not has_to_be_read

    def know(self, delivery_id: str) -> None:
        """It is not settled yet, though it was never ready."""
        self._known.add(delivery_id)

    def kick(self) -> None:
        """There may be something that is not known yet."""
        self._may_be_fresh = True
        self._see_to_due()

    def see_in(self, seconds: float) -> None:
        """Something is due by then."""
        at = self._loop.time() + min(seconds, LONGEST_TIMER_SECONDS)
        if at < self._kicking_at and not self._is_closed:
            if self._kicking is not None:
                self._kicking.cancel()
            self._kicking, self._kicking_at = self._loop.call_at(at, self._see_in_time), at

    def begin_anew(self) -> None:
        """What is ready, or being read, was made for what the destination was before."""
        self._generation += 1
        self._forget_ready()
        self.kick()

    def close(self) -> None:
        self._is_closed = True
        self._forget_ready()
        if self._kicking is not None:
            self._kicking.cancel()

    def fill_if_low(self, max_in_flight: int) -> None:
        """Read on if little is left."""
        if self._is_closed or self._is_all or self._filling is not None:
            return
        self._most = max(LEAST_AHEAD, AHEAD * max_in_flight)
        is_low = sum(map(len, self._ready)) * 2 <= self._most
        if is_low or (self._may_be_fresh and not self._ready[FRESH]):  # which must not wait for a mountain of others
            self._has_news = self._may_be_fresh = False
            self._filling = self._loop.create_task(self._fill())

    async def _fill(self) -> None:
        generation, most = self._generation, self._most
        wanted = tuple(most - len(queue) if len(queue) * 2 <= most else 0 for queue in self._ready)
        try:
            filled = await self._read(wanted, frozenset(self._known))
        except Unavailable as reason:
            log.warning("what is due for %s can't be read: %s", self._destination_id, reason)
            filled = Filled([], is_all=True, next_in_seconds=RETRY_SECONDS)
        finally:
            self._filling = None
        if generation == self._generation:
            self._take(filled)
        self._pump()

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
            self.see_in(filled.next_in_seconds)

    def _forget_ready(self) -> None:
        for queue in self._ready:
            self._known.difference_update(ready.delivery.id for ready in queue)
            self.held_bytes -= sum(ready.weight for ready in queue)
            queue.clear()

    def _see_in_time(self) -> None:
        self._kicking, self._kicking_at = None, float("inf")
        self._see_to_due()

    def _see_to_due(self) -> None:
        self._is_all, self._has_news = False, True
        self._pump()
