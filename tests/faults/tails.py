"""Fault 25: the service stops or dies under load while twenty follow its tail, each of whom goes on where it was."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from tests.faults.load import Callers
from tests.faults.outage import counted, settled, unwell
from tests.faults.outcome import Outcome, percentile
from tests.faults.server import Server
from tests.faults.stores import Store, started

TITLE = "stops with 20 tails"
RATE, CONNECTIONS = 150, 8
FOLLOWERS = 20
EXIT_SECONDS = 10.0  # the bar for a stop
UP_SECONDS, RETRY_SECONDS, PATIENCE_SECONDS = (0.3, 1.2), 0.05, 30.0
PATIENT = httpx.Timeout(5, read=60)


@dataclass
class Follower:
    """What one is told, over as many connections as it takes; some it leaves itself."""

    draw: random.Random
    told: list[tuple[int, str]] = field(default_factory=list)  # sequence and request
    connections: int = 0

    @property
    def newest(self) -> int:
        return self.told[-1][0] if self.told else 0

    async def follow(self, server: Server) -> None:
        """Until it is cancelled."""
        headers = {"authorization": f"Bearer {server.admin_key}"}
        async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=PATIENT) as client:
            while True:
                with suppress(httpx.TransportError):
                    await self._read(client)
                await asyncio.sleep(RETRY_SECONDS)

    async def _read(self, client: httpx.AsyncClient) -> None:
        leaves_after, sequence = self.draw.randrange(20, 400), 0
        async with client.stream("GET", "/v1/tail", headers={"last-event-id": str(self.newest)}) as tail:
            if tail.status_code != httpx.codes.OK:
                return
            self.connections += 1
            async for line in tail.aiter_lines():
                if line.startswith("id: "):
                    sequence = int(line.removeprefix("id: "))
                elif line.startswith("data: "):
                    self.told.append((sequence, line.partition('"id":"')[2].partition('"')[0]))
                    leaves_after -= 1
                    if not leaves_after:
                        return


@dataclass
class Stops:
    """Seconds that each SIGTERM took to the end of the process, and to the first 2xx after each end."""

    exits: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    unanswered: int = 0  # letters that were on their way when a process was asked to stop, and had no answer
    kills: int = 0


def run(store: str, turns: int, seed: int, minutes: float) -> Outcome:
    """Stop and kill in turn, so many times in all."""
    with started(store) as (server, place):
        return asyncio.run(ended_under_load(server, place, turns, seed, minutes))


async def ended_under_load(server: Server, store: Store, turns: int, seed: int, minutes: float) -> Outcome:
    callers = Callers(server.port, rate=RATE, connections=CONNECTIONS, seed=seed)
    followers = [Follower(random.Random(seed * FOLLOWERS + number)) for number in range(FOLLOWERS)]
    following = [asyncio.ensure_future(each.follow(server)) for each in followers]
    stops, draw, end = Stops(), random.Random(seed), time.monotonic() + minutes * 60
    async with callers.posting():
        for turn in range(turns):
            if time.monotonic() > end:
                break
            await asyncio.sleep(draw.uniform(*UP_SECONDS))
            await (kill(server, stops) if turn % 2 else stop(server, callers, stops))
            server.start()
            stops.back.append(await callers.first_answer(server.started_at, PATIENCE_SECONDS))
    newest, end = await asyncio.to_thread(position, server), time.monotonic() + PATIENCE_SECONDS
    while any(each.newest < newest for each in followers) and time.monotonic() < end:  # noqa: ASYNC110 # they tell nobody
        await asyncio.sleep(RETRY_SECONDS)
    for each in following:
        each.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    return await asyncio.to_thread(judge, server, store, callers, followers, stops, seed)


async def stop(server: Server, callers: Callers, stops: Stops) -> None:
    began = time.monotonic()
    on_their_way = [each for each in callers.journal.letters[-CONNECTIONS:] if each.sent_at and not each.answered_at]
    server.signal(signal.SIGTERM)
    await asyncio.to_thread(server.wait, PATIENCE_SECONDS)
    stops.exits.append(time.monotonic() - began)
    await asyncio.sleep(RETRY_SECONDS)  # for their callers to read what has come
    stops.unanswered += sum(each.answered_at is None for each in on_their_way)


async def kill(server: Server, stops: Stops) -> None:
    await asyncio.to_thread(server.kill)
    stops.kills += 1


def position(server: Server) -> int:
    """Up to where the tail has come."""
    with server.client() as client:
        return int(client.get("/v1/tail", params={"limit": 0}).text.removeprefix(": at "))


def judge(
    server: Server, store: Store, callers: Callers, followers: list[Follower], stops: Stops, seed: int
) -> Outcome:
    comparison, integrity = settled(server, store, callers, seed)
    kept = set(store.bodies())
    gaps = sum(len(kept - {name for _, name in each.told}) for each in followers)
    repeats = sum(len(each.told) - len({name for _, name in each.told}) for each in followers)
    disorder = sum(each.told != sorted(each.told) for each in followers)
    figures = {
        "stops": len(stops.exits),
        "kills": stops.kills,
        "acknowledged": len(callers.journal.acknowledged()),
        **counted(comparison),
        "followers": len(followers),
        "connections": sum(each.connections for each in followers),
        "events": sum(len(each.told) for each in followers),
        "gaps": gaps,
        "repeats": repeats,
        "exit": f"max:{percentile(stops.exits, 1):.2f}s",
        "back": f"max:{percentile(stops.back, 1):.2f}s",
    }
    wrong = comparison.wrong() + unwell(server, integrity)
    wrong += [f"{gaps} events left out, {repeats} told twice, {disorder} out of order"] * any((gaps, repeats, disorder))
    wrong += [f"a stop took {max(stops.exits):.1f} s"] * (max(stops.exits) > EXIT_SECONDS)
    wrong += [f"{stops.unanswered} requests that were on their way had no answer"] * (stops.unanswered > 0)
    return Outcome(figures, wrong)
