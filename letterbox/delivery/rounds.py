"""The rounds of a dispatcher: what it does on its event loop until it is stopped, or fails.

It routes what has come, looks for what is due, keeps a lane for each destination that has any, and renews its leases.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection, Iterable
from functools import partial

from letterbox.delivery.courier import Courier
from letterbox.delivery.desk import Desk, heard, patiently
from letterbox.delivery.egress import Egress
from letterbox.delivery.holding import Holding
from letterbox.delivery.lane import Lane
from letterbox.delivery.preparing import Preparing
from letterbox.delivery.router import Evaluator, Router
from letterbox.delivery.sender import Sender
from letterbox.delivery.settler import Settler
from letterbox.delivery.supply import Filled, Ready
from letterbox.errors import Unavailable
from letterbox.ids import now
from letterbox.sealing import Seal
from letterbox.store import destinations, due, leases, outcomes
from letterbox.store.changes import Changed
from letterbox.store.destinations import Destination
from letterbox.store.due import Stretch
from letterbox.store.outcomes import Outcome, Settled
from letterbox.store.store import Store
from letterbox.store.writer import Unit

SECONDS_BETWEEN_LOOKS = 1.0  # at what other processes have made due, or time has
REST_SECONDS = 0.01
RESTS, LONGEST_REST_SECONDS = 2, 0.05  # of routing: so many times as long as it took
MANY = 16  # entries of the journal at once
SECONDS_BETWEEN_SHARED_LOOKS = 0.05  # at what other processes have received
SECONDS_UNTIL_SETTLED = 0.005  # for a transaction that was seen to run
SECONDS_BETWEEN_RENEWALS = 5.0
SLOW_SECONDS = 1.0  # what is longer on its way is shown to be
DRAIN_SECONDS = 4.0
MOST_HELD_BYTES = 67_108_864  # of bodies of all lanes; each may have one beyond that
MOST_READ_BYTES = 4_194_304  # of them at once

log = logging.getLogger(__name__)


class Rounds:
    """Made on a running loop; nothing is held before `run`, and nothing known of what was under way before."""

    def __init__(self, store: Store, desk: Desk, seal: Seal, evaluator: Evaluator, egress: Egress) -> None:
        self.loop = asyncio.get_running_loop()
        self._desk = desk
        self._preparing = Preparing(seal, evaluator)
        self._holding = Holding(desk, partial(Lane, self))
        self._router = Router(store, evaluator)
        self._sender = Sender(egress)
        self._settler = Settler(self._settle, self._after)
        self._courier = Courier(self._sender, self._settler, seal, random.random)
        self._stopping, self._news, self._requests = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._vacancy = asyncio.Event()  # nobody routes
        self._passed = 0  # of the journal, by the last look

    @property
    def routes_nothing(self) -> bool:
        """Whether nobody subscribes to anything. On any thread."""
        return self._router.is_idle

    # What lanes ask.

    @property
    def is_sure(self) -> bool:
        return self._holding.is_sure

    async def fill(self, lane: Lane, wanted: tuple[int, ...], known: frozenset[str]) -> Filled:
        left = max(0, MOST_HELD_BYTES - sum(each.held_bytes for each in self._holding.lanes))
        most = min(left, MOST_READ_BYTES)
        if not most and lane.held_bytes:
            return Filled([], is_all=True, next_in_seconds=SECONDS_BETWEEN_LOOKS)  # until others have let go of some
        asked = due.Asked(lane.destination.id, now(), wanted, known, most)
        stretch = await self._desk.read(partial(due.stretch_of, asked=asked))
        ready, is_whole = await self._desk.prepared(partial(self._ready, lane, stretch))
        if not is_whole:
            return Filled(ready, is_all=True, next_in_seconds=SECONDS_BETWEEN_LOOKS)
        next_at = stretch.next_due_at
        return Filled(ready, stretch.is_all, None if next_at is None else max(0.0, (next_at - now()) / 1000))

    async def attempt(self, lane: Lane, ready: Ready) -> None:
        await self._courier.attempt(lane, ready)

    def _ready(self, lane: Lane, stretch: Stretch) -> tuple[list[Ready], bool]:
        """Those that can be sent, and whether all that can be are among them; what can't be is given up, one by one."""
        found, is_whole = list[Ready](), True
        for each in stretch.found:
            if lane.is_closed:
                return [], False
            try:
                if (ready := self._courier.prepared(lane, each, self._preparing)) is not None:
                    found.append(ready)
            except Unavailable as reason:  # its turn comes again, and the others do not wait for it
                log.warning("%s waits: %s", each.delivery.id, reason)
                is_whole = False
        return found, is_whole

    # Their course.

    async def run(self) -> None:
        """Raises what nobody foresaw, once all is given back that can be."""
        await self._sender.open()
        settling = asyncio.create_task(self._settler.run())
        works = [asyncio.create_task(work()) for work in (self._keep_routing, self._keep_looking, self._keep_leases)]
        failures = await self._failures([settling, *works])
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
        lanes = [*self._holding.lanes]
        for lane in lanes:
            lane.close()
        await self._leave()
        await asyncio.gather(*(self._part(lane, settling) for lane in lanes))
        self._settler.finish()
        failures += [each for each in await asyncio.gather(settling, return_exceptions=True) if each is not None]
        await self._give_back()
        await self._sender.close()
        if failures:
            raise failures[0]

    async def _failures(self, works: Collection[asyncio.Task[None]]) -> list[BaseException]:
        """Wait until it has to stop, or one of these ends, which none does by itself; what those have failed with."""
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([stopping, *works], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        return [failure for work in works if work.done() and (failure := work.exception()) is not None]

    async def _leave(self) -> None:
        """Let others route at once, and share out among themselves what was our share."""
        try:
            await self._desk.aside(self._router.settle)
            await self._holding.leave()
        except Exception as failure:  # noqa: BLE001 # whatever it was, the others have to be given back
            log.warning("routing is left to run out: %s", failure)

    async def _part(self, lane: Lane, settling: asyncio.Task[None]) -> None:
        """Let others go on with this as soon as all that is under way is settled, or takes too long."""
        if await lane.drained(DRAIN_SECONDS) and (settling.done() or await lane.has_settled(DRAIN_SECONDS)):
            await self._give_back([lane.destination.id])

    async def _give_back(self, names: list[str] | None = None) -> None:
        """These leases; all that are left, unless they are named."""
        try:
            await self._holding.give_back(names)
        except Exception as failure:  # noqa: BLE001 # likewise
            log.warning("leases are left to run out: %s", failure)

    async def _keep_routing(self) -> None:
        while True:
            began = time.monotonic()
            await patiently(self._route_all)
            await asyncio.sleep(self._rest_after(time.monotonic() - began))
            await heard(self._requests, self._routing_pause)

    def _rest_after(self, seconds: float) -> float:
        """Where many come at once, so long that they share a look and receiving has most of the time to itself."""
        return min(RESTS * seconds, LONGEST_REST_SECONDS) * min(1.0, self._passed / MANY)

    @property
    def _routing_pause(self) -> float:
        if self._router.is_idle:
            return SECONDS_BETWEEN_LOOKS
        if self._holding.routes and self._router.is_behind:
            return SECONDS_UNTIL_SETTLED
        return SECONDS_BETWEEN_SHARED_LOOKS if self._desk.is_shared else SECONDS_BETWEEN_LOOKS

    async def _route_all(self) -> None:
        goes_on, self._passed = self._holding.routes, 0
        while goes_on and self._holding.is_sure:
            goes_on = await self._desk.aside(self._router.route)
            self._passed += self._router.passed

    async def _keep_looking(self) -> None:
        while True:
            began = time.monotonic()
            await patiently(self._look)
            # News may come faster than a look takes, and one at many destinations takes long.
            await asyncio.sleep(min(max(REST_SECONDS, time.monotonic() - began), SECONDS_BETWEEN_LOOKS))
            await heard(self._news, SECONDS_BETWEEN_LOOKS)

    async def _look(self) -> None:
        """Have a lane for each destination with something due, and let none sleep that has."""
        moment = now()
        pending = await self._desk.read(due.pending)
        names = [each.destination_id for each in pending if each.due_at <= moment]
        await self._holding.open(names)
        for name in names:
            if (lane := self._holding.lane(name)) is not None:
                lane.kick()
        await self._show_slow()
        if not self._holding.routes and await self._desk.read(partial(leases.is_free, name=leases.ROUTING)):
            self._vacancy.set()

    async def _keep_leases(self) -> None:
        while True:
            await patiently(self._renew)
            await heard(self._vacancy, SECONDS_BETWEEN_RENEWALS)

    async def _renew(self) -> None:
        if await self._holding.renew():
            self._router.forget()
            self._requests.set()
        self._news.set()

    async def _show_slow(self) -> None:
        """Show which deliveries are on their way for longer than a moment."""
        slow = self._courier.slow(SLOW_SECONDS)
        if slow:
            await self._desk.write(lambda unit: outcomes.mark_sending(unit.connection, slow, now()))

    async def _settle(self, some: list[Outcome]) -> Settled:
        return await self._desk.write(partial(_settled, some))

    def _after(self, settled: Settled) -> None:
        self.kick(settled.moved)

    def kick(self, names: Iterable[str]) -> None:
        """Something was made due at these destinations."""
        for name in names:
            if (lane := self._holding.lane(name)) is not None:
                lane.kick()
            else:
                self._news.set()

    # What they are told.

    def hear(self) -> None:
        """Something was made due."""
        self._news.set()

    def hear_of_requests(self) -> None:
        """Something was stored."""
        self._requests.set()

    def change(self, destination: Destination) -> None:
        """From now on, send there as this says."""
        self._holding.change(destination)
        self._news.set()

    def recall(self, concerns: Callable[[Lane], bool]) -> None:
        """Have lanes read anew what is due."""
        self._requests.set()  # somebody may have begun to subscribe
        for lane in self._holding.lanes:
            if concerns(lane):
                lane.change(lane.destination)
        self._news.set()

    def remove(self, destination_id: str) -> None:
        """It was removed."""
        self._holding.remove(destination_id)
        self._courier.forget(destination_id)

    def stop(self) -> None:
        """Begin nothing more, and give everything back."""
        self._stopping.set()


def _settled(some: list[Outcome], unit: Unit) -> Settled:
    moment = now()
    settled = outcomes.settle(unit.connection, some, moment)
    for each in destinations.these(unit.connection, settled.disabled):
        unit.announce(Changed(each))
    return settled
