"""From ASGI to Flask's WSGI in one hop to a thread: body and answer cross as a whole.

a2wsgi's own bridge crosses between loop and thread once for each piece of body and answer, on ten threads.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
ENTRIES = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


@dataclass
class Collected:
    """An answer, gathered as WSGI gives it."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def start(self, status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], None]:
        self.status = int(status.partition(" ")[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self.write

    def write(self, piece: bytes) -> None:
        self.body += piece


class Bridge:
    """An ASGI application that runs a WSGI one, at most `threads` requests at once; others wait their turn.

    Requests to the `urgent` paths have a thread of their own: a probe must be answered when all the others hang.
    """

    def __init__(self, app: WsgiApp, threads: int, urgent: frozenset[str] = frozenset()) -> None:
        self._app, self._urgent = app, urgent
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="handler")
        self._own_thread = ThreadPoolExecutor(1, thread_name_prefix="urgent")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        environ = environ_of(scope, await _whole_body(receive))
        loop, context = asyncio.get_running_loop(), copy_context()
        threads = self._own_thread if scope["path"] in self._urgent else self._threads
        answer = await loop.run_in_executor(threads, context.run, self._collect, environ)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _collect(self, environ: Environ) -> Collected:
        answer = Collected()
        pieces = self._app(environ, answer.start)
        try:
            for piece in pieces:
                answer.write(piece)
        finally:
            getattr(pieces, "close", lambda: None)()
        return answer


async def _whole_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def environ_of(scope: Scope, body: bytes) -> Environ:
    """The request as WSGI (PEP 3333) describes it."""
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: Environ = {
        "asgi.scope": scope,
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", "").encode().decode("latin-1"),
        "PATH_INFO": scope["path"].removeprefix(scope.get("root_path", "")).encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return environ | _header_entries(scope["headers"])


def _header_entries(headers: Iterable[tuple[bytes, bytes]]) -> Environ:
    entries: Environ = {}
    for name, value in headers:
        if b"_" in name:  # would be taken for the header that is spelt with a hyphen
            continue
        entry = ENTRIES.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        entries[entry] = f"{entries[entry]},{text}" if entry in entries else text
    return entries
