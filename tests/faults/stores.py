"""The two stores that faults are tried on, and what each of them says of itself once the service has stopped."""

from __future__ import annotations

import base64
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tests.faults.server import Server
from tests.postgres import Postgres

STORES = ("sqlite", "postgres")
BODIES = "select id, body from request"
SECRET_KEY = base64.b64encode(bytes(32)).decode()

# Walks every index and compares it with its table.
CHECK_INDEXES = """
select bt_index_check(index.oid, true)
from pg_class index join pg_am method on method.oid = index.relam
where index.relkind = 'i' and method.amname = 'btree' and index.relnamespace = 'public'::regnamespace
"""


class Store(Protocol):
    """Where a service keeps. What is asked of it is asked behind the service's back, while it doesn't run."""

    @property
    def settings(self) -> dict[str, str]:
        """Settings of the service that choose it, without their prefix."""
        ...

    def bodies(self) -> dict[str, bytes]:
        """The body of each request by its id."""
        ...

    def integrity(self) -> str:
        """The store's own word on itself: `ok`, or what is broken."""
        ...

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What this reads; a service that runs does not notice."""
        ...

    def change(self, statement: str) -> None:
        """Change rows, for a state that would take long to bring about."""
        ...

    def unsettling(self) -> AbstractContextManager[None]:
        """Nothing can be settled in this block, although all can be read."""
        ...

    def is_settling(self) -> bool:
        """Whether it can be seen that somebody waits to settle."""
        ...


class Sqlite:
    """A file of this path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def settings(self) -> dict[str, str]:
        return {"database_url": f"sqlite:///{self.path}"}  # it makes its secret key itself, beside the file

    def bodies(self) -> dict[str, bytes]:
        connection = sqlite3.connect(self.path)
        try:
            return dict(connection.execute(BODIES))
        finally:
            connection.close()

    def integrity(self) -> str:
        connection = sqlite3.connect(self.path)
        try:
            return "; ".join(row[0] for row in connection.execute("pragma integrity_check"))
        finally:
            connection.close()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(statement).fetchall()

    def change(self, statement: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(statement)

    @contextmanager
    def unsettling(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=5)) as connection:
            connection.execute("begin immediate")
            yield
            connection.execute("rollback")

    def is_settling(self) -> bool:
        return False  # a file does not know who waits for it


class Postgresql:
    """A database of a cluster of our own."""

    def __init__(self, cluster: Postgres, url: str) -> None:
        self.cluster, self.url = cluster, url

    @property
    def settings(self) -> dict[str, str]:
        return {"database_url": self.url, "secret_key": SECRET_KEY}

    def bodies(self) -> dict[str, bytes]:
        with psycopg.connect(self.url) as connection:
            return dict(connection.execute(BODIES).fetchall())

    def integrity(self) -> str:
        try:
            with psycopg.connect(self.url) as connection:
                connection.execute("create extension if not exists amcheck")
                connection.execute(CHECK_INDEXES)
        except psycopg.Error as reason:
            return str(reason)
        return "ok"

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.encode()).fetchall()

    def change(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def unsettling(self) -> Iterator[None]:
        with psycopg.connect(self.url) as connection:
            connection.execute("lock table attempt in share mode")
            yield
            connection.rollback()

    def is_settling(self) -> bool:
        waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        return bool(self.rows(waiting))


@contextmanager
def opened(name: str, folder: Path, place: Path | None = None) -> Iterator[Store]:
    """A fresh store of this kind: a file in the folder, or a cluster, in `place` if it is to be in one of its own."""
    if name == "sqlite":
        yield Sqlite((place or folder) / "letterbox.db")
    else:
        with Postgres.running(within=place) as cluster:
            yield Postgresql(cluster, cluster.new_database())


@contextmanager
def prepared(name: str, place: Path | None = None, **settings: str) -> Iterator[tuple[Server, Store]]:
    """A service over a fresh store that is not started yet; it is killed at the end if it still runs.

    The store is kept in `place`, if that is given, and all else beside it.
    """
    with tempfile.TemporaryDirectory(prefix="letterbox-faults-") as folder, opened(name, Path(folder), place) as store:
        server = Server(Path(folder), **store.settings, **settings)
        try:
            yield server, store
        finally:
            server.kill()


@contextmanager
def started(name: str, place: Path | None = None, **settings: str) -> Iterator[tuple[Server, Store]]:
    """A running, ready service over a fresh store."""
    with prepared(name, place, **settings) as (server, store):
        server.start()
        server.wait_ready()
        yield server, store
