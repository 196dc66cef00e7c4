"""Callers that post letters at a steady rate, whether or not somebody answers."""

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.faults.letters import Journal, Letter

ANSWER_SECONDS = 15
UNAVAILABLE = "status 503"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Connection:
    """One keep-alive connection to the service; any trouble on it is an OSError or an EOFError."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def exchange(self, letter: Letter) -> None:
        """Send the letter, and write down its answer."""
        letter.sent_at = time.monotonic()
        self.writer.write(letter.as_http())
        async with asyncio.timeout(ANSWER_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            body = await self.reader.readexactly(int(length[1]) if length else 0)
        status = int(head.split(b" ", 2)[1])
        if 200 <= status < 300:
            letter.request_id = json.loads(body)["id"]
        letter.retry_after = b"\r\nretry-after:" in head.lower()
        letter.answered_at, letter.status = time.monotonic(), status

    def close(self) -> None:
        self.writer.transport.abort()


class Callers:
    """Post at `rate` letters a second over `connections` connections; what they saw is in their journal."""

    def __init__(self, port: int, *, rate: int, connections: int, seed: int) -> None:
        self.port, self.rate, self.connections = port, rate, connections
        self.journal = Journal()
        self.latencies: list[float] = []  # seconds, one for each 2xx
        self.troubles: Counter[str] = Counter()  # what happened instead of an answer
        self._draw = random.Random(seed)
        self._turns: asyncio.Queue[None] = asyncio.Queue(maxsize=connections)
        self._in_flight = 0
        self._since = 0.0
        self._answered = asyncio.Event()
        self._news = asyncio.Event()  # a letter was sent or answered

    @asynccontextmanager
    async def posting(self) -> AsyncIterator[None]:
        """Post for as long as the block runs, then let the open exchanges end."""
        async with asyncio.TaskGroup() as group:
            pacer = group.create_task(self._pace())
            callers = [group.create_task(self._call()) for _ in range(self.connections)]
            yield
            pacer.cancel()
            await self._turns.join()
            for caller in callers:
                caller.cancel()

    async def acknowledged(self, count: int, seconds: float) -> None:
        """Wait until so many letters are acknowledged; raises TimeoutError after this many seconds."""
        await self._until(lambda: len(self.latencies) >= count, seconds)

    async def refused(self, seconds: float) -> None:
        """Wait for the next 503; raises TimeoutError after this many seconds."""
        before = self.troubles[UNAVAILABLE]
        await self._until(lambda: self.troubles[UNAVAILABLE] > before, seconds)

    async def sending(self, seconds: float) -> int:
        """Wait until letters are on their way, and return how many; raises TimeoutError after this many seconds."""
        await self._until(lambda: self._in_flight > 0, seconds)
        return self._in_flight

    async def _until(self, is_so: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    def unexpected(self) -> list[str]:
        """What no caller should be answered: anything but a 2xx, or a 503 that says when to come again."""
        odd = {word: count for word, count in self.troubles.items() if word.startswith("status ")}
        odd.pop(UNAVAILABLE, None)
        silent = [letter.number for letter in self.journal.letters if letter.status == 503 and not letter.retry_after]
        wrong = [f"answers that no caller expects: {odd}"] if odd else []
        return wrong + ([f"{len(silent)} 503 without Retry-After"] if silent else [])

    async def first_answer(self, since: float, seconds: float) -> float:
        """Wait for the first 2xx of a letter sent after `since`, and return the seconds from there to it.

        Raises TimeoutError after this many seconds.
        """
        self._since = since
        self._answered.clear()
        async with asyncio.timeout(seconds):
            await self._answered.wait()
        return time.monotonic() - since

    async def _pace(self) -> None:
        """Give one turn after another; a turn for which no caller is free is left out."""
        due = time.monotonic()
        while True:
            due += 1 / self.rate
            await asyncio.sleep(due - time.monotonic())
            if self._turns.full():
                self.troubles["no caller free"] += 1
            else:
                self._turns.put_nowait(None)

    async def _call(self) -> None:
        connection: Connection | None = None
        while True:
            await self._turns.get()
            try:
                connection = connection or await Connection.open(self.port)
                await self._post(connection)
            except (OSError, EOFError, TimeoutError) as trouble:
                self.troubles[type(trouble).__name__] += 1
                if connection is not None:
                    connection.close()
                connection = None
            finally:
                self._turns.task_done()

    async def _post(self, connection: Connection) -> None:
        letter = self.journal.write(self._draw)
        self._in_flight += 1
        self._news.set()
        try:
            await connection.exchange(letter)
        finally:
            self._in_flight -= 1
            self._news.set()
        if letter.acknowledged and letter.answered_at is not None:
            self.latencies.append(letter.answered_at - letter.sent_at)
            if letter.sent_at > self._since:
                self._answered.set()
        else:
            self.troubles[f"status {letter.status}"] += 1
