"""Applications that are as small as the rule that a test is about."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass
class Heard:
    """What an application was told of one request."""

    scope: dict[str, Any]
    pieces: list[bytes] = field(default_factory=list)
    is_whole: bool = False
    has_left: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    def hear(self, message: Message) -> None:
        self.has_left = message["type"] == "http.disconnect"
        self.pieces.append(message.get("body", b""))
        self.is_whole = not message.get("more_body", self.has_left)


class Echo:
    """Answers each request with its body, once it may, and remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        heard = Heard(scope)
        self.heard.append(heard)
        while not heard.is_whole and not heard.has_left:
            heard.hear(await receive())
        await self.may_answer.wait()
        if heard.is_whole:
            await send(start(200, (b"content-length", b"%d" % len(heard.body))))
            await send(body(heard.body))


class Unhurried(Echo):
    """An echo that reads nothing until it may answer."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await self.may_answer.wait()
        await super().__call__(scope, receive, send)


class Stream:
    """Answers with one piece and has more to say, until it hears that the client left."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        heard = Heard(scope)
        self.heard.append(heard)
        await send(start(200))
        await send(body(b"a piece", more=True))
        while not heard.has_left:
            heard.hear(await receive())
        await send(body(b"the rest"))


class Says:
    """Sends these messages to whoever asks, and remembers what was raised at it."""

    def __init__(self, *messages: Message) -> None:
        self.messages = messages
        self.raised: list[Exception] = []

    async def __call__(self, _scope: dict[str, Any], _receive: Receive, send: Send) -> None:
        try:
            for message in self.messages:
                await send(message)
        except Exception as error:
            self.raised.append(error)
            raise


def start(status: int, *headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(piece: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": piece, "more_body": more}
