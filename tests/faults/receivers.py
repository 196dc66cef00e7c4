"""A destination of our own: takes what is delivered on a thread beside, and answers as it is told to, path by path."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

PATIENCE_SECONDS = 30.0
LOST = (OSError, EOFError, asyncio.LimitOverrunError)


@dataclass(frozen=True)
class Received:
    """One try as it came; `at` by time.monotonic()."""

    path: str
    headers: list[tuple[str, str]]
    body: bytes
    at: float

    @property
    def name(self) -> str:
        """The request that is delivered, by the id that it is signed with."""
        return dict(self.headers)["webhook-id"]


@dataclass
class Receiver:
    """On loopback. What is held has no answer until it is released, and what is delayed has it so much later."""

    received: list[Received] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)  # by path; 204 unless it is here
    delays: dict[str, float] = field(default_factory=dict)
    answered: int = 0
    port: int = 0
    _gates: dict[str, asyncio.Event] = field(default_factory=dict)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def hold(self, path: str) -> None:
        self._gates[path] = asyncio.Event()

    def release(self, path: str) -> None:
        if (gate := self._gates.pop(path, None)) is not None:
            self._loop.call_soon_threadsafe(gate.set)

    def at(self, path: str) -> list[Received]:
        return [each for each in self.received if each.path == path]

    def times(self) -> Counter[str]:
        """How often each request came."""
        return Counter(each.name for each in self.received)

    def wait_until(self, is_so: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
        """Whether this holds before the time is over; it is asked again with each that comes."""
        with self._news:
            return self._news.wait_for(is_so, seconds)

    def wait_for(self, path: str, count: int = 1, seconds: float = PATIENCE_SECONDS) -> bool:
        return self.wait_until(lambda: len(self.at(path)) >= count, seconds)

    @contextmanager
    def listening(self) -> Iterator[Receiver]:
        ready = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._listen(ready)), daemon=True)
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._over.set)
            thread.join()

    async def _listen(self, ready: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=2048)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._over.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                received = await read(reader)
                gate, delay = self._gates.get(received.path), self.delays.get(received.path, 0)
                with self._news:
                    self.received.append(received)
                    self._news.notify_all()
                if gate is not None:
                    await gate.wait()
                if delay:
                    await asyncio.sleep(delay)
                status = self.statuses.get(received.path, httpx.codes.NO_CONTENT)
                length = b"" if status == httpx.codes.NO_CONTENT else b"content-length: 0\r\n"
                writer.write(b"HTTP/1.1 %d Said\r\n%b\r\n" % (status, length))
                self.answered += 1
        except LOST:
            writer.transport.abort()


async def read(reader: asyncio.StreamReader) -> Received:
    """One request, whose length is declared."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
    headers = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
    body = await reader.readexactly(int(dict(headers).get("content-length", "0")))
    return Received(first.split(" ")[1].partition("?")[0], headers, body, time.monotonic())


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver().listening() as receiver:
        yield receiver
