"""Receivers on loopback that a test scripts: what they were sent, and what they answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for each, value in self.headers if each.lower() == name), None)


@dataclass(frozen=True)
class Answering:
    """What is answered."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Script = Callable[[Received], Answering]


class Receiver:
    """Takes everything, and answers what `script` says. `received` holds it in the order of its coming."""

    def __init__(self, script: Script = lambda _received: Answering()) -> None:
        self.script = script
        self.received: list[Received] = []
        self._news = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    @property
    def bodies(self) -> list[bytes]:
        return [each.body for each in self.received]

    def wait_for(self, count: int) -> list[Received]:
        """The first so many; raises AssertionError if they do not come."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.received) >= count, PATIENCE_SECONDS), self.received
            return self.received[:count]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, received: Received) -> Answering:
        with self._news:
            self.received.append(received)
            self._news.notify_all()
        return self.script(received)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (ConnectionError, ValueError):
                    self.close_connection = True

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                answering = take(Received(self.command, self.path, self.headers.items(), body))
                self.send_response(answering.status)
                for name, value in answering.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answering.body)))
                self.end_headers()
                self.wfile.write(answering.body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 # as the library names them

            def log_message(self, *_words: object) -> None:
                """Nobody reads it."""

        return Handler


@contextmanager
def receiving(script: Script = lambda _received: Answering()) -> Iterator[Receiver]:
    receiver = Receiver(script)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()
