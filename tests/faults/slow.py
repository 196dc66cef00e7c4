"""Fault 27: a thousand callers who send a byte every ten seconds are closed, and nobody else has to wait for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice

from tests.faults.fronts import reached
from tests.faults.load import Callers
from tests.faults.outcome import Outcome, percentile
from tests.faults.wire import post

TITLE = "slow callers"
EACH = 500
OPENING_SECONDS = 4.0  # so that the harness, which measures the others, is not busy with opening them
BYTE_SECONDS, BAR_SECONDS, MOST_SECONDS = 10, 20.0, 30
RATE, CONNECTIONS = 200, 16
WARMING_SECONDS, QUIET_SECONDS = 1, 5
MOST_TIMES, ROUNDS = 2.0, 3  # p99 over that of quiet times; a busy machine is measured again

HEAD = post(b"/in/default/inbox", b"Content-Length: 0", b"X-Slow: " + b"x" * 100)
BODY_BEGUN = post(b"/in/default/inbox", b"Content-Length: 1000")
BEGINNINGS = (b"", BODY_BEGUN)  # of who is slow with the head, and who with the body


@dataclass
class Round:
    """How long each slow connection was open, by its beginning, and p99 of the others before and meanwhile."""

    closed: dict[bytes, list[float]]
    quiet: float
    busy: float

    @property
    def times(self) -> float:
        return self.busy / self.quiet


def run(store: str, *, by_nginx: bool) -> Outcome:
    """Measure once, and again, up to so often, if the others had to wait."""
    with reached(store, by_nginx=by_nginx) as (server, port):
        rounds = [asyncio.run(one_round(port))]
        while rounds[-1].times > MOST_TIMES and len(rounds) < ROUNDS:
            rounds.append(asyncio.run(one_round(port)))
        tracebacks = server.tracebacks()
    last = rounds[-1]
    open_for = {name: max(last.closed[start]) for name, start in zip(("heads", "bodies"), BEGINNINGS, strict=True)}
    wrong = [f"{name} open for {took:.1f} s" for name, took in open_for.items() if took > BAR_SECONDS]
    wrong += [f"p99 of the others rose to {last.times:.1f} times"] if last.times > MOST_TIMES else []
    wrong += [f"{tracebacks} tracebacks in the log"] if tracebacks else []
    figures = {f"{name}_closed": f"{EACH},max:{took:.1f}s" for name, took in open_for.items()}
    shown = ",".join(f"{one.quiet * 1000:.1f}→{one.busy * 1000:.1f}ms(x{one.times:.2f})" for one in rounds)
    return Outcome(figures | {"p99": shown}, wrong)


async def one_round(port: int) -> Round:
    callers = Callers(port, rate=RATE, connections=CONNECTIONS, seed=1)
    async with callers.posting():
        await asyncio.sleep(WARMING_SECONDS)
        callers.latencies.clear()
        await asyncio.sleep(QUIET_SECONDS)
        quiet = percentile(callers.latencies, 0.99)
        callers.latencies.clear()
        starts = list(islice(cycle(BEGINNINGS), EACH * len(BEGINNINGS)))
        delays = [number * OPENING_SECONDS / len(starts) for number in range(len(starts))]
        open_for = await asyncio.gather(*map(dribble, [port] * len(starts), starts, delays))
        busy = percentile(callers.latencies, 0.99)
    pairs = list(zip(starts, open_for, strict=True))
    return Round({start: [took for one, took in pairs if one == start] for start in BEGINNINGS}, quiet, busy)


async def dribble(port: int, start: bytes, delay: float) -> float:
    """Open a connection and send a byte at a time; returns the seconds until the other end closed it."""
    await asyncio.sleep(delay)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    dripping = asyncio.create_task(drip(writer, start))
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(MOST_SECONDS):
            while await reader.read(65_536):
                pass
    dripping.cancel()
    writer.transport.abort()
    return time.monotonic() - began


async def drip(writer: asyncio.StreamWriter, start: bytes) -> None:
    writer.write(start)
    for byte in bytes_after(start):
        writer.write(byte)
        await asyncio.sleep(BYTE_SECONDS)


def bytes_after(start: bytes) -> Iterator[bytes]:
    """The rest, a byte at a time: of a head, or of a body."""
    rest = bytes(1000) if start else HEAD
    return (rest[place : place + 1] for place in range(len(rest)))
