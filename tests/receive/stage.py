"""A receive plane without a server and a store: a test sends it arrivals, and says when and whether they are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from letterbox.ids import new_id
from letterbox.receive.directory import Directory
from letterbox.receive.receiver import Receiver
from letterbox.receive.reception import Reception
from letterbox.receive.reply import Reply
from letterbox.receive.weighing import Weighing
from letterbox.store.changes import Changed, StoredBytes
from letterbox.store.dedupe import Claim, Duplicate
from letterbox.store.deliveries import Delivery
from letterbox.store.endpoints import Endpoint
from letterbox.store.projects import Project
from letterbox.store.requests import Row
from letterbox.store.tables import UNBOUNDED

LIMITS: dict[str, int | None] = {"requests_per_second": None, "stored_bytes": None, "endpoints": None}
DEFAULTS = {"max_body_bytes": 20}
PATIENCE_SECONDS = 10


Waiting = asyncio.Future[Duplicate | None]


class Keeper:
    """Keeps rows in lists, and settles them when it is told to. Who claims a key first holds it for good."""

    def __init__(self) -> None:
        self.ahead: list[Row] = []
        self.behind: list[Row] = []
        self.held: dict[tuple[str, str], Duplicate] = {}  # what those are told who come later
        self.claims: list[Claim] = []
        self.failure: Exception | None = None
        self.waiting: list[tuple[Waiting, Duplicate | None]] = []
        self.at_once = True

    def keep(self, row: Row, claim: Claim | None = None, delivery: Delivery | None = None) -> Waiting:
        assert delivery is None, "nobody is asked here"
        self.ahead.append(row)
        if claim is None:
            return self._wait(None)
        self.claims.append(claim)
        earlier = self.held.get(claim[:2])
        self.held.setdefault(claim[:2], Duplicate(row.id, claim.reply))
        return self._wait(earlier)

    def keep_behind(self, row: Row) -> Waiting:
        self.behind.append(row)
        return self._wait(None)

    def settle(self) -> None:
        for future, outcome in self.waiting:
            if not future.done():
                future.set_result(outcome) if self.failure is None else future.set_exception(self.failure)
        self.waiting.clear()

    def _wait(self, outcome: Duplicate | None) -> Waiting:
        future: Waiting = asyncio.get_running_loop().create_future()
        self.waiting.append((future, outcome))
        if self.at_once:
            self.settle()
        return future


class Nothing:
    """Stands where a stage without secrets, contracts and expressions needs nobody."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nobody was to ask for {name}")


def held_by(receiver: Receiver) -> int:
    """The bytes that a receiver's gauges say are in flight."""
    return receiver._gauge.held + receiver._refused_gauge.held


class Stage:
    """One project `acme` with the endpoints that a test declares."""

    def __init__(self, *, in_flight_bytes: int = 100, limits: dict[str, int | None] | None = None) -> None:
        self.directory, self.keeper = Directory(Nothing()), Keeper()
        self.receiver = Receiver(self.directory, Weighing(Nothing()), in_flight_bytes=in_flight_bytes)
        self.project = Project("prj_1", "acme", "Acme", DEFAULTS, LIMITS | (limits or {}), UNBOUNDED, 0, 0)
        self.directory.apply(Changed(self.project))

    @property
    def held(self) -> int:
        """The bytes that the gauge says are in flight."""
        return held_by(self.receiver)

    def declare(self, path: str, *methods: str, **more: Any) -> Endpoint:
        usual: dict[str, Any] = {
            "verification": {"scheme": "none"},
            "contract_mode": "enforce",
            "replies": (),
            "max_body_bytes": 10,
            "requests_per_second": None,
            "cors": {"origins": []},
            "retention": UNBOUNDED,
            "paused": False,
        }
        names: dict[str, Any] = {"id": new_id("ep"), "project_id": self.project.id, "name": path, "path": path}
        made = Endpoint(**names, methods=methods or ("POST",), **usual | more, created_at=0, updated_at=0)
        self.directory.apply(Changed(made))
        return made

    def fill(self, stored_bytes: int) -> None:
        self.directory.apply(StoredBytes({self.project.id: stored_bytes}))

    def open(self, path: str, method: str = "POST", headers: Sequence[tuple[bytes, bytes]] = ()) -> Reception:
        return self.receiver.open(method, b"/in/acme" + path.encode(), b"", list(headers), None)

    async def send(self, path: str, method: str = "POST", *chunks: bytes, **more: Any) -> Reply:
        """An arrival from its head to its answer, read as the edge reads it."""
        reception = self.open(path, method, **more)
        if reception.wants_body:
            for chunk in chunks or (b"",):
                if not reception.feed(chunk):
                    break
        return await self.receiver.answer(reception)

    def play(self, act: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on a loop that the receiver listens on."""

        async def acting() -> Any:
            self.receiver.listen(self.keeper, Nothing())
            done = await asyncio.wait_for(act, PATIENCE_SECONDS)
            await asyncio.sleep(0)  # what was settled is told of in the loop's next round
            return done

        return asyncio.run(acting())
