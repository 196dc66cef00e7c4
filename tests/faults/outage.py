"""Faults 2 and 5: the database goes away under load and comes back; processes are stopped for a while and go on."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.faults import check
from tests.faults.check import Comparison
from tests.faults.load import Callers
from tests.faults.outcome import Outcome, percentile
from tests.faults.server import Server
from tests.faults.stores import Postgresql, Store, started
from tests.postgres import Postgres

KILLED, STOPPED = "Postgres killed", "stopped and continued"
RATE, CONNECTIONS = 200, 16
UP_SECONDS, DOWN_SECONDS = (0.3, 1.0), (0.3, 3.0)
REFUSAL_SECONDS = 2.0  # the bar for a 503
BACK_SECONDS, UNREADY_SECONDS, PATIENCE_SECONDS = 5.0, 5.0, 60.0
STOPS = 2


class Down(NamedTuple):
    """From when to when the database was certainly not there, by time.monotonic()."""

    since: float
    until: float


@dataclass
class Outages:
    downs: list[Down] = field(default_factory=list)
    back: list[float] = field(default_factory=list)  # seconds from the database's first answer to the first 2xx
    unready: list[float] = field(default_factory=list)  # seconds until the service said that it is not ready
    meanwhile: set[str] = field(default_factory=set)  # what the service said of itself while it was down


def kill_database(store: str, kills: int, seed: int, minutes: float) -> Outcome:
    """Kill Postgres so many times, leave it away for a while, start it again, and see what callers were told."""
    with started(store) as (server, place):
        assert isinstance(place, Postgresql)
        return asyncio.run(killed_under_load(server, place, kills, seed, minutes))


async def killed_under_load(server: Server, place: Postgresql, kills: int, seed: int, minutes: float) -> Outcome:
    callers = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    outages, draw, end = Outages(), random.Random(seed), time.monotonic() + minutes * 60
    async with callers.posting():
        while len(outages.downs) < kills and time.monotonic() < end:
            await asyncio.sleep(draw.uniform(*UP_SECONDS))
            await asyncio.to_thread(place.cluster.kill)
            since = time.monotonic()
            outages.unready.append(await asyncio.to_thread(unready_after, server, since))
            outages.meanwhile |= await asyncio.to_thread(said, server)
            await asyncio.sleep(draw.uniform(*DOWN_SECONDS))
            outages.downs.append(Down(since, time.monotonic()))
            await asyncio.to_thread(place.cluster.start)
            outages.back.append(await callers.first_answer(time.monotonic(), PATIENCE_SECONDS))
    return await asyncio.to_thread(judge, server, place, callers, outages, seed)


def unready_after(server: Server, since: float) -> float:
    """Seconds until the readiness probe, which looks once a second at most, says that nothing can be kept."""
    with server.client() as client:
        while client.get("/healthz/ready").status_code == 200 and time.monotonic() - since < PATIENCE_SECONDS:
            time.sleep(0.02)  # its last answer may be from before
    return time.monotonic() - since


def said(server: Server) -> set[str]:
    """What probes and a reader are answered now."""
    with server.client() as client:
        paths = ("/healthz/live", "/healthz/ready", "/v1/requests")
        return {f"{path}:{client.get(path).status_code}" for path in paths}


MEANWHILE = {"/healthz/live:200", "/healthz/ready:503", "/v1/requests:503"}


def judge(server: Server, place: Store, callers: Callers, outages: Outages, seed: int) -> Outcome:
    comparison, integrity = settled(server, place, callers, seed)
    answered = [letter for letter in callers.journal.letters if letter.answered_at is not None]
    refusals = [(letter.answered_at or 0) - letter.sent_at for letter in answered if letter.status == 503]
    false = [
        letter.number
        for letter in answered
        if letter.acknowledged
        and any(down.since < letter.sent_at and (letter.answered_at or 0) < down.until for down in outages.downs)
    ]
    figures = {
        "kills": len(outages.downs),
        "sent": len(callers.journal.letters),
        "acknowledged": len(callers.journal.acknowledged()),
        **counted(comparison),
        "integrity": integrity,
        "503": f"{len(refusals)},max:{percentile(refusals, 1):.2f}s",
        "2xx_while_down": len(false),
        "unready": f"max:{percentile(outages.unready, 1):.2f}s",
        "back": f"p50:{percentile(outages.back, 0.5):.2f}s,max:{percentile(outages.back, 1):.2f}s",
    }
    wrong = comparison.wrong() + callers.unexpected() + unwell(server, integrity)
    wrong += [f"{len(false)} acknowledged while nothing could be kept"] if false else []
    wrong += [f"a 503 took {max(refusals):.1f} s"] if max(refusals, default=0) > REFUSAL_SECONDS else []
    wrong += [] if refusals else ["nobody was refused: this proves nothing"]
    wrong += [f"back only after {max(outages.back):.1f} s"] if max(outages.back, default=0) > BACK_SECONDS else []
    wrong += [f"{callers.troubles['TimeoutError']} got no answer"] if callers.troubles["TimeoutError"] else []
    wrong += [f"meanwhile {sorted(outages.meanwhile)}"] if outages.meanwhile != MEANWHILE else []
    wrong += ["it said too long that it is ready"] if max(outages.unready, default=0) > UNREADY_SECONDS else []
    return Outcome(figures, wrong)


def settled(server: Server, place: Store, callers: Callers, seed: int) -> tuple[Comparison, str]:
    """Compare through the API, then stop the service and look into the store."""
    with server.client() as client:
        comparison = check.compare(callers.journal, client)
        comparison.altered += check.altered_bodies(callers.journal, client, seed)
    server.stop()
    comparison.altered += check.altered_rows(callers.journal, place.bodies())
    return comparison, place.integrity()


def counted(comparison: Comparison) -> dict[str, int]:
    return {"L": len(comparison.lost), "D": len(comparison.twice), "U": len(comparison.unacknowledged)}


def unwell(server: Server, integrity: str) -> list[str]:
    wrong = [] if integrity == "ok" else [f"integrity check: {integrity[:200]}"]
    return wrong + ([f"{server.tracebacks()} tracebacks in the log"] if server.tracebacks() else [])


def stop_and_continue(store: str, seconds: float, seed: int) -> Outcome:
    """SIGSTOP the service in the middle of a batch for so long, then SIGCONT; on Postgres its processes as well."""
    with started(store) as (server, place):
        return asyncio.run(stopped_under_load(server, place, seconds, seed))


async def stopped_under_load(server: Server, place: Store, seconds: float, seed: int) -> Outcome:
    callers = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    draw, back, in_flight = random.Random(seed), [], []
    stoppers = [
        Stopper.of_service(server),
        *([Stopper.of_cluster(place.cluster)] if isinstance(place, Postgresql) else []),
    ]
    async with callers.posting():
        for stopper in stoppers * STOPS:
            await asyncio.sleep(draw.uniform(*UP_SECONDS))
            in_flight.append(await callers.sending(PATIENCE_SECONDS))
            stopper.stop()
            await asyncio.sleep(seconds)
            stopper.go_on()
            back.append(await callers.first_answer(time.monotonic(), PATIENCE_SECONDS))
    comparison, integrity = await asyncio.to_thread(settled, server, place, callers, seed)
    figures = {
        "stops": f"{len(back)}x{seconds:g}s",
        "in_flight": ",".join(map(str, in_flight)),
        "sent": len(callers.journal.letters),
        "acknowledged": len(callers.journal.acknowledged()),
        **counted(comparison),
        "integrity": integrity,
        "back": f"max:{percentile(back, 1):.2f}s",
    }
    return Outcome(figures, comparison.wrong() + callers.unexpected() + unwell(server, integrity))


class Stopper(NamedTuple):
    stop: Callable[[], None]
    go_on: Callable[[], None]

    @classmethod
    def of_service(cls, server: Server) -> Stopper:
        return cls(lambda: server.signal(signal.SIGSTOP), lambda: server.signal(signal.SIGCONT))

    @classmethod
    def of_cluster(cls, cluster: Postgres) -> Stopper:
        return cls(cluster.pause, cluster.resume)
