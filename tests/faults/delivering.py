"""A service that delivers to a receiver of ours: one process on SQLite, or one that serves and two workers."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.faults.receivers import Receiver, receiving
from tests.faults.server import READY_SECONDS, NotReady, Server
from tests.faults.stores import Store, opened

LOOPBACK = "127.0.0.0/8"
DELIVERING = b'"delivering"'  # what a worker says as it begins
ROUTING = "routing"  # the name of the lease of whoever routes
STUCK_SECONDS = 60.0
POLL_SECONDS = 0.01


class Worker(Server):
    """`letterbox worker`."""

    command = (sys.executable, "-m", "letterbox.cli", "worker")

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return as soon as its newest process delivers; raises NotReady."""
        end = time.monotonic() + seconds
        while self.log.read_bytes().count(DELIVERING) < self.starts:
            if time.monotonic() > end or self.process is None or self.process.poll() is not None:
                raise NotReady(self.end_of_log())
            time.sleep(POLL_SECONDS)

    def start(self) -> None:
        self.starts = self.log.read_bytes().count(DELIVERING) + 1 if self.log.exists() else 1
        super().start()


@dataclass(frozen=True)
class Way:
    """From an endpoint to a destination of its own, whose address at the receiver has the same path."""

    path: str
    destination_id: str
    secret: str


@dataclass
class Stage:
    """All that runs. Whoever delivers is found by the holder of a lease, of which one at most may be new to us."""

    receiver: Receiver
    store: Store
    server: Server
    deliverers: list[Server]
    client: httpx.Client
    holders: dict[str, Server] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    posted: list[str] = field(default_factory=list)  # requests, each of which is to be delivered
    ways: int = 0

    def way(self, **destination: Any) -> Way:
        """A new one."""
        path, self.ways = f"/way-{self.ways}", self.ways + 1
        self._make("endpoints", {"path": path, "name": path[1:]})
        made = self._make("destinations", {"name": path[1:], "url": self.receiver.url(path), **destination})
        self._make("subscriptions", {"endpoint": path[1:], "destination": made["id"]})
        return Way(path, made["id"], made["secret"])

    def post(self, way: Way, body: bytes = b"letter", **more: Any) -> str:
        """The id under which it is kept."""
        answer = self.client.post(f"/in/default{way.path}", content=body, **more).raise_for_status()
        self.posted.append(answer.json()["id"])
        return self.posted[-1]

    def holder(self, *names: str) -> Server | None:
        """Who holds the first of these leases that anybody who lives holds."""
        rows = self.store.rows("select name, holder, expires_at from lease")
        held = {name: holder for name, holder, until in rows if holder and self._is_live(holder, until)}
        holder = next((held[name] for name in names if name in held), None)
        return None if holder is None else self._server_of(holder)

    def is_held(self, way: Way) -> bool:
        return self.holder(way.destination_id) is not None

    def status(self, request_id: str) -> str | None:
        """What became of its delivery; None if there is none."""
        found = self.store.rows(f"select status from delivery where request_id = '{request_id}'")  # noqa: S608 # likewise
        return found[0][0] if found else None

    def until(self, is_so: Callable[[], bool], seconds: float) -> float | None:
        """The seconds until this holds; None if it does not in time."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > seconds:
                return None
            time.sleep(POLL_SECONDS)  # the store tells nobody
        return time.monotonic() - began

    def until_succeeded(self, request_id: str, seconds: float = STUCK_SECONDS) -> float | None:
        return self.until(lambda: self.status(request_id) == "succeeded", seconds)

    def stuck(self) -> int:
        """How many deliveries were neither made nor cancelled once there was time enough for all of them."""
        still = "select count(*) from delivery where status not in ('succeeded', 'cancelled')"
        self.until(lambda: not self._count(still) and not self._unrouted(), STUCK_SECONDS)
        return self._count(still) + self._unrouted()

    def doubly_made(self) -> int:
        """How many deliveries are one too many for their request."""
        return self._count("select count(*) - count(distinct request_id) from delivery")

    def inconsistent(self) -> int:
        """Deliveries whose attempts are not numbered from one to as many as are counted."""
        return self.doubly_made() + self._count(
            "select count(*) from (select d.id from delivery d left join attempt a on a.delivery_id = d.id "
            "group by d.id, d.attempts having count(a.id) <> d.attempts or coalesce(max(a.number), 0) <> d.attempts) x"
        )

    def kill(self, victim: Server) -> None:
        """SIGKILL; on SQLite the service starts again at once."""
        victim.kill()
        self.bury(victim)
        if victim is self.server:
            victim.start()

    def bury(self, ended: Server) -> None:
        """Believe no lease of it any more."""
        self.dead |= {holder for holder, each in self.holders.items() if each is ended}
        self.holders = {holder: each for holder, each in self.holders.items() if each is not ended}

    def restore(self, ended: Server) -> None:
        """Have it run again, once those that are left are known."""
        if ended is not self.server:
            self.know()
            ended.start()
        ended.wait_ready()

    def know(self) -> None:
        """See who is who while but one of them may be new to us."""
        self.until(lambda: self.holder(ROUTING) is not None, READY_SECONDS)

    def tracebacks(self) -> int:
        return sum(each.tracebacks() for each in {*self.deliverers, self.server})

    def _make(self, noun: str, body: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = self.client.post(f"/v1/{noun}", json=body).raise_for_status().json()
        return made

    def _unrouted(self) -> int:
        routed = {request_id for (request_id,) in self.store.rows("select request_id from delivery")}
        return len(set(self.posted) - routed)

    def _count(self, statement: str) -> int:
        return int(self.store.rows(statement)[0][0])

    def _is_live(self, holder: str, until: int) -> bool:
        return holder not in self.dead and (len(self.deliverers) == 1 or until > time.time() * 1000)

    def _server_of(self, holder: str) -> Server:
        if holder not in self.holders:
            known = set(self.holders.values())
            self.holders[holder] = next(each for each in self.deliverers if each not in known and each.is_alive)
        return self.holders[holder]


@contextmanager
def staged(name: str) -> Iterator[Stage]:
    """All of it, running; what still runs at the end is killed."""
    with tempfile.TemporaryDirectory(prefix="letterbox-faults-") as folder, receiving() as receiver:
        place = Path(folder)
        with opened(name, place) as store:
            server = Server(place, **store.settings, egress_allow=LOOPBACK, deliver="on" if name == "sqlite" else "off")
            workers = [worker(place / each, store) for each in ("one", "two") if name != "sqlite"]
            deliverers = workers or [server]
            try:
                with server.client() as client:
                    stage = Stage(receiver, store, server, deliverers, client)
                    begin(stage)
                    yield stage
            finally:
                for each in {server, *deliverers}:
                    each.signal(signal.SIGCONT)
                    each.kill()


def worker(folder: Path, store: Store) -> Server:
    folder.mkdir()
    return Worker(folder, **store.settings, egress_allow=LOOPBACK)


def begin(stage: Stage) -> None:
    """One after the other, so that each is known by its lease."""
    for each in dict.fromkeys([stage.server, *stage.deliverers]):
        each.start()
        each.wait_ready()
        if each in stage.deliverers:
            stage.know()
