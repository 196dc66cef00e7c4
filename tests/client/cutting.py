"""A network that breaks: it passes bytes on to the service, and cuts every connection after so many of them."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager

from tests.client.serving import serving

PIECE = 65_536


class Cutting(socketserver.ThreadingTCPServer):
    """`after` says of each stretch how many bytes of the service pass before the next cut; then it stays whole."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, after: Sequence[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.port, self._after, self._left = port, [*after[1:]], after[0]
        self._lock, self._open = threading.Lock(), set[socket.socket]()
        self.cuts = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def opened(self, *ends: socket.socket) -> None:
        with self._lock:
            self._open.update(ends)

    def passes(self, count: int) -> int:
        """How many of these bytes get through."""
        with self._lock:
            if self._left > count or self._left < 0:
                self._left -= count if self._left > 0 else 0
                return count
            through, self._left = self._left, self._after.pop(0) if self._after else -1
            self.cuts += 1
            return through

    def cut(self) -> None:
        with self._lock:
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self._open.clear()


class _Passing(socketserver.BaseRequestHandler):
    server: Cutting

    def handle(self) -> None:
        client: socket.socket = self.request
        with socket.create_connection(("127.0.0.1", self.server.port)) as service:
            for end in (client, service):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.server.opened(client, service)
            thread = threading.Thread(target=self._up, args=(client, service), daemon=True)
            thread.start()
            self._down(service, client)
            thread.join()

    @staticmethod
    def _up(client: socket.socket, service: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := client.recv(PIECE):
                service.sendall(piece)
            service.shutdown(socket.SHUT_WR)

    def _down(self, service: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := service.recv(PIECE):
                through = self.server.passes(len(piece))
                client.sendall(piece[:through])
                if through < len(piece):
                    self.server.cut()
            client.shutdown(socket.SHUT_RDWR)


def cutting(port: int, after: Sequence[int]) -> AbstractContextManager[Cutting]:
    server = Cutting(port, after)
    return serving(server, ending=server.cut)
