"""Fault 1: the service is killed again and again while letters come in."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from tests.faults import check
from tests.faults.load import Callers
from tests.faults.outcome import Outcome, percentile
from tests.faults.server import READY_SECONDS, Server
from tests.faults.stores import Store, prepared

TITLE = "SIGKILL under load"
RATE, CONNECTIONS = 200, 16
RESTART_SECONDS = 3.0  # the bar for the first 2xx after a restart
LIFE_SECONDS = (0.05, 1.0)  # from the first 2xx of a process to its end
UNBORN_SHARE, UNBORN_SECONDS = 0.1, (0.0, 1.0)  # some die while they still start


@dataclass
class Lives:
    """How the killing went: the kills, and the seconds from each restart to the first 2xx."""

    kills: int = 0
    restarts: list[float] = field(default_factory=list)
    seconds: float = 0.0


def run(store: str, kills: int, seed: int, minutes: float) -> Outcome:
    """Kill so many times, or for so many minutes at most, and compare what is left."""
    with prepared(store) as (server, place):
        return asyncio.run(killed_under_load(server, place, kills, seed, minutes))


async def killed_under_load(server: Server, store: Store, kills: int, seed: int, minutes: float) -> Outcome:
    callers = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    server.start()
    await asyncio.to_thread(server.wait_ready)
    async with callers.posting():
        lives = await kill_often(server, callers, kills, seed, minutes)
    return await asyncio.to_thread(judge, server, store, callers, lives, seed)


async def kill_often(server: Server, callers: Callers, kills: int, seed: int, minutes: float) -> Lives:
    """Kill the process group at random moments, and start it again at once; the last one is left alive."""
    lives, draw, began = Lives(), random.Random(seed), time.monotonic()
    while lives.kills < kills and time.monotonic() - began < minutes * 60:
        if lives.kills and draw.random() < UNBORN_SHARE:
            await asyncio.sleep(draw.uniform(*UNBORN_SECONDS))
        else:
            lives.restarts.append(await callers.first_answer(server.started_at, READY_SECONDS))
            await asyncio.sleep(draw.uniform(*LIFE_SECONDS))
        await asyncio.to_thread(server.kill)
        lives.kills += 1
        server.start()
    lives.restarts.append(await callers.first_answer(server.started_at, READY_SECONDS))
    lives.restarts.pop(0)  # the first start made the database, and nobody waited for it
    lives.seconds = time.monotonic() - began
    return lives


def judge(server: Server, store: Store, callers: Callers, lives: Lives, seed: int) -> Outcome:
    """Compare through the API while the last process lives, then stop it and look into the store."""
    with server.client() as client:
        comparison = check.compare(callers.journal, client)
        comparison.altered += check.altered_bodies(callers.journal, client, seed)
    server.stop()
    comparison.altered += check.altered_rows(callers.journal, store.bodies())
    integrity = store.integrity()
    figures = {
        "kills": lives.kills,
        "sent": len(callers.journal.letters),
        "acknowledged": len(callers.journal.acknowledged()),
        "L": len(comparison.lost),
        "D": len(comparison.twice),
        "U": len(comparison.unacknowledged),
        "integrity": integrity,
        "restart": f"p50:{percentile(lives.restarts, 0.5):.2f}s,max:{percentile(lives.restarts, 1):.2f}s",
        "2xx": shown_latency(callers.latencies),
        "minutes": round(lives.seconds / 60, 1),
    }
    return Outcome(figures, comparison.wrong() + broken(callers, lives, integrity, server.tracebacks()))


def shown_latency(seconds: list[float]) -> str:
    return ",".join(f"p{share}:{percentile(seconds, share / 100) * 1000:.1f}ms" for share in (50, 99))


def broken(callers: Callers, lives: Lives, integrity: str, tracebacks: int) -> list[str]:
    """What is wrong besides the letters: the store, the wait for a restart, the log, or a run that proves nothing."""
    wrong = [] if integrity == "ok" else [f"integrity check: {integrity[:200]}"]
    slow = [seconds for seconds in lives.restarts if seconds > RESTART_SECONDS]
    if slow:
        wrong.append(f"{len(slow)} restarts took longer than {RESTART_SECONDS} s")
    if tracebacks:
        wrong.append(f"{tracebacks} tracebacks in the log")
    if not callers.journal.acknowledged():
        wrong.append("nothing was acknowledged")
    return wrong + callers.unexpected()
