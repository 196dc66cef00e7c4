"""A service in the test's own hand: it takes a connection when the test says so, and answers what the test says."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 10


class Upstream:
    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.port: int = listening.getsockname()[1]

    @classmethod
    @contextmanager
    def listening(cls) -> Iterator[Upstream]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(SECONDS)
            yield cls(listening)

    @contextmanager
    def taken(self) -> Iterator[tuple[socket.socket, bytes]]:
        """The next connection, and the first part of what came over it."""
        connection, _ = self._listening.accept()
        with connection:
            connection.settimeout(SECONDS)
            yield connection, connection.recv(65_536)
