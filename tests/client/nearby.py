"""A program nearby that requests are forwarded to: it notes every byte that it gets, and answers as it is told."""

from __future__ import annotations

import socketserver
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

from tests.client.serving import serving


class Got(NamedTuple):
    """One request, as it came over the wire."""

    line: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Nearby(socketserver.ThreadingTCPServer):
    """Answers in turn with what stands in `answers`, then with 204; an empty answer closes the connection."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.got: list[Got] = []
        self.answers: list[bytes] = []
        self.on_first: Callable[[], object] = lambda: None  # called when the first one has come

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def bodies(self) -> list[bytes]:
        return [each.body for each in self.got]


class _Conversation(socketserver.StreamRequestHandler):
    server: Nearby

    def handle(self) -> None:
        line, headers = self.rfile.readline().rstrip(b"\r\n"), []
        while field := self.rfile.readline().rstrip(b"\r\n"):
            name, _, value = field.partition(b": ")
            headers.append((name, value))
        body = self.rfile.read(int(dict(headers).get(b"Content-Length", b"0")))
        self.server.got.append(Got(line, headers, body))
        if len(self.server.got) == 1:
            self.server.on_first()
        self.wfile.write(self.server.answers.pop(0) if self.server.answers else b"HTTP/1.1 204 No Content\r\n\r\n")


def nearby(port: int = 0) -> AbstractContextManager[Nearby]:
    return serving(Nearby(port))
