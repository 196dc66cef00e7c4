"""The bundled load generator: one request at a time on each connection, as fast as answers come.

It prints what load.lua has wrk print, and takes what load.lua takes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import cast

import uvloop

from bench.sending import unpacked

ANSWER_SECONDS = 10
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Tally:
    """What all connections saw."""

    def __init__(self) -> None:
        self.latencies: list[float] = []  # seconds, one for each 2xx
        self.failed = 0

    def line(self, seconds: float) -> str:
        """The result as JSON; times are milliseconds."""
        ordered = sorted(self.latencies) or [0.0]
        shares = {f"p{share}": ordered[(len(ordered) - 1) * share // 100] * 1000 for share in (50, 99)}
        return json.dumps({"answers": len(self.latencies), "failed": self.failed, "seconds": seconds, **shares})


class Caller(asyncio.Protocol):
    """One connection. It sends the next request as soon as it has read the answer to the last one."""

    def __init__(self, requests: Iterator[bytes], tally: Tally, ends_at: float) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        self._requests, self._tally, self._ends_at = requests, tally, ends_at
        self._received, self._expected, self._sent_at = bytearray(), 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._expected = self._expected or _length(self._received)
        if self._expected and len(self._received) >= self._expected:
            self._count(bytes(self._received[9:12]))
            self._send()

    def connection_lost(self, _reason: Exception | None) -> None:
        if not self.ended.done():
            self._tally.failed += 1
            self.ended.set_result(None)

    def _count(self, status: bytes) -> None:
        took = time.perf_counter() - self._sent_at
        if status.startswith(b"2"):
            self._tally.latencies.append(took)
        else:
            self._tally.failed += 1
        self._received.clear()
        self._expected = 0

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        if self._sent_at >= self._ends_at:
            self.ended.set_result(None)
            self._transport.close()
        else:
            self._transport.write(next(self._requests))


def _length(received: bytearray) -> int:
    """How long the answer is, head and body; 0 as long as its head is not whole."""
    end = received.find(HEAD_END)
    if end < 0:
        return 0
    length = LENGTH.search(received, 0, end + 2)
    return end + len(HEAD_END) + (int(length[1]) if length else 0)


def main() -> None:
    options = arguments()
    tally, began = Tally(), time.perf_counter()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(call(options, tally, began + options.seconds))
    print(tally.line(time.perf_counter() - began))


async def call(options: argparse.Namespace, tally: Tally, ends_at: float) -> None:
    """Keep all connections busy until then, and wait for the last answers."""
    requests, loop = requests_of(options), asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Caller(requests, tally, ends_at), "127.0.0.1", options.port)
        for _ in range(options.connections)
    ]
    waiting = [caller.ended for _, caller in made]
    _, late = await asyncio.wait(waiting, timeout=max(0, ends_at - time.perf_counter()) + ANSWER_SECONDS)
    tally.failed += len(late)


def requests_of(options: argparse.Namespace) -> Iterator[bytes]:
    """The bytes of one request after the other, without end."""
    mark = options.mark.encode()
    for turn, request in enumerate(cycle(unpacked(options.requests.read_bytes())), start=options.first):
        yield request.replace(mark, b"%016d" % turn) if mark in request else request


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.caller", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("requests", type=Path, help="a file of requests, each after a line with its length")
    parser.add_argument("mark", help="the text in them that stands for the number of the turn")
    parser.add_argument("first", type=int, help="the number of the first turn")
    return parser.parse_args()


if __name__ == "__main__":
    main()
