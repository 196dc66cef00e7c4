"""A service under load whose every call on its store and its callers was written down."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.faults import trace
from tests.faults.letters import Journal
from tests.faults.load import Callers
from tests.faults.server import Server
from tests.faults.stores import Postgresql, Sqlite
from tests.faults.trace import Call
from tests.postgres import Postgres

RATE, CONNECTIONS = 150, 8
READY_SECONDS, LOAD_SECONDS = 120, 180
STATUS, NAME = b"HTTP/1.1 2", re.compile(rb'"id":"(req_\w+)"')
RECKLESS = (sys.executable, "-m", "tests.faults.reckless")


@dataclass(frozen=True)
class Exchange:
    """One acknowledged letter, by its id; moments are microseconds of the wall clock."""

    name: str
    arrived: int  # when the last byte of the request had been read
    acknowledged: int  # when its status line began to leave


@dataclass(frozen=True)
class Recording:
    """What callers sent and were told, what the service and its store asked of the kernel, and the store before it.

    For SQLite `store` is what the service did; for Postgres what its cluster did below the folder `disk`.
    """

    journal: Journal
    service: list[Call]
    store: list[Call]
    disk: Path
    base: Path | None

    def exchanges(self) -> list[Exchange]:
        """The acknowledged letters as the service saw them, in the order of their acknowledgements."""
        return sorted(exchanged(self.service), key=lambda exchange: exchange.acknowledged)

    def bodies(self) -> dict[str, bytes]:
        """What was sent, by the id that its 2xx named."""
        return {letter.request_id: letter.body for letter in self.journal.acknowledged() if letter.request_id}


def exchanged(calls: list[Call]) -> Iterator[Exchange]:
    """Follow each socket from request to reply; the head and the body of a reply may leave one after the other."""
    arrived: dict[str, int] = {}
    began: dict[str, int] = {}
    for call in calls:
        if call.name in trace.READING and call.result > 0:
            arrived[call.path] = call.ended
        elif call.name in trace.SENDING:
            if call.data.startswith(STATUS):
                began[call.path] = call.began
            if (found := NAME.search(call.data)) and call.path in began:
                yield Exchange(found[1].decode(), arrived[call.path], began.pop(call.path))


@contextmanager
def recorded(store: str, letters: int, seed: int, *, reckless: bool = False) -> Iterator[Recording]:
    """A recording of so many acknowledged letters; `reckless`, of a service that does not wait for the disk."""
    with tempfile.TemporaryDirectory(prefix="letterbox-faults-") as folder:
        record = record_sqlite if store == "sqlite" else record_postgres
        yield record(Path(folder), letters, seed, reckless=reckless)


def record_sqlite(folder: Path, letters: int, seed: int, *, reckless: bool) -> Recording:
    place = folder / "store"
    place.mkdir()
    server = traced(folder, Sqlite(place / "letterbox.db").settings, reckless=reckless)
    journal = loaded(server, letters, seed)
    calls = trace.read(folder / "trace", str(place).encode(), b"socket:[")
    return Recording(journal, calls, calls, place, None)


def record_postgres(folder: Path, letters: int, seed: int, *, reckless: bool) -> Recording:
    """The tables are made before, so that the base is a cluster at rest."""
    cluster = Postgres()
    try:
        cluster.start()
        place = Postgresql(cluster, cluster.new_database())
        furnish(folder, place)
        cluster.stop()
        shutil.copytree(cluster.data, folder / "base")
        cluster.settings["synchronous_commit"] = "off" if reckless else "on"
        cluster.wrapped_in = trace.tracing(cluster.folder / "trace")
        cluster.start()
        service = traced(folder, place.settings, reckless=reckless)
        journal = loaded(service, letters, seed, lambda: checkpoint(place))
        cluster.stop()
        store = trace.read(cluster.folder / "trace", str(cluster.data).encode())
        return Recording(journal, trace.read(folder / "trace", b"socket:["), store, cluster.data, folder / "base")
    finally:
        cluster.close()


def furnish(folder: Path, place: Postgresql) -> None:
    """Let a service begin once, and end."""
    server = Server(folder, **place.settings)
    server.start()
    try:
        server.wait_ready()
        server.stop()
    finally:
        server.kill()


def traced(folder: Path, settings: dict[str, str], *, reckless: bool) -> Server:
    server = Server(folder, **settings)
    server.command = (*trace.tracing(folder / "trace"), *(RECKLESS if reckless else server.command))
    return server


def checkpoint(place: Postgresql) -> None:
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute("checkpoint")


def loaded(server: Server, letters: int, seed: int, halfway: Callable[[], None] = lambda: None) -> Journal:
    """Post until so many are acknowledged, then end the service at once."""
    server.start()
    try:
        server.wait_ready(READY_SECONDS)
        return asyncio.run(posted(server, letters, seed, halfway))
    finally:
        server.kill()


async def posted(server: Server, letters: int, seed: int, halfway: Callable[[], None]) -> Journal:
    callers = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    async with callers.posting():
        await callers.acknowledged(letters // 2, LOAD_SECONDS)
        await asyncio.to_thread(halfway)
        await callers.acknowledged(letters, LOAD_SECONDS)
    return callers.journal
