"""The judge's processes are killed under load and nobody is refused for it; when the service is killed they end too."""

from __future__ import annotations

import asyncio
import os
import random
import select
import signal
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx

from tests.faults import check
from tests.faults.letters import PATH
from tests.faults.load import Callers
from tests.faults.outage import counted, settled, unwell
from tests.faults.outcome import CannotBreak, Outcome
from tests.faults.server import Server
from tests.faults.stores import Store, started

TITLE = "the judge killed"
RATE, CONNECTIONS = 100, 16
UP_SECONDS, PATIENCE_SECONDS = (0.05, 0.6), 60.0
BAR_SECONDS, LEFT_SECONDS = 5.0, 5.0  # until verdicts are determined again; until no process is left
CERTAIN = 50  # verdicts in a row that are determined

# Macros are never evaluated where others wait, so every request needs the judge: for about two milliseconds.
NUMBERS = list(range(1, 21))
EVENT_TYPE, TYPE = f"string({NUMBERS}.map(a, {NUMBERS}.map(b, a * b))[19][19])", "400"
CONTRACT = {"event_type": EVENT_TYPE, "active": True}
LOOK_SECONDS, ORIGIN_EVERY = 0.3, 4  # how long it is looked for a child that works; every which kill hits the origin


def run(store: str, kills: int, seed: int) -> Outcome:
    """Kill one of the judge's processes so many times, see what became of the letters, then kill the service."""
    if not Path(f"/proc/self/task/{os.getpid()}/children").exists():
        raise CannotBreak("needs Linux's /proc, with children")
    with started(store) as (server, place):
        with server.client() as admin:
            admin.patch("/v1/endpoints/inbox", json={"contract_mode": "observe"}).raise_for_status()
            admin.post("/v1/endpoints/inbox/contracts", json=CONTRACT).raise_for_status()
        assert server.process is not None
        household = Household(server.process.pid)
        callers, killed = asyncio.run(killed_under_load(server, household, kills, random.Random(seed)))
        back = determined_after(server)
        left = left_after_the_service(server, household)
        server.start()
        server.wait_ready()
        return judge(server, place, callers, killed, back, left, seed)


class Household:
    """The judge's processes: the origin, which the service starts in a session of its own, and those that it forks.

    Whoever is forked goes on without the origin, so they are found by their sessions, of which each began with one.
    """

    def __init__(self, service: int) -> None:
        self._service, self._sessions = service, set[int]()

    def origins(self) -> list[int]:
        found = [child for child in children_of(self._service) if b"letterbox.judge" in command_of(child)]
        self._sessions.update(found)
        return found

    def children(self) -> list[int]:
        origins = self.origins()
        processes = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [each for each in processes if each not in origins and session_of(each) in self._sessions]

    def kill_one(self, kind: str) -> bool:
        """SIGKILL the origin, or a child, at its work if it is caught at it; false if there was none."""
        children = self.children()
        for process in (self.origins() if kind == "origin" else working(children) or children)[:1]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                return True
        return False


def working(processes: list[int]) -> list[int]:
    """Those of them that work, once some are seen to."""
    end = time.monotonic() + LOOK_SECONDS
    while time.monotonic() < end:
        if found := [each for each in processes if fields_of(each)[:1] == ["R"]]:
            return found
    return []


def session_of(process: int) -> int:
    return int(([*fields_of(process), "0", "0", "0", "0"])[3])


def fields_of(process: int) -> list[str]:
    """Its state, parent, group, session and so on, as proc(5) has them; nothing once it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return []


def children_of(process: int) -> list[int]:
    with suppress(OSError):
        tasks = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
        return [int(child) for children in tasks for child in children]
    return []


def command_of(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


async def killed_under_load(
    server: Server, household: Household, kills: int, draw: random.Random
) -> tuple[Callers, Counter[str]]:
    callers, killed = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=1), Counter[str]()
    async with callers.posting():
        while killed.total() < kills:
            await callers.acknowledged(len(callers.latencies) + 1, PATIENCE_SECONDS)
            await asyncio.sleep(draw.uniform(*UP_SECONDS))
            kind = "child" if killed.total() % ORIGIN_EVERY or not household.origins() else "origin"
            killed[kind] += await asyncio.to_thread(household.kill_one, kind)
        await callers.acknowledged(len(callers.latencies) + RATE, PATIENCE_SECONDS)
    return callers, killed


def determined_after(server: Server) -> float:
    """The seconds until verdicts are determined, and stay so."""
    began = last = time.monotonic()
    with server.client() as client:
        in_a_row = 0
        while in_a_row < CERTAIN and time.monotonic() - began < PATIENCE_SECONDS:
            in_a_row = in_a_row + 1 if is_determined(client) else 0
            last = last if in_a_row else time.monotonic()
    return last - began if in_a_row == CERTAIN else float("inf")


def is_determined(client: httpx.Client) -> bool:
    kept = client.post(PATH, headers={"x-letter": "-1"}).raise_for_status().json()["id"]
    shown = client.get(f"/v1/requests/{kept}").raise_for_status().json()
    return (shown["causes"], shown["event_type"]) == ([], TYPE)


def left_after_the_service(server: Server, household: Household) -> tuple[int, float]:
    """How many processes the judge had when the service, and it alone, was killed; and for how long they were left."""
    assert server.process is not None
    with ExitStack() as watched:
        left = {os.pidfd_open(process) for process in (*household.origins(), *household.children())}
        for descriptor in left:
            watched.callback(os.close, descriptor)
        count, began = len(left), time.monotonic()
        os.kill(server.process.pid, signal.SIGKILL)
        server.wait()
        while left and time.monotonic() < began + PATIENCE_SECONDS:
            left -= set(select.select(left, [], [], 1)[0])
        return count, time.monotonic() - began


def judge(
    server: Server,
    place: Store,
    callers: Callers,
    killed: Counter[str],
    back: float,
    left: tuple[int, float],
    seed: int,
) -> Outcome:
    with server.client() as client:
        undetermined = sum(item["causes"] == ["undetermined"] for item in check.listed(client))
    comparison, integrity = settled(server, place, callers, seed)
    comparison.twice = [number for number in comparison.twice if number >= 0]  # those below are no letters
    figures = {
        "kills": ",".join(f"{kind}:{count}" for kind, count in sorted(killed.items())),
        "sent": len(callers.journal.letters),
        "acknowledged": len(callers.journal.acknowledged()),
        **counted(comparison),
        "undetermined": undetermined,
        "determined_after": f"{back:.2f}s",
        "processes": left[0],
        "gone_after": f"{left[1]:.2f}s",
    }
    wrong = comparison.wrong() + unwell(server, integrity)
    wrong += [f"callers had trouble: {dict(callers.troubles)}"] if is_troubled(callers) else []
    wrong += [] if back <= BAR_SECONDS else [f"verdicts were determined only {back:.1f} s after the last kill"]
    wrong += [] if left[1] <= LEFT_SECONDS else [f"processes of the judge outlived the service by {left[1]:.1f} s"]
    wrong += [] if left[0] > 1 and undetermined else ["no judgement was cut off: this proves nothing"]
    return Outcome(figures, wrong)


def is_troubled(callers: Callers) -> bool:
    """Whether anybody was refused, or not answered; a turn for which no caller was free is no trouble."""
    return any(word != "no caller free" for word in callers.troubles)
