"""Throw-away databases to measure on: files of SQLite, or databases of one Postgres that is started for it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import NullPool, create_engine, text

from bench.server import CAN_PIN, SERVING_CORE
from letterbox.ids import first_id_at
from tests.postgres import Postgres

# Beyond the tests' own: what a machine of this size is usually given. Durability stays as it is by default.
POSTGRES_SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "max_connections": "300"}

PROJECT = "SELECT id FROM project WHERE slug = 'default'"
OURS = f"SELECT count(*) FROM request WHERE project_id = ({PROJECT}) AND id >= :since"  # noqa: S608 # no input
ACCEPTED = f"{OURS} AND verdict = 'accepted'"
OLDEST = f"SELECT min(id) FROM request WHERE project_id = ({PROJECT})"  # noqa: S608 # no input
PROTOTYPES = "SELECT count(*) FROM request WHERE at >= :since"


class Stores(Protocol):
    """Makes empty databases of one kind; `says` is what the report has to say about them."""

    name: str
    says: str

    def new(self) -> str:
        """The URL of an empty database."""
        ...

    def settle(self, url: str) -> None:
        """Do what would have been done by itself while a database filled slowly."""
        ...


class SqliteStores:
    name = "SQLite"
    says = "SQLite runs inside the server's process."

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def new(self) -> str:
        folder = self._folder / f"store-{next(self._numbers)}"
        folder.mkdir()
        return f"sqlite:///{folder}/letterbox.db"

    def settle(self, url: str) -> None:
        """Nothing: SQLite does all of it in its commits."""


class PostgresStores:
    name = "Postgres"
    says = (
        "Postgres shares the server's core: all of what serves runs on one, and the load has the other to itself. "
        f"Settings: {', '.join(f'{name} = {value}' for name, value in POSTGRES_SETTINGS.items())}."
    )

    def __init__(self, cluster: Postgres) -> None:
        self._cluster = cluster

    def new(self) -> str:
        return self._cluster.new_database()

    def settle(self, url: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Stores]:
    """Stores of a kind, `sqlite` or `postgres`; they are gone after the block. Raises NoPostgres."""
    if kind == "sqlite":
        yield SqliteStores(folder)
        return
    pinned = ("taskset", "--cpu-list", str(SERVING_CORE)) if CAN_PIN else ()
    with Postgres.running(wrapped_in=pinned, within=None, **POSTGRES_SETTINGS) as cluster:
        yield PostgresStores(cluster)


def counting(url: str) -> Callable[[int], int]:
    """Counts the requests that our tables hold since a time in milliseconds, beside a running server."""
    # Ids sort by time, so an index finds them also among millions.
    return _counting(url, OURS, lambda milliseconds: first_id_at("req", milliseconds))


def counting_accepted(url: str) -> Callable[[int], int]:
    """The same, without those that are anything but accepted."""
    return _counting(url, ACCEPTED, lambda milliseconds: first_id_at("req", milliseconds))


def counting_prototypes(url: str) -> Callable[[int], int]:
    """Counts what the prototype's one table holds since then."""
    return _counting(url, PROTOTYPES, lambda milliseconds: milliseconds * 1_000_000)


def oldest_of(url: str) -> str:
    """The id of the oldest request that our tables hold."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return str(connection.execute(text(OLDEST)).scalar_one())


def _counting(url: str, query: str, since: Callable[[int], object]) -> Callable[[int], int]:
    engine = create_engine(url, poolclass=NullPool)

    def count(milliseconds: int) -> int:
        with engine.connect() as connection:
            return int(connection.execute(text(query), {"since": since(milliseconds)}).scalar_one())

    return count
