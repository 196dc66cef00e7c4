"""Followers of the tail, many in one process: each says by and by up to which event it has come.

It prints a line once all of them follow, and then one for each line that it is given: what has become of them.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import sys
from dataclasses import dataclass
from typing import Any

from bench.contenders import ADMIN_KEY

BUFFER = bytearray(1_048_576)  # one for all of them, since what it holds is counted at once
PATIENCE_SECONDS = 30


@dataclass
class Follower:
    """One connection, and what has come on it."""

    connection: socket.socket
    received_bytes: int = 0
    newest: int = 0
    is_open: bool = True

    def read(self) -> None:
        length = self.connection.recv_into(BUFFER)
        self.is_open = length > 0
        self.received_bytes += length
        if (begins := BUFFER.rfind(b"\nid: ", 0, length)) >= 0:
            digits = bytes(BUFFER[begins + 5 : min(begins + 25, length)])
            self.newest = max(self.newest, int(digits.partition(b"\n")[0] or b"0"))


def opened(port: int, path: str) -> Follower:
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {ADMIN_KEY}\r\n\r\n"
    connection.sendall(asked.encode())
    if not (head := connection.recv(65_536)).startswith(b"HTTP/1.1 200"):
        raise ConnectionError(head.decode(errors="replace"))
    return Follower(connection)


def told(followers: list[Follower]) -> dict[str, Any]:
    return {
        "slowest": min(each.newest for each in followers),
        "dropped": sum(not each.is_open for each in followers),
        "bytes": sum(each.received_bytes for each in followers),
    }


def follow(followers: list[Follower]) -> None:
    """Read whatever comes, until the end of the input."""
    waiting = selectors.DefaultSelector()
    waiting.register(sys.stdin, selectors.EVENT_READ)
    for each in followers:
        waiting.register(each.connection, selectors.EVENT_READ, each)
    while True:
        for key, _ in waiting.select():
            follower: Follower | None = key.data
            if follower is None:
                if not sys.stdin.readline():
                    return
                print(json.dumps(told(followers)), flush=True)
                continue
            follower.read()
            if not follower.is_open:
                waiting.unregister(follower.connection)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.following", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/v1/tail")
    parser.add_argument("--count", type=int, default=100)
    given = parser.parse_args()
    followers = [opened(given.port, given.path) for _ in range(given.count)]
    print("following", flush=True)
    follow(followers)


if __name__ == "__main__":
    main()
