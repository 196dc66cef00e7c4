"""A server that stops: each connection ends with an answer, or when nothing is on its way any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from letterbox.serving import protocol
from letterbox.serving.protocol import BoundedProtocol
from letterbox.serving.server import Server
from tests.faults.wire import whole

SECONDS = 10
ANSWER = [
    {"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"4")]},
    {"type": "http.response.body", "body": b"kept"},
]


async def answer(_scope: Any, _receive: Any, send: Any) -> None:
    for message in ANSWER:
        await send(message)


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[int]:
    """The port of a server in this loop."""
    server.config.load()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: BoundedProtocol(server.config, server.server_state, {}, loop), "127.0.0.1", 0
    )
    async with listening, asyncio.timeout(SECONDS):
        yield listening.sockets[0].getsockname()[1]


def test_who_was_let_in_at_the_last_moment_is_answered_and_told_that_it_was_the_last_time() -> None:
    async def told() -> bytes:
        server = Server(answer, 1)
        server.server_state.is_leaving = True
        async with serving(server) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(whole(b"/", b"letter"))
            said = await reader.read()  # to the end, which the server makes
            writer.close()
            return said

    assert b"connection: close" in asyncio.run(told())


def test_who_was_let_in_at_the_last_moment_and_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 0.01)

    async def told() -> bytes:
        server = Server(answer, 1)
        server.server_state.is_leaving = True
        async with serving(server) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            said = await reader.read()
            writer.close()
            return said

    assert asyncio.run(told()) == b""


def test_an_answer_that_has_begun_without_saying_so_is_not_the_last_one() -> None:
    """Whoever was not told may already have sent the next request."""
    begun, proceed = asyncio.Event(), asyncio.Event()

    async def slow(_scope: Any, _receive: Any, send: Any) -> None:
        await send(ANSWER[0])
        begun.set()
        await proceed.wait()
        await send(ANSWER[1])

    async def told() -> list[bytes]:
        server = Server(slow, 1)
        async with serving(server) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(whole(b"/", b"first"))
            await begun.wait()
            server.server_state.is_leaving = True
            for connection in [*server.server_state.connections]:
                connection.shutdown()
            proceed.set()
            said = [await reader.readuntil(b"kept")]
            writer.write(whole(b"/", b"second"))
            said.append(await reader.read())
            writer.close()
            return said

    first, last = asyncio.run(told())
    assert b"connection: close" not in first
    assert b"connection: close" in last
