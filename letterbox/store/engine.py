"""Connections: one that writes, many that read, and what SQLite must promise before anything is acknowledged."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

BUSY_MILLISECONDS = 5000


class UnsafeStore(Exception):
    """The database does not promise what the service promises."""


def writing_engine(path: Path) -> Engine:
    """The engine of the one connection that writes and checkpoints."""
    engine = _engine(path, poolclass=StaticPool)
    # With secure_delete what is erased is overwritten in the file, not only marked as free.
    _on_connect(engine, ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"))
    # A deferred transaction that turns into a write fails at once when another has written since.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def reading_engine(path: Path, connections: int) -> Engine:
    """The engine of the connections that only read.

    They never checkpoint: SQLite before 3.51.3 can lose a commit when two connections checkpoint at once.
    """
    engine = _engine(path, poolclass=QueuePool, pool_size=connections, max_overflow=0)
    _on_connect(engine, ("query_only = ON", "wal_autocheckpoint = 0"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def require_durable(connection: Connection) -> None:
    """Raise UnsafeStore unless each commit is on stable storage before it is acknowledged."""
    for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2)):
        found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
        if found != wanted:
            raise UnsafeStore(f"SQLite answers {pragma} = {found}, and needs {wanted}: is this a local disk?")


def _engine(path: Path, **options: Any) -> Engine:
    return create_engine(
        URL.create("sqlite", database=str(path)),  # not as text: a path may hold what means something in a URL
        connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
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
