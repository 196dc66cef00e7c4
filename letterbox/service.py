"""The service: the open store, and what the two planes share in memory."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TypeVar

from letterbox import first_start
from letterbox.config import Settings
from letterbox.errors import Refusal, Unavailable
from letterbox.keyring import Keyring
from letterbox.receive.directory import Directory
from letterbox.receive.receiver import Receiver
from letterbox.sealing import Seal
from letterbox.store import endpoints, keys, markers, projects, requests
from letterbox.store.changes import Changed, StoredBytes
from letterbox.store.endpoints import Endpoint
from letterbox.store.projects import Project
from letterbox.store.store import Store
from letterbox.store.writer import Connection, Unit

__all__ = ["Connection", "Service", "Unit"]

Result = TypeVar("Result")

log = logging.getLogger(__name__)

SECONDS_BETWEEN_PROBES = 1.0
DELETED_AT_ONCE = 500  # requests in one unit of work, so that receiving goes on between two


class Service:
    """One process's Letterbox. `open` it before use and `close` it after; `running` does both for a server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keyring = Keyring()
        self.directory = Directory()
        self.receiver = Receiver(self.directory, in_flight_bytes=settings.in_flight_bytes)
        self.default_project_id = ""
        self.new_admin_key: str | None = None  # known on the start that made it
        self._store: Store | None = None
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

    def open(self, *, furnish: bool = True) -> None:
        """Open the store, make what a first start makes (unless told not to), and read what is declared.

        Raises StoreInUse, UnsafeStore and BadSetting, each with a line for the operator.
        """
        self._store = Store(self.settings, self._tell)
        try:
            if furnish:
                self._furnish(self._store)
            self._read_declared(self._store)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    @asynccontextmanager
    async def running(self, _app: object = None) -> AsyncIterator[dict[str, object]]:
        """The service's life inside a server: open unless it is, receiving, and closed at the end."""
        if self._store is None:
            self.open()
        self.receiver.listen(self.store.writer)
        threading.Thread(target=self._end_deletions, name="deletions", daemon=True).start()
        try:
            yield {}
        finally:
            self.close()

    def run(self, function: Callable[[Unit], Result]) -> Result:
        """Run a unit of work in the next commit; raises what it raises, or Unavailable."""
        return self.store.writer.run(function)

    def reading(self) -> AbstractContextManager[Connection]:
        return self.store.reading()

    def require_ready(self) -> None:
        """Raise NotReady or Unavailable unless a write reaches the disk; writes at most once a second."""
        self._probe.require(self.store.require_ready)

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

    def delete_requests(self, endpoint_id: str) -> None:
        """Delete a retired endpoint's requests in small units, then the endpoint itself."""
        while self.run(lambda unit: _delete_some(unit, endpoint_id)):
            pass
        self.run(lambda unit: endpoints.remove(unit.connection, endpoint_id))

    def _end_deletions(self) -> None:
        """Go on with what an earlier process had begun to delete, while this one receives."""
        try:
            with self.reading() as connection:
                begun = endpoints.retired(connection)
            for endpoint_id in begun:
                self.delete_requests(endpoint_id)
        except Unavailable:
            log.warning("a deletion waits for the next start")

    def _tell(self, change: object) -> None:
        self.directory.apply(change)
        self.keyring.apply(change)

    def _furnish(self, store: Store) -> None:
        with store.reading() as connection:
            marker = markers.find(connection, first_start.SEAL_MARKER)
        self._seal = seal = first_start.seal_of(self.settings, marker)
        admin_key, made = first_start.admin_key_of(self.settings)
        self.new_admin_key = admin_key if made else None
        project = store.writer.run(lambda unit: first_start.furnish(unit, seal, admin_key))
        self.default_project_id = project.id

    def _read_declared(self, store: Store) -> None:
        with store.reading() as connection:
            for read in (projects.all_of, endpoints.all_of, keys.all_of):
                for record in read(connection):
                    self._tell(Changed(record))
            self._tell(StoredBytes(projects.stored_bytes(connection)))


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


def _delete_some(unit: Unit, endpoint_id: str) -> int:
    count, freed = requests.delete_some(unit.connection, endpoint_id, most=DELETED_AT_ONCE)
    project_id = endpoints.project_of(unit.connection, endpoint_id)
    if freed and project_id is not None:
        unit.announce(StoredBytes(projects.add_stored_bytes(unit.connection, {project_id: -freed})))
    return count
