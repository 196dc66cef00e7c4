"""Follows what is declared: tells of every record at the start, and of each change that any process commits.

Processes that share a database announce their changes (see changes.message_of). Whoever hears of one reads the record
again and tells of what it found, one at a time; so the last thing told of a record is what it is, in whatever order
the announcements came. After a gap in listening everything is read again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from letterbox.store import destinations, endpoints, keys, projects, subscriptions, usage
from letterbox.store.changes import Changed, Record, Removed, StoredBytes, event_of, message_of
from letterbox.store.database import Database
from letterbox.store.projects import Project

RETRY_SECONDS = 0.25

log = logging.getLogger(__name__)


class Follower:
    """Tells of records as they are in the database. `start` begins to listen, `stop` ends it."""

    def __init__(self, database: Database, tell: Callable[[object], None]) -> None:
        self._database, self._tell = database, tell
        self._told: dict[str, Record] = {}  # by id, as it was told last
        self._one_at_a_time = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        """Tell of everything, and if other processes may change it, go on listening."""
        self.read_all()
        if self._database.is_shared:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def tell(self, change: object) -> None:
        """Tell of a change that this process has committed."""
        message = message_of(change)
        if not self._database.is_shared or message is None or event_of(message):
            self._tell(change)
            return
        try:
            self._read_again(message)
        except Exception as failure:  # noqa: BLE001 # the commit stands, and our own announcement will be heard, too
            log.warning("a change is told a little later: %s", type(failure).__name__)

    def read_all(self) -> None:
        with self._one_at_a_time, self._database.reading.begin() as connection:
            found = {record.id: record for record in _everything(connection)}
            for identity in self._told.keys() - found.keys():
                self._tell_removed(identity)
            for record in found.values():
                self._tell_changed(record)
            self._tell(StoredBytes(usage.of_projects(connection)))

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._database.listen(self._listening, self._hear, self._stop.is_set)
            except Exception as failure:  # noqa: BLE001 # whatever it was, changes must not be missed for long
                log.warning("changes of other processes can't be heard: %s", type(failure).__name__)
                self._stop.wait(RETRY_SECONDS)

    def _listening(self) -> None:
        """What was announced before somebody listened is known by now, or read now."""
        self.read_all()

    def _hear(self, message: str) -> None:
        if not message:
            self._count_stored()
        elif (event := event_of(message)) is not None:
            self._tell(event)
        else:
            self._read_again(message)

    def _read_again(self, message: str) -> None:
        noun, project_id, identity = message.split(" ")
        with self._one_at_a_time, self._database.reading.begin() as connection:
            record = FINDERS[noun](connection, project_id, identity)
            if record is None:
                self._tell_removed(identity)
            else:
                self._tell_changed(record)

    def _tell_changed(self, record: Record) -> None:
        if self._told.get(record.id) != record:  # told anew, an endpoint would begin its rate anew
            self._tell(Changed(record))
            self._told[record.id] = record

    def _tell_removed(self, identity: str) -> None:
        if (record := self._told.pop(identity, None)) is not None:
            self._tell(Removed(record))

    def _count_stored(self) -> None:
        """What other processes keep counts towards the limit of a project, too."""
        limited = [record.id for record in self._told.values() if isinstance(record, Project) and _is_limited(record)]
        if limited:
            with self._database.reading.begin() as connection:
                totals = usage.of_projects(connection, limited)
            self._tell(StoredBytes(totals))


FINDERS: dict[str, Callable[[Connection, str, str], Record | None]] = {
    "Project": lambda connection, _, identity: projects.find(connection, identity),
    "Endpoint": endpoints.find,
    "Key": keys.find,
    "Destination": destinations.find,
    "Subscription": subscriptions.find,
}


def _everything(connection: Connection) -> Iterator[Record]:
    """Projects first, since the others belong to them; subscriptions last, since they belong to two others."""
    yield from projects.all_of(connection)
    yield from endpoints.all_of(connection)
    yield from keys.all_of(connection)
    yield from destinations.all_of(connection)
    yield from subscriptions.all_of(connection)


def _is_limited(project: Project) -> bool:
    return project.limits["stored_bytes"] is not None
