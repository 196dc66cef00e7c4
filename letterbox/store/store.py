"""The store as a whole: opened once per process; reads by connection, writes by the writer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from letterbox.config import Settings
from letterbox.errors import NotReady, Unavailable
from letterbox.ids import now
from letterbox.store import database, markers, versions
from letterbox.store.database import StoreFailed, UnsafeStore
from letterbox.store.follower import Follower
from letterbox.store.keeping import Keeping
from letterbox.store.versions import UnknownVersion
from letterbox.store.writer import Unit, Writer

log = logging.getLogger(__name__)

READINESS_PATIENCE_SECONDS = 2.0
TALLY_PATIENCE_SECONDS = 1.0  # whoever reads statistics would rather have those of a moment ago


class Store:
    """The open store of one process.

    Opening brings the tables to their newest version, and refuses a database that is not durable, or that another
    process holds and can't share. Whoever keeps copies in memory is told of each record and change by `tell`, from
    `follow` on, in the order of commits (see changes.py). Raises StoreInUse and UnsafeStore.
    """

    def __init__(self, settings: Settings, tell: Callable[[object], None]) -> None:
        self.database = database.opened(settings)
        self._follower = Follower(self.database, tell)
        try:
            self._prepare()
        except BaseException:
            self.database.close()
            raise
        keeping = Keeping(refused_rows=settings.refused_requests, refused_bytes=settings.refused_bytes)
        self.writer = Writer(
            self.database,
            keeping,
            self._follower.tell,
            rows=settings.commit_rows,
            body_bytes=settings.commit_bytes,
        )
        self.writer.start()
        self._tallying = keeping.tallying

    def follow(self) -> None:
        """Tell of all that is declared, and from now on of each change."""
        self._follower.start()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent moment, and can't write."""
        try:
            with self.database.reading.begin() as connection:
                yield connection
        except Exception as failure:
            self.database.forget_detail(failure)
            if not self.database.is_at_fault(failure):
                raise
            log.error("reading failed: %s", self.database.words(failure))
            raise Unavailable("The store can't be read right now; try again.") from failure

    def tally(self) -> None:
        """Have what was counted in this process be written, if any of it waits. Not for the event loop.

        Raises Unavailable.
        """
        if self._tallying.hurry():
            self.writer.run(lambda _unit: None, patience_seconds=TALLY_PATIENCE_SECONDS)

    def migrate(self) -> None:
        """Bring the tables to their newest version; does nothing when they are."""
        with self.database.transaction() as connection:
            self.database.migrate_alone(connection)
            versions.upgrade(connection)

    def require_ready(self) -> None:
        """Raise NotReady unless the tables are at their newest version and a write reaches the disk."""
        self.writer.run(self._prove_ready, patience_seconds=READINESS_PATIENCE_SECONDS)

    def close(self) -> None:
        """Write what waits, then let the database go."""
        self.writer.stop()
        self._follower.stop()
        self.database.close()

    def _prepare(self) -> None:
        name = self.database.name
        try:
            with self.database.writing.connect() as connection:
                self.database.require_durable(connection)
            self.migrate()
        except (DatabaseError, StoreFailed) as reason:
            raise database.unusable(name, self.database.words(reason)) from None
        except UnknownVersion as reason:
            raise UnsafeStore(f"{name} was made by another version of this program: {reason}") from None

    def _prove_ready(self, unit: Unit) -> None:
        try:
            self.database.require_durable(unit.connection)  # again: settings of a server can change while it runs
        except UnsafeStore as reason:
            raise NotReady(str(reason)) from None
        found = versions.version_of(unit.connection)
        if found != versions.NEWEST:
            raise NotReady(f"The tables are at version {found}, and this program needs {versions.NEWEST}.")
        markers.put(unit.connection, "ready", str(now()).encode())
