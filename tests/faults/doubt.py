"""Fault 2, the outcome of a commit: Postgres stays, and what it answers to COMMIT is lost, or the COMMIT itself."""

from __future__ import annotations

import asyncio
import itertools
import re
import tempfile
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.load import UNAVAILABLE, Callers
from tests.faults.outage import counted, settled, unwell
from tests.faults.outcome import Outcome
from tests.faults.server import Server
from tests.faults.stores import Postgresql, prepared
from tests.postgres import PORT

TITLE = "COMMIT in doubt"
RATE, CONNECTIONS = 200, 16
COMMITS_BETWEEN = 7
LATE_SECONDS = 0.4  # the service has asked by then what became of the transaction, and asks again
PATIENCE_SECONDS = 120
WRITES, COMMIT = (b"INSERT INTO ", b"pg_current_xact_id"), b"COMMIT"  # only a connection that writes says the former
PREPARED, BOUND = re.compile(rb"(_pg3_\w+)\0COMMIT\0"), b"\0%b\0"  # a COMMIT that has got a name, and is called by it
ENDS = (b"COMMIT\0", b"ROLLBACK\0", b"ERROR\0")
WAYS = ("question lost", "answer lost", "question late")


@dataclass
class Link:
    """A connection of the service and the one to Postgres that it is passed on to."""

    asked: StreamReader
    answer: StreamWriter
    answered: StreamReader
    ask: StreamWriter

    def close(self) -> None:
        self.answer.close()
        self.ask.close()


class Proxy:
    """Stands between the service and Postgres, and cuts the service off at every so many commits."""

    def __init__(self, cluster: Path, cuts: int) -> None:
        """`done` is set after so many cuts, which go on."""
        self.cuts: Counter[str] = Counter()
        self.done, self._wanted = asyncio.Event(), cuts
        self._relays: set[asyncio.Task[None]] = set()
        self._there = cluster / f".s.PGSQL.{PORT}"
        self._commits, self._ways = itertools.count(1), itertools.cycle(WAYS)

    @asynccontextmanager
    async def running(self, folder: Path) -> AsyncIterator[None]:
        """Listen where the service looks for Postgres if it is told this folder."""
        server = await asyncio.start_unix_server(self._accept, folder / f".s.PGSQL.{PORT}")
        try:
            yield
        finally:
            server.close()
            for relay in self._relays:
                relay.cancel()

    async def _accept(self, asked: StreamReader, answer: StreamWriter) -> None:
        relay = asyncio.create_task(self._relay(asked, answer))
        self._relays.add(relay)
        relay.add_done_callback(self._relays.discard)

    async def _relay(self, asked: StreamReader, answer: StreamWriter) -> None:
        link = Link(asked, answer, *await asyncio.open_unix_connection(self._there))
        answering = asyncio.create_task(pass_on(link.answered, link.answer))
        with suppress(OSError):
            data = await self._pass_on_until_a_cut(link)
            answering.cancel()
            await asyncio.wait([answering])
            await self._cut(link, data)
        link.close()

    async def _pass_on_until_a_cut(self, link: Link) -> bytes:
        """Returns the COMMIT that is not passed on; nothing, if the service ended the connection itself."""
        writes, commits = False, {COMMIT}
        while data := await link.asked.read(65_536):
            writes = writes or any(word in data for word in WRITES)
            commits |= {BOUND % name for name in PREPARED.findall(data)}
            is_commit = writes and any(word in data for word in commits)
            if is_commit and next(self._commits) % COMMITS_BETWEEN == 0:
                return data
            link.ask.write(data)
        return b""

    async def _cut(self, link: Link, data: bytes) -> None:
        if not data:
            return
        way = next(self._ways)
        self.cuts[way] += 1
        if self.cuts.total() == self._wanted:
            self.done.set()
        if way == "question late":
            link.answer.close()
            await asyncio.sleep(LATE_SECONDS)
        if way != "question lost":
            link.ask.write(data)
            rest = asyncio.create_task(pass_on(link.asked, link.ask))  # what the COMMIT needs may travel behind it
            await until_ended(link.answered)
            rest.cancel()


async def until_ended(answered: StreamReader) -> None:
    """Return when Postgres has said what became of the transaction."""
    seen = b""
    while not any(word in seen for word in ENDS) and (data := await answered.read(65_536)):
        seen = seen[-max(map(len, ENDS)) :] + data


async def pass_on(from_there: StreamReader, to_here: StreamWriter) -> None:
    with suppress(OSError):
        while data := await from_there.read(65_536):
            to_here.write(data)
    to_here.close()


def run(store: str, cuts: int, seed: int) -> Outcome:
    """Cut so many commits off under load: each letter is kept once, and none is refused for it."""
    with prepared(store) as (server, place), tempfile.TemporaryDirectory(prefix="letterbox-proxy-") as folder:
        assert isinstance(place, Postgresql)
        server.settings["DATABASE_URL"] = place.url.replace(str(place.cluster.folder), folder)
        return asyncio.run(cut_under_load(server, place, Path(folder), cuts, seed))


async def cut_under_load(server: Server, place: Postgresql, folder: Path, cuts: int, seed: int) -> Outcome:
    callers = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    proxy = Proxy(place.cluster.folder, cuts)
    async with proxy.running(folder):
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.wait_ready)
        async with callers.posting(), asyncio.timeout(PATIENCE_SECONDS):
            await proxy.done.wait()
        comparison, integrity = await asyncio.to_thread(settled, server, place, callers, seed)
    figures = {
        "cuts": ",".join(f"{way.replace(' ', '_')}:{count}" for way, count in proxy.cuts.items()),
        "sent": len(callers.journal.letters),
        "acknowledged": len(callers.journal.acknowledged()),
        "503": callers.troubles[UNAVAILABLE],
        **counted(comparison),
        "integrity": integrity,
    }
    return Outcome(figures, comparison.wrong() + callers.unexpected() + unwell(server, integrity))
