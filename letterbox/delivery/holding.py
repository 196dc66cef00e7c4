"""What one process holds: the leases of destinations, a lane for each of them, and perhaps the lease on routing.

Each process that delivers has a lease of its own, by which the others know how many share the work. One that has more
than its share of the destinations begins nothing more in some lanes, and gives them back as soon as they are empty.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import uuid_utils

from letterbox.delivery.desk import Desk
from letterbox.delivery.lane import Lane
from letterbox.store import destinations, leases
from letterbox.store.destinations import Destination
from letterbox.store.leases import Work
from letterbox.store.writer import Unit

MARGIN_SECONDS = 2.0  # before the end of its leases by its own clock, a process begins nothing any more

SLACK = 1  # so many destinations more than its share are no reason for a process to give any back

Open = Callable[[Destination, int], Lane]


class Renewed(NamedTuple):
    """The tokens of what is ours, and how much work there is for how many."""

    tokens: dict[str, int]
    work: Work


class Holding:
    """On one event loop. `open_lane` makes a lane for a destination and the token of its lease."""

    def __init__(self, desk: Desk, open_lane: Open) -> None:
        self._desk, self._open_lane = desk, open_lane
        self._holder = str(uuid_utils.uuid7())
        self._lanes: dict[str, Lane] = {}
        self._meanwhile: dict[str, Destination | None] = {}  # what has changed while leases were taken; None: removed
        self._leaving: dict[str, Lane] = {}  # what is given back once it is empty
        self._until = float("-inf") if desk.is_shared else float("inf")  # by time.monotonic()
        self.routes = False  # whether the lease on routing is ours

    @property
    def is_sure(self) -> bool:
        """Whether our leases surely hold."""
        return time.monotonic() < self._until

    @property
    def lanes(self) -> Iterable[Lane]:
        return [*self._lanes.values(), *self._leaving.values()]

    def lane(self, destination_id: str) -> Lane | None:
        return self._lanes.get(destination_id)

    async def open(self, names: Iterable[str]) -> None:
        """Take the leases of these, as far as they are free, may be sent to, and are within our share."""
        wanted = sorted(name for name in names if name not in self._lanes and name not in self._leaving)
        if not wanted or not self.is_sure:
            return
        self._meanwhile = {}
        for destination, token in await self._desk.write(partial(self._taken, wanted)):
            as_it_is = self._meanwhile.get(destination.id, destination)
            if destination.id not in self._lanes and as_it_is is not None:
                self._lanes[destination.id] = self._open_lane(as_it_is, token)

    async def renew(self) -> bool:
        """Hold on to what is ours, and give back what is idle or too much; whether routing has come to us just now."""
        began = time.monotonic()
        returned = [*self._idle(), *self._left()]
        if self.routes and not returned and not self._desk.is_shared:
            return False  # there, nothing runs out
        lanes = {**self._lanes, **self._leaving}
        renewed = await self._desk.write(partial(self._renewed, returned))
        if self._desk.is_shared:
            self._until = began + leases.SECONDS - MARGIN_SECONDS
            self._leave_some(len(self._lanes) - renewed.work.share() - SLACK)
        for name, lane in lanes.items():
            if renewed.tokens.get(name) != lane.token:
                self.drop(name)
        had, self.routes = self.routes, leases.ROUTING in renewed.tokens
        return self.routes and not had

    async def give_back(self, names: list[str] | None = None) -> None:
        """Let others have these at once; everything, unless it is named. Raises Unavailable."""
        self.routes = self.routes and names is not None and leases.ROUTING not in names
        await self._desk.write(lambda unit: leases.give_back(unit.connection, self._holder, names))

    async def leave(self) -> None:
        """Route no more, and be counted no more among those who share the destinations. Raises Unavailable."""
        await self.give_back([leases.ROUTING, self._process])

    @property
    def _process(self) -> str:
        """The name of the lease by which others know that we deliver."""
        return f"{leases.PROCESS}{self._holder}"

    def change(self, destination: Destination) -> None:
        """From now on, send there as this says."""
        self._meanwhile[destination.id] = destination
        if (lane := self._lanes.get(destination.id)) is not None:
            lane.change(destination)

    def remove(self, destination_id: str) -> None:
        """It was removed."""
        self._meanwhile[destination_id] = None
        self.drop(destination_id)

    def drop(self, destination_id: str) -> None:
        """Begin nothing there any more."""
        for lanes in (self._lanes, self._leaving):
            if (lane := lanes.pop(destination_id, None)) is not None:
                lane.close()

    def _idle(self) -> list[str]:
        """Those that have had nothing to do for a while; dropped first, so that nothing is begun there meanwhile."""
        idle = [name for name, lane in self._lanes.items() if lane.is_idle]
        for name in idle:
            self.drop(name)
        return idle

    def _left(self) -> list[str]:
        """Those that are leaving, and are empty by now."""
        left = [name for name, lane in self._leaving.items() if lane.is_empty]
        for name in left:
            self.drop(name)
        return left

    def _leave_some(self, count: int) -> None:
        for name in [*self._lanes][: max(0, count)]:
            lane = self._leaving[name] = self._lanes.pop(name)
            lane.close()

    def _taken(self, names: list[str], unit: Unit) -> list[tuple[Destination, int]]:
        found = destinations.these(unit.connection, names)
        sendable = [each for each in found if not each.paused and each.disabled_at is None]
        if self._desk.is_shared:
            taken = leases.held_by_others(unit.connection, [each.id for each in sendable], self._holder)
            sendable = [each for each in sendable if each.id not in taken]
            work = leases.work(unit.connection)
            sendable = sendable[: max(0, work.share(len(sendable)) - len(self._lanes))]
        tokens = leases.take(unit.connection, sorted(each.id for each in sendable), self._holder)
        return [(each, tokens[each.id]) for each in sendable if each.id in tokens]

    def _renewed(self, returned: list[str], unit: Unit) -> Renewed:
        leases.give_back(unit.connection, self._holder, returned)
        tokens = leases.renew(unit.connection, self._holder)
        names = [leases.ROUTING]
        if self._desk.is_shared:
            names.append(self._process)
            leases.forget_processes(unit.connection)
        wanted = [name for name in names if name not in tokens]
        tokens |= leases.take(unit.connection, wanted, self._holder)
        return Renewed(tokens, leases.work(unit.connection))
