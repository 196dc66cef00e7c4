"""A request and its answer on one connection: uvicorn's, with an answer that leaves in as few pieces as it can.

Head and body of an answer that is whole leave in one write, since each is a call to the system and a packet. So a head
waits for the first piece of its body, even an empty one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from letterbox.errors import PROBLEM_MEDIA_TYPE, InternalError, Refusal
from letterbox.receive.reply import GUARDS
from letterbox.representation import as_json

BODILESS = (204, 304)
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
REMEMBERED = 64  # sets of headers that are not put together again: most answers of an endpoint have the same


class Fields(NamedTuple):
    """The headers of an answer as lines, and what they say of its end."""

    lines: bytes
    length: int | None
    closes: bool


class Exchange(RequestResponseCycle):
    """One request and its answer. `head` is what is written with the next piece of the body."""

    head = b""

    async def send_500_response(self) -> None:
        headers, body = last_answer(InternalError())
        await self.send({"type": "http.response.start", "status": InternalError.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def send(self, message: Any) -> None:
        """As in ASGI; an application that sends `http.disconnect` itself cuts the connection."""
        if message["type"] == "http.disconnect":
            self.disconnected = True
            self.transport.abort()
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if not self.response_started:
            self._begin(message["status"], message.get("headers", ()))
        elif self.response_complete or message["type"] != "http.response.body":
            raise RuntimeError("The answer is complete, or begun, and this cannot follow it.")
        else:
            self._go_on(message.get("body", b""), message.get("more_body", False))

    def _begin(self, status: int, headers: Any) -> None:
        usual, fields = _fields(tuple(self.default_headers)), _fields(tuple(map(tuple, headers)))
        if fields.length is not None:
            self.chunked_encoding, self.expected_content_length = False, fields.length
        more = b"" if self.keep_alive or fields.closes else b"connection: close\r\n"
        self.keep_alive = self.keep_alive and not fields.closes
        if self.chunked_encoding is None and self.scope["method"] != "HEAD":
            if status in BODILESS:
                self.chunked_encoding = False
            elif self.scope["http_version"] == "1.1":
                self.chunked_encoding = True
                more += b"transfer-encoding: chunked\r\n"
        self.head = STATUS_LINE[status] + usual.lines + fields.lines + more + b"\r\n"
        self.response_started, self.waiting_for_100_continue = True, False

    def _go_on(self, body: bytes, more: bool) -> None:
        piece = self.head + self._framed(body, more)
        self.head = b""
        if piece:
            self.transport.write(piece)
        if not more:
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()

    def _framed(self, body: bytes, more: bool) -> bytes:
        if self.scope["method"] == "HEAD":
            return b""
        if self.chunked_encoding:
            return (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"" if more else b"0\r\n\r\n")
        if self.chunked_encoding is None:  # HTTP/1.0, where the body ends with the connection
            return body
        self.expected_content_length -= len(body)
        if self.expected_content_length < 0 or (self.expected_content_length and not more):
            raise RuntimeError("The body is not as long as its Content-Length says.")
        return body


def last_answer(refusal: Refusal) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and body of a refusal after which the connection is closed."""
    body = as_json(refusal.problem())
    headers = [
        (b"content-type", PROBLEM_MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        *GUARDS,
        (b"connection", b"close"),
    ]
    return headers, body


@lru_cache(REMEMBERED)
def _fields(headers: tuple[tuple[bytes, bytes], ...]) -> Fields:
    """Raises RuntimeError if a header would end the head, or begin another header."""
    length, closes, lines = None, False, b""
    for name, value in headers:
        name = name.lower()  # noqa: PLW2901 # as HTTP/2 has them
        if CONTROL.search(name + value):
            raise RuntimeError("A header of the answer holds a control character.")
        lines += name + b": " + value + b"\r\n"
        if name == b"content-length":
            length = int(value)
        elif name == b"connection" and value.lower() == b"close":
            closes = True
    return Fields(lines, length, closes)
