"""SQLite: one connection that writes and many that read, in one process."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError, PendingRollbackError
from sqlalchemy.pool import QueuePool, StaticPool

from letterbox.store import lock
from letterbox.store.bulk import SIZES
from letterbox.store.database import StoreFailed, UnsafeStore, unusable

BUSY_MILLISECONDS = 5000
EXTRA_READERS = 7  # the tail, two who catch up with it, the caretaker, and three of the dispatcher
PREPARED_STATEMENTS = 100 + 5 * len(SIZES)  # the receiving path has four tables, each with a statement per size
AT_FAULT = (OperationalError, PendingRollbackError, sqlite3.OperationalError)


class SQLite:
    """A database file, held by this process alone. See database.Database."""

    is_shared = False

    def __init__(self, path: Path, *, readers: int, patience_seconds: float) -> None:
        """Raises UnsafeStore, and StoreInUse when another process holds the file for longer than that."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # what was sent is for its owner alone; SQLite gives its other files the same mode
        self._lock = lock.hold(path, patience_seconds)
        self.writing = writing_engine(path)
        self.reading = reading_engine(path, connections=readers + EXTRA_READERS)
        try:
            self._connection = self.writing.connect()
        except DatabaseError as reason:
            lock.let_go(self._lock)
            raise unusable(self.name, self.words(reason)) from None

    @property
    def name(self) -> str:
        return str(self._path)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        try:
            with self._connection.begin():
                yield self._connection
        except AT_FAULT as failure:
            raise StoreFailed(self.words(failure)) from failure
        finally:
            self._leave_nothing_open()

    def commit_unread(self, write: Callable[[Connection], None]) -> None:
        with self.transaction() as connection:
            write(connection)

    def is_there_already(self, _failure: Exception) -> bool:
        return False  # nothing is ever written again here: a commit that fails has kept nothing

    def is_at_fault(self, failure: Exception) -> bool:
        return isinstance(failure, (*AT_FAULT, StoreFailed))

    def try_alone(self, _connection: Connection) -> bool:
        return True

    def migrate_alone(self, connection: Connection) -> None:
        """There is no other process."""

    def announce(self, connection: Connection, messages: list[str]) -> None:
        """There is nobody to tell."""

    def listen(self, begun: Callable[[], None], hear: Callable[[str], None], stopping: Callable[[], bool]) -> None:
        """There is nobody to hear."""

    def words(self, failure: Exception) -> str:
        return str(getattr(failure, "orig", failure))

    def forget_detail(self, failure: Exception) -> None:
        """SQLite tells nothing of what it was given."""

    def require_durable(self, connection: Connection) -> None:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2)):
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            if found != wanted:
                raise UnsafeStore(f"SQLite answers {pragma} = {found}, and needs {wanted}: is this a local disk?")

    def _leave_nothing_open(self) -> None:
        """SQLite keeps a transaction open whose commit it refused."""
        driver: Any = self._connection.connection.driver_connection
        if driver.in_transaction:
            driver.rollback()

    def close(self) -> None:
        self._connection.close()
        self.reading.dispose()
        self.writing.dispose()
        lock.let_go(self._lock)


def writing_engine(path: Path) -> Engine:
    """The engine of the one connection that writes and checkpoints."""
    engine = _engine(path, poolclass=StaticPool)
    # With secure_delete what is erased is overwritten in the file, not only marked as free.
    _on_connect(engine, ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"))
    # A deferred transaction that turns into a write fails at once when another has written since.
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(path: Path, connections: int) -> Engine:
    """The engine of the connections that only read.

    They never checkpoint: SQLite before 3.51.3 can lose a commit when two connections checkpoint at once.
    """
    engine = _engine(path, poolclass=QueuePool, pool_size=connections, max_overflow=0)
    _on_connect(engine, ("query_only = ON", "wal_autocheckpoint = 0"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _begin_immediate(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE")  # past SQLAlchemy, which takes longer than SQLite: each commit begins so


def _engine(path: Path, **options: Any) -> Engine:
    return create_engine(
        URL.create("sqlite", database=str(path)),  # not as text: a path may hold what means something in a URL
        connect_args={
            "check_same_thread": False,
            "timeout": BUSY_MILLISECONDS / 1000,
            "cached_statements": PREPARED_STATEMENTS,
        },
        hide_parameters=True,  # what was sent is no part of an error's text, and so of no log
        json_serializer=lambda thing: orjson.dumps(thing).decode(),
        json_deserializer=orjson.loads,
        **options,
    )


def _on_connect(engine: Engine, pragmas: tuple[str, ...]) -> None:
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the engine says BEGIN itself, see above
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
