"""Answers without an end: they leave from the event loop, so that no thread of a handler waits with their readers.

A handler of an operation that is marked `x-stream` returns a Stream instead of data. Its thread is free again as soon
as the head of the answer is known; the rest is sent from here, until one of both sides ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol, runtime_checkable

import flask
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from letterbox.binding.operations import Operation
from letterbox.errors import Unavailable

SECONDS_BETWEEN_LOOKS = 1.0  # whether everyone who reads may still do so
GRACE_SECONDS = 1.0  # for a reader to take the last piece
PLACE = "letterbox.stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would collect the pieces


@runtime_checkable
class Stream(Protocol):
    """A body that is sent piece by piece. `close` ends it, and calls `when_closed`."""

    media_type: str
    when_closed: Callable[[], None]

    def pieces(self) -> AsyncIterator[bytes]: ...
    def close(self) -> None: ...


def begun(stream: Stream) -> flask.Response:
    """The head of the answer, for Flask; the stream itself is left where `Streams` finds it."""
    flask.request.environ["asgi.scope"]["extensions"][PLACE] = stream
    return flask.Response(headers=HEADERS, content_type=stream.media_type)


IsWelcome = Callable[[Scope], bool]  # on the event loop


class OpenStreams:
    """Every stream that is being sent: ended when its reader may not read any more, and when the service leaves."""

    def __init__(self, is_welcome: IsWelcome) -> None:
        self._is_welcome = is_welcome
        self._scopes: dict[Stream, Scope] = {}
        self._is_leaving = self._is_looking = False

    def add(self, stream: Stream, scope: Scope) -> None:
        """Raises Unavailable if the service is about to leave."""
        if self._is_leaving:
            raise Unavailable("The service is stopping; try again.")
        self._scopes[stream] = scope
        if not self._is_looking:
            self._look_again()

    def remove(self, stream: Stream) -> None:
        self._scopes.pop(stream, None)

    def leave(self) -> None:
        """End all of them, for good."""
        self._is_leaving = True
        for stream in [*self._scopes]:
            stream.close()

    def _look_again(self) -> None:
        self._is_looking = bool(self._scopes)
        if self._is_looking:
            asyncio.get_running_loop().call_later(SECONDS_BETWEEN_LOOKS, self._look)

    def _look(self) -> None:
        try:
            for stream, scope in [*self._scopes.items()]:
                if not self._is_welcome(scope):
                    stream.close()
        finally:  # nobody is overlooked from now on because of one
            self._look_again()


class Streams:
    """Sends the stream that a handler has begun."""

    def __init__(self, app: ASGIApp, *, operations: list[Operation], opened: OpenStreams) -> None:
        self._app, self._opened = app, opened
        self._streaming = frozenset(each.id for each in operations if each.details.get("x-stream"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._streams(scope):
            await self._app(scope, receive, send)
            return
        head = Held(send)
        await self._app(scope, receive, head)
        stream = scope["extensions"].pop(PLACE, None)
        if stream is None:
            await head.end()
            return
        self._opened.add(stream, scope)
        try:
            await head.begin()
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body"})
            else:
                await _flow(stream, receive, send)
        finally:
            self._opened.remove(stream)

    def _streams(self, scope: Scope) -> bool:
        return scope["extensions"]["connexion_routing"]["operation_id"] in self._streaming


class Held:
    """The `send` for what Flask answers: held back until it is known whether it is the head of a stream."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self._messages.append(message)

    async def begin(self) -> None:
        """Send the head alone; how long it will be is not known."""
        start = self._messages[0]
        await self._send({**start, "headers": [each for each in start["headers"] if each[0] != b"content-length"]})

    async def end(self) -> None:
        for message in self._messages:
            await self._send(message)


async def _flow(stream: Stream, receive: Receive, send: Send) -> None:
    """Send until the stream is over, or its reader has left, or does not take the last piece of a closed one."""
    loop = asyncio.get_running_loop()
    sending = asyncio.ensure_future(_send_all(stream, send))
    leaving = asyncio.ensure_future(_left(receive))

    def end_soon() -> None:
        loop.call_later(GRACE_SECONDS, sending.cancel)

    stream.when_closed = end_soon
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        is_stuck = sending.cancelled()
    finally:
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
    if is_stuck:
        await send({"type": "http.disconnect"})  # the server of this house cuts the connection then
    elif not sending.cancelled():
        sending.result()


async def _send_all(stream: Stream, send: Send) -> None:
    pieces: Any = stream.pieces()
    try:
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        await pieces.aclose()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
