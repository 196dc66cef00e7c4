"""A receiver that answers 200 to everything, as fast as it can, and says how much has come.

It prints its port, and then one line of JSON for each line that it is given: how many requests came since the line
before, when the first and the last of them did (seconds since 1970), and if `--times`, when each came, by `webhook-id`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import cast

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
END, LENGTH, IDENTITY = b"\r\n\r\n", b"\r\ncontent-length:", b"\r\nwebhook-id:"


class Counting:
    """What has come since somebody asked."""

    def __init__(self, *, times: bool) -> None:
        self._has_times = times
        self.begin()

    def begin(self) -> None:
        self.count, self.first, self.last = 0, 0.0, 0.0
        self.times: dict[str, float] = {}

    def take(self, head: bytes) -> None:
        self.last = time.time()
        self.first = self.first or self.last
        self.count += 1
        if self._has_times and (value := _value(head, IDENTITY)):
            self.times[value.decode()] = self.last

    def told(self) -> str:
        return json.dumps({"count": self.count, "first": self.first, "last": self.last, "times": self.times})


class Taking(asyncio.Protocol):
    """One connection: whole requests are counted and answered."""

    def __init__(self, counting: Counting) -> None:
        self._counting, self._waiting = counting, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by name

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (end := self._waiting.find(END)) >= 0:
            head = self._waiting[:end].lower()
            whole = end + len(END) + int(_value(head, LENGTH) or 0)
            if len(self._waiting) < whole:
                return
            self._waiting = self._waiting[whole:]
            self._counting.take(head)
            self._transport.write(ANSWER)


def _value(head: bytes, name: bytes) -> bytes:
    begins = head.find(name)
    return head[begins + len(name) :].split(b"\r\n", 1)[0].strip() if begins >= 0 else b""


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.taking", description=__doc__)
    parser.add_argument("--times", action="store_true")
    counting = Counting(times=parser.parse_args().times)
    server = await asyncio.get_running_loop().create_server(lambda: Taking(counting), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(counting.told(), flush=True)
        counting.begin()


if __name__ == "__main__":
    uvloop.run(main())
