"""The service: the open store, and what the two planes share in memory."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from typing import TypeVar

from letterbox import first_start, secrets
from letterbox.caretaker import Caretaker
from letterbox.clerk import Clerk
from letterbox.config import Settings
from letterbox.contracts import versions
from letterbox.contracts.compile import Contract
from letterbox.delivery.book import Book
from letterbox.delivery.dispatcher import Dispatcher
from letterbox.delivery.egress import Egress
from letterbox.delivery.errands import Errands
from letterbox.delivery.preparing import Preparing
from letterbox.delivery.sender import Sender
from letterbox.errors import Refusal, Unavailable
from letterbox.judge.judge import Judge
from letterbox.keyring import Keyring
from letterbox.receive.again import Again, Weighed
from letterbox.receive.arrival import Arrival
from letterbox.receive.directory import Directory
from letterbox.receive.receiver import Receiver
from letterbox.receive.verification import LiveSecret
from letterbox.receive.weighing import Weighing
from letterbox.sealing import Seal
from letterbox.store import edits, endpoints, projects
from letterbox.store.changes import Changed, Removed
from letterbox.store.destinations import Destination
from letterbox.store.endpoints import Endpoint
from letterbox.store.projects import Project
from letterbox.store.requests import Request
from letterbox.store.store import Store
from letterbox.store.writer import Connection, Unit
from letterbox.tail.tail import Tail

__all__ = ["Connection", "Service", "Unit"]

Result = TypeVar("Result")

log = logging.getLogger(__name__)

SECONDS_BETWEEN_PROBES = 1.0
UNDELIVERED = (  # no reason to refuse the start: whoever looks into a copy must not send what waits in it once more
    "LETTERBOX_DELIVER is off, and no other process can deliver from %s: what is to be delivered waits. That is for "
    "looking into a copy; to have it delivered, start with LETTERBOX_DELIVER=on, or keep in Postgres and run a worker"
)


class Service:
    """One process's Letterbox. `open` it before use and `close` it after; `running` does both for a server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keyring = Keyring()
        self.directory = Directory(self)
        self._book = Book()
        self._judge = Judge()
        weighing = Weighing(self._judge)
        self.receiver = Receiver(self.directory, weighing, in_flight_bytes=settings.in_flight_bytes)
        self.door = Again(self.directory, weighing, self._judge)
        self.default_project_id = ""
        self.new_admin_key: str | None = None  # known on the start that made it
        self._store: Store | None = None
        self._caretaker: Caretaker | None = None
        self._clerk: Clerk | None = None
        self._tail: Tail | None = None
        self._dispatcher: Dispatcher | None = None
        self._seal: Seal | None = None
        self._probe = Probe()

    @property
    def store(self) -> Store:
        if self._store is None:
            raise Unavailable("The service is not open yet.")
        return self._store

    @property
    def seal(self) -> Seal:
        if self._seal is None:
            raise Unavailable("The service is not open yet.")
        return self._seal

    @property
    def clerk(self) -> Clerk:
        if self._clerk is None:
            raise Unavailable("The service is not receiving yet.")
        return self._clerk

    @property
    def tail(self) -> Tail:
        if self._tail is None:
            raise Unavailable("The service is not receiving yet.")
        return self._tail

    def open(self, *, furnish: bool = True) -> None:
        """Open the store, make what a first start makes (unless told not to), and read what is declared.

        Raises StoreInUse, UnsafeStore and BadSetting, each with a line for the operator.
        """
        self._store = Store(self.settings, self._tell)
        try:
            if furnish:
                self._furnish(self._store)
            self._store.follow()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._end_work()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _end_work(self) -> None:
        for worker in (self._dispatcher, self._tail, self._clerk, self._caretaker):
            if worker is not None:
                worker.stop()
        self._dispatcher = self._tail = self._clerk = self._caretaker = None

    @asynccontextmanager
    async def running(self, _app: object = None) -> AsyncIterator[dict[str, object]]:
        """The service's life inside a server: open unless it is, receiving, and closed at the end."""
        if self._store is None:
            self.open()
        self._judge.open()
        egress = Egress(self.settings.egress_allow)
        preparing, sender, most = Preparing(self.seal, self.door), Sender(egress), self.settings.in_flight_bytes
        errands = Errands(self.store, self._book, preparing, sender, self.send_on, in_flight_bytes=most)
        await errands.open()
        self.receiver.listen(self.store.writer, self.seal, errands)
        self.door.listen()
        self._caretaker, self._clerk = Caretaker(self.store), Clerk(self.store, self.seal, self.door)
        self._tail = Tail(self.store)
        for worker in (self._caretaker, self._clerk, self._tail):
            worker.start()
        if not self.settings.deliver and self.settings.is_sqlite:
            log.warning(UNDELIVERED, self.store.database.name)
        if self.settings.deliver:
            self._dispatcher = Dispatcher(self.store, self.seal, self.door, egress)
            self._dispatcher.start()
        try:
            yield {}
        finally:
            await asyncio.to_thread(self._end_work)  # which may be waiting for this loop
            await self._judge.close()
            await errands.close()
            self.close()

    def run(self, function: Callable[[Unit], Result]) -> Result:
        """Run a unit of work in the next commit; raises what it raises, or Unavailable."""
        return self.store.writer.run(function)

    def reading(self) -> AbstractContextManager[Connection]:
        return self.store.reading()

    def tally(self) -> None:
        """Have the statistics show what this process has answered so far, if the store can be written right now."""
        with suppress(Unavailable):
            self.store.tally()

    def require_ready(self) -> None:
        """Raise NotReady or Unavailable unless a write reaches the disk; writes at most once a second."""
        self._probe.require(self.store.require_ready)

    def secrets_of(self, endpoint: Endpoint) -> tuple[LiveSecret, ...]:
        """The secrets of an endpoint's verification, opened."""
        return secrets.opened(endpoint.verification, self.seal, endpoint.project_id)

    def contract_of(self, endpoint: Endpoint) -> Contract:
        """An endpoint's active contract, compiled. Not for the event loop. Raises Unavailable."""
        if endpoint.contract_version is None:
            raise Unavailable("The endpoint has no active contract.")
        with self.reading() as connection:
            return versions.compiled_at(connection, endpoint.id, endpoint.contract_version)

    def weigh(self, request: Request, arrival: Arrival) -> Weighed:
        """What the door says of a kept request now; for the sender of an edit its editor vouches.

        Not for the event loop.
        """
        with self.reading() as connection:
            is_edit = edits.origin_of(connection, request.id) is not None
        identity = (request.id, request.received_at)
        return self.door.weigh(request.project_id, identity, arrival, is_vouched=is_edit)

    def go_on(self) -> None:
        """There is a job to go on with."""
        self.clerk.wake()

    def send_on(self) -> None:
        """Something was made due; if another process delivers, it finds out within a second."""
        if (dispatcher := self._dispatcher) is not None:
            dispatcher.wake()

    def address_of(self, project_id: str) -> str:
        """Where a project's endpoints are reached, such as http://127.0.0.1:8080/in/default."""
        return f"{self.public_url}/in/{self.directory.slug_of(project_id)}"

    @property
    def public_url(self) -> str:
        return self.settings.public_url or self.settings.listening_url

    def declared(self) -> list[tuple[Project, Endpoint]]:
        """Every endpoint with its project, by address."""
        with self.reading() as connection:
            by_id = {project.id: project for project in projects.all_of(connection)}
            pairs = [(by_id[endpoint.project_id], endpoint) for endpoint in endpoints.all_of(connection)]
        return sorted(pairs, key=lambda pair: (pair[0].slug, pair[1].path))

    def _tell(self, change: object) -> None:
        self._book.apply(change)
        self.directory.apply(change)
        self.keyring.apply(change)
        caretaker, tail, dispatcher = self._caretaker, self._tail, self._dispatcher  # which a stop takes away meanwhile
        if tail is not None:
            tail.wake()
        if dispatcher is not None:
            dispatcher.apply(change)
        match change:
            case Changed(Project() | Endpoint()) | Removed(Project() | Endpoint() | Destination()) if (
                caretaker is not None
            ):
                caretaker.wake()

    def _furnish(self, store: Store) -> None:
        made = store.writer.run(lambda unit: first_start.furnish(unit, self.settings))
        self._seal, self.new_admin_key, self.default_project_id = made.seal, made.new_admin_key, made.project.id


class Probe:
    """Asks a question at most once a second, and gives its last answer in between."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._refusal: Refusal | None = None

    def require(self, question: Callable[[], None]) -> None:
        with self._lock:
            if time.monotonic() - self._asked_at >= SECONDS_BETWEEN_PROBES:
                self._refusal = _asked(question)
                self._asked_at = time.monotonic()
            refusal = self._refusal
        if refusal is not None:
            raise refusal


def _asked(question: Callable[[], None]) -> Refusal | None:
    try:
        question()
    except Refusal as refusal:
        return refusal
    return None
