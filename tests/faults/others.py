"""How long others wait while somebody sends what is hard to judge, and while it is sent where nothing is judged."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.load import ANSWER_SECONDS, Callers
from tests.faults.outcome import percentile
from tests.faults.wire import Answer

RATE, CONNECTIONS, SENDERS = 150, 16, 2
WARMING_SECONDS, LOAD_SECONDS = 1.0, 3.0
MOST_TIMES, ROUNDS = 2.0, 3  # p99 over that of before; a busy machine is measured again


@dataclass
class Measured:
    """The others' p99 in seconds, at the first use and in rounds, and each answer to what was hard with its time."""

    cold: float = 0.0
    rounds: list[tuple[float, float]] = field(default_factory=list)
    answers: list[tuple[int, Answer, float]] = field(default_factory=list)  # first the number of the request

    @property
    def times(self) -> float:
        plain, hard = self.rounds[-1]
        return hard / plain

    def shown(self) -> str:
        each = (f"{plain * 1000:.1f}→{hard * 1000:.1f}ms(x{hard / plain:.2f})" for plain, hard in self.rounds)
        return f"first_use:{self.cold * 1000:.1f}ms," + ",".join(each)

    def wrong(self) -> list[str]:
        return [f"p99 of the others rose to {self.times:.1f} times"] if self.times > MOST_TIMES else []


def measured(port: int, plain: Sequence[bytes], hard: Sequence[bytes]) -> Measured:
    """Send requests as they are on the wire; each hard one at least once."""
    found = Measured()
    while not found.rounds or (found.times > MOST_TIMES and len(found.rounds) < ROUNDS):
        asyncio.run(one_round(port, plain, hard, found))
    return found


async def one_round(port: int, plain: Sequence[bytes], hard: Sequence[bytes], found: Measured) -> None:
    callers = Callers(port, rate=RATE, connections=CONNECTIONS, seed=1)
    async with callers.posting():
        await asyncio.sleep(WARMING_SECONDS)
        callers.latencies.clear()
        if not found.rounds:  # what is used for the first time is read and made ready, once
            found.answers += await send(port, hard, least=len(hard), seconds=0)
            found.cold = percentile(callers.latencies, 0.99)
            callers.latencies.clear()
        await send(port, plain)
        before = percentile(callers.latencies, 0.99)
        callers.latencies.clear()
        found.answers += await send(port, hard)
        found.rounds.append((before, percentile(callers.latencies, 0.99)))


async def send(
    port: int, requests: Sequence[bytes], least: int = 0, seconds: float = LOAD_SECONDS
) -> list[tuple[int, Answer, float]]:
    """Send them again and again, some side by side, for so long and until so many are answered."""
    end, answers = time.monotonic() + seconds, list[tuple[int, Answer, float]]()
    turns = itertools.cycle(enumerate(requests))

    async def one_by_one() -> None:
        while time.monotonic() < end or len(answers) < least:
            number, request = next(turns)
            began = time.monotonic()
            answers.append((number, await say(port, request), time.monotonic() - began))

    await asyncio.gather(*(one_by_one() for _ in range(SENDERS)))
    return answers


async def say(port: int, request: bytes) -> Answer:
    """The answer to a request that says that its connection ends with it."""
    async with asyncio.timeout(ANSWER_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    headers = {name.decode().lower(): value.strip().decode("latin-1") for name, _, value in lines}
    return Answer(int(head.split(b" ", 2)[1]), headers, body)
