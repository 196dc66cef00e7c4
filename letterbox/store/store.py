"""The store as a whole: opened once, by one process; reads by connection, writes by the writer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError

from letterbox.config import Settings
from letterbox.errors import NotReady, Unavailable
from letterbox.ids import now
from letterbox.store import engine, lock, markers
from letterbox.store.keeping import Keeping
from letterbox.store.writer import Unit, Writer

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
READINESS_PATIENCE_SECONDS = 2.0


class Store:
    """The open store of one process.

    Opening takes the lock, brings the tables to their newest version, and refuses a database that is not durable.
    Whoever keeps copies in memory is told of each change by `tell`, in the order of commits (see changes.py).
    Raises StoreInUse and UnsafeStore.
    """

    def __init__(self, settings: Settings, tell: Callable[[object], None]) -> None:
        path = settings.database_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # what was sent is for its owner alone; SQLite gives its other files the same mode
        self._lock = lock.hold(path, settings.lock_seconds)
        self._newest = ScriptDirectory.from_config(migrations()).get_current_head()
        self._writing = engine.writing_engine(path)
        self._reading = engine.reading_engine(path, connections=settings.threads)
        try:
            with self._writing.connect() as connection:
                engine.require_durable(connection)
            self.migrate()
        except DatabaseError as reason:
            self._close()
            raise engine.UnsafeStore(f"{path} can't be used as a database: {reason.orig}") from None
        except CommandError as reason:
            self._close()
            raise engine.UnsafeStore(f"{path} was made by another version of this program: {reason}") from None
        except BaseException:
            self._close()
            raise
        keeping = Keeping(refused_rows=settings.refused_requests, refused_bytes=settings.refused_bytes)
        self.writer = Writer(self._writing, keeping, tell, rows=settings.commit_rows, body_bytes=settings.commit_bytes)
        self.writer.start()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent moment, and can't write."""
        try:
            with self._reading.begin() as connection:
                yield connection
        except OperationalError as failure:
            log.error("reading failed", exc_info=failure)
            raise Unavailable("The store can't be read right now; try again.") from failure

    def migrate(self) -> None:
        """Bring the tables to their newest version; does nothing when they are."""
        configuration = migrations()
        with self._writing.begin() as connection:
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")

    def require_ready(self) -> None:
        """Raise NotReady unless the tables are at their newest version and a write reaches the disk."""
        self.writer.run(self._prove_ready, patience_seconds=READINESS_PATIENCE_SECONDS)

    def _prove_ready(self, unit: Unit) -> None:
        found = MigrationContext.configure(unit.connection).get_current_revision()
        if found != self._newest:
            raise NotReady(f"The tables are at version {found}, and this program needs {self._newest}.")
        markers.put(unit.connection, "ready", str(now()).encode())

    def close(self) -> None:
        """Write what waits, then let the database go."""
        self.writer.stop()
        self._close()

    def _close(self) -> None:
        self._reading.dispose()
        self._writing.dispose()
        lock.let_go(self._lock)


def migrations() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return configuration
