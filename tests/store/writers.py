"""A writer whose first batch is what was given to it before it started, so that a test decides what shares a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, event

from letterbox.store import tables
from letterbox.store.changes import MoreStored
from letterbox.store.database import Database
from letterbox.store.jobs import Work
from letterbox.store.keeping import Keeping
from letterbox.store.requests import Row
from letterbox.store.writer import Unit, Writer

PATIENCE_SECONDS = 20


class Counting(Keeping):
    """Keeps as the service does, and notes how many rows and bytes each commit was given."""

    def __init__(self) -> None:
        super().__init__(refused_rows=10**6, refused_bytes=10**12)
        self.batches: list[Sequence[Row]] = []

    def keep(self, connection: Connection, rows: Sequence[Row]) -> MoreStored:
        self.batches.append(rows)
        return super().keep(connection, rows)

    @property
    def sizes(self) -> list[int]:
        return [len(rows) for rows in self.batches]


class Office:
    """A writer that a test fills, runs and asks; `told` is what it announced."""

    def __init__(self, database: Database, *, rows: int = 512, body_bytes: int = 8_388_608) -> None:
        self.database = database
        self.told: list[object] = []
        self.keeping = Counting()
        self.writer = Writer(database, self.keeping, self.tell, rows=rows, body_bytes=body_bytes)

    def tell(self, change: object) -> None:
        self.told.append(change)

    def work(self, function: Callable[[Unit], Any]) -> Future[Any]:
        """A unit of work that waits for the next commit, without a thread that waits for it."""
        job = Work(function, Future())
        self.writer._works.append(job)
        self.writer._wake.set()
        return job.waiting

    def run(self, letters: Callable[[Writer], Coroutine[Any, Any, Any]]) -> Any:
        """Run a coroutine on a loop of its own; it starts the writer when it has filled the first batch."""
        try:
            return asyncio.run(asyncio.wait_for(letters(self.writer), PATIENCE_SECONDS))
        finally:
            self.close()

    def close(self) -> None:
        with suppress(RuntimeError):  # started already
            self.writer.start()
        self.writer.stop()

    def deliver(self, rows: Sequence[Row], *, behind: Sequence[Row] = ()) -> list[Any]:
        """Put these rows into one writer before it starts; what came of each."""

        async def letters(writer: Writer) -> list[Any]:
            waiting = [*map(writer.keep, rows), *filter(None, map(writer.keep_behind, behind))]
            writer.start()
            return await asyncio.gather(*waiting, return_exceptions=True)

        outcome: list[Any] = self.run(letters)
        return outcome


TRIES = {"sqlite": 1, "postgresql": 2}  # of one commit: another connection may succeed


def fail_at(engine: Engine, moment: str, *, times: int) -> None:
    """Have the store fail so many commits at this event, such as a disk that is full for a while."""
    left = [None] * times * TRIES[engine.dialect.name]

    def fail(connection: Connection) -> None:
        if left:
            left.pop()
            fail_now(connection)

    event.listen(engine, moment, fail)


def fail_now(connection: Connection) -> None:
    """Have a statement fail in a way that the store is at fault for."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("SELECT * FROM a_table_that_is_not_there")
    connection.exec_driver_sql("SET LOCAL statement_timeout = 1")
    connection.exec_driver_sql("SELECT pg_sleep(10)")


def look(engine: Engine, ask: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return ask(connection)


def mark(name: str) -> Callable[[Unit], str]:
    """A unit of work that leaves a mark, announces it and answers with it."""

    def work(unit: Unit) -> str:
        unit.connection.execute(tables.marker.insert().values(name=name, value=b""))
        unit.announce(name)
        return name

    return work


def marks(engine: Engine) -> list[str]:
    found: list[str] = look(engine, lambda connection: sorted(connection.execute(tables.marker.select()).scalars()))
    return found
