"""Faults 6 and 7: the disk is full for a while, and the disk can't be written any more."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
import psycopg

from tests.faults.load import UNAVAILABLE, Callers
from tests.faults.mounts import Block, Memory, block, memory
from tests.faults.outage import counted, settled, unwell
from tests.faults.outcome import Outcome
from tests.faults.server import Server
from tests.faults.stores import Postgresql, Store, started

FULL, UNWRITABLE = "disk full", "read-only disk"
RATE, CONNECTIONS = 200, 8
LETTERS_BEFORE = 200
IMAGE_MEBIBYTES = 64
FULL_SECONDS, READ_ONLY_SECONDS = 3.0, 6.0
FIRST_SIZE = {"sqlite": 1024, "postgres": 262_144}  # kibibytes
SLACK, SPACE = 1024, 65_536  # kibibytes: what is left before it is full, and what is there after
PATIENCE_SECONDS = 120
BAR_SECONDS = 5.0


@dataclass
class Watched:
    """What the service answered to others while its disk was at fault: by path, how often each status."""

    answers: Counter[str] = field(default_factory=Counter)
    unready_after: float | None = None  # seconds

    async def watch(self, server: Server, seconds: float) -> None:
        began = time.monotonic()
        async with httpx.AsyncClient(base_url=server.url, headers=server.client().headers, timeout=10) as client:
            while time.monotonic() < began + seconds:
                for path in ("/healthz/live", "/healthz/ready", "/v1/requests"):
                    status = (await client.get(path)).status_code
                    self.answers[f"{path.rpartition('/')[2]}:{status}"] += 1
                    if path.endswith("ready") and status == 503 and self.unready_after is None:
                        self.unready_after = time.monotonic() - began
                await asyncio.sleep(0.05)

    def shown(self) -> str:
        return ",".join(f"{answer}x{count}" for answer, count in sorted(self.answers.items()))


def fill(store: str, seed: int) -> Outcome:
    """Post until the disk is full, go on for a while, then make room."""
    with memory(FIRST_SIZE[store]) as disk, started(store, disk.folder) as (server, place):
        return asyncio.run(filled(server, place, disk, seed))


async def filled(server: Server, place: Store, disk: Memory, seed: int) -> Outcome:
    callers = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    watched = Watched()
    if isinstance(place, Postgresql):
        disk.resize(disk.used() + SLACK)
    async with callers.posting():
        await callers.refused(PATIENCE_SECONDS)
        size = disk.used()
        await watched.watch(server, FULL_SECONDS)
        disk.resize(size + SPACE)
        restarted = await asyncio.to_thread(restart_if_ended, place)
        back = await callers.first_answer(time.monotonic(), PATIENCE_SECONDS)
    figures, wrong = await asyncio.to_thread(judge, server, place, callers, watched, seed)
    wrong += [f"back only after {back:.1f} s"] if back > BAR_SECONDS else []
    wrong += [] if watched.answers["requests:200"] or restarted else ["nothing could be read while it was full"]
    figures = {"full_at": f"{size}KiB", **figures, "back": f"{back:.2f}s"}
    return Outcome(figures | ({"postgres_had_ended": restarted} if isinstance(place, Postgresql) else {}), wrong)


def restart_if_ended(place: Store) -> bool:
    """Do what whoever watches over a cluster does, and say whether it was needed."""
    has_ended = isinstance(place, Postgresql) and place.cluster.pid is None
    if isinstance(place, Postgresql) and has_ended:
        place.cluster.start()
    return has_ended


def judge(
    server: Server, place: Store, callers: Callers, watched: Watched, seed: int
) -> tuple[dict[str, object], list[str]]:
    """The figures of the letters and of what was watched, and what is wrong with them."""
    comparison, integrity = settled(server, place, callers, seed)
    figures = {
        "sent": len(callers.journal.letters),
        "acknowledged": len(callers.journal.acknowledged()),
        "503": callers.troubles[UNAVAILABLE],
        **counted(comparison),
        "integrity": integrity,
        "meanwhile": watched.shown(),
    }
    odd = set(watched.answers) - {"live:200", "ready:200", "ready:503", "requests:200", "requests:503"}
    wrong = comparison.wrong() + callers.unexpected() + unwell(server, integrity)
    return figures, wrong + ([f"meanwhile {sorted(odd)}"] if odd else [])


def forbid(store: str, seed: int) -> Outcome:
    """Make the store unwritable under load, see what is said of it, and that all is there when it can be written again.

    SQLite's disk fails as the kernel has it fail; Postgres is told to take no writes, as one that is not the first.
    """
    if store == "postgres":
        with started(store) as (server, place):
            assert isinstance(place, Postgresql)
            return asyncio.run(forbidden(server, place, Setting(place), seed))
    with block(IMAGE_MEBIBYTES) as disk, started(store, disk.folder) as (server, place):
        return asyncio.run(forbidden(server, place, Failure(server, disk), seed))


class Setting:
    """Postgres's own word that nothing may be written."""

    def __init__(self, place: Postgresql) -> None:
        self._url = place.url

    def begin(self) -> None:
        self._say("alter system set default_transaction_read_only = on")

    def end(self) -> None:
        self._say("alter system reset default_transaction_read_only")

    def _say(self, words: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(words.encode())
            connection.execute("select pg_reload_conf()")


class Failure:
    """A disk that the kernel takes away from writers; the service has to be started again on the mended one."""

    def __init__(self, server: Server, disk: Block) -> None:
        self._server, self._disk = server, disk

    def begin(self) -> None:
        self._disk.fail()

    def end(self) -> None:
        self._server.kill()
        self._disk.mend()
        self._server.start()


async def forbidden(server: Server, place: Store, prohibition: Setting | Failure, seed: int) -> Outcome:
    callers = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    watched = Watched()
    async with callers.posting():
        await callers.acknowledged(LETTERS_BEFORE, PATIENCE_SECONDS)
        await asyncio.to_thread(prohibition.begin)
        since = time.monotonic()
        await watched.watch(server, READ_ONLY_SECONDS)
        until = time.monotonic()
        await asyncio.to_thread(prohibition.end)
        back = await callers.first_answer(time.monotonic(), PATIENCE_SECONDS)
    figures, wrong = await asyncio.to_thread(judge, server, place, callers, watched, seed)
    late = [one.number for one in callers.journal.acknowledged() if since < one.sent_at and one.was_answered_by(until)]
    unready = watched.unready_after
    wrong += [f"{len(late)} acknowledged while nothing could be kept"] if late else []
    wrong += ["it says that it is ready"] if unready is None or unready > BAR_SECONDS else []
    wrong += [f"back only after {back:.1f} s"] if back > BAR_SECONDS else []
    shown = "never" if unready is None else f"{unready:.2f}s"
    return Outcome({**figures, "2xx_meanwhile": len(late), "unready_after": shown, "back": f"{back:.2f}s"}, wrong)
