"""Receivers on loopback that behave as a test wants them to, and a sender that posts there."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from letterbox.delivery.egress import Egress
from letterbox.delivery.outgoing import Outgoing
from letterbox.delivery.sender import Answer, Sender
from tests.delivery.letters import to

LOOPBACK = Egress((ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")))

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]


@dataclass
class Receiver:
    """What came to one."""

    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)  # by the sender, while somebody was answering


def saying(*parts: bytes) -> Behaviour:
    """Answers each request with these bytes, and keeps the connection."""

    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return behave


def saying_last(*parts: bytes) -> Behaviour:
    """Answers with these bytes, and closes the connection."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await saying(*parts)(reader, writer)
        writer.close()

    return behave


OK = saying(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")


@asynccontextmanager
async def receiving(
    behave: Behaviour, tls: ssl.SSLContext | None = None, address: str = "127.0.0.1"
) -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        receiver.connections += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while not writer.is_closing():
                receiver.requests.append(await request_of(reader))
                receiver.asked.set()
                await behave(reader, writer)
        receiver.closed.set()
        writer.transport.abort()

    server = await asyncio.start_server(converse, address, 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if task.get_coro().__qualname__.endswith("converse"):  # type: ignore[union-attr]
                task.cancel()
                await asyncio.wait([task])


@asynccontextmanager
async def bare(said: bytes) -> AsyncIterator[int]:
    """The port of one that says this to whatever it hears, and reads on."""

    class Bare(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            transports.append(transport)

        def data_received(self, _data: bytes) -> None:
            transports[-1].write(said)  # type: ignore[attr-defined]

    transports: list[asyncio.BaseTransport] = []
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for transport in transports:
            transport.close()
        await asyncio.sleep(0)


async def request_of(reader: asyncio.StreamReader) -> bytes:
    """The exact bytes of one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
    return head + (await reader.readexactly(lengths[0]) if lengths else b"")


@asynccontextmanager
async def sending(egress: Egress = LOOPBACK) -> AsyncIterator[Sender]:
    sender = Sender(egress)
    await sender.open()
    try:
        yield sender
    finally:
        await sender.close()


def sent(
    behave: Behaviour,
    make: Callable[[str], Outgoing] = to,
    *,
    tls: ssl.SSLContext | None = None,
    name: str = "127.0.0.1",
    egress: Egress = LOOPBACK,
    timeout_seconds: float = 5,
    most_bytes: int = 16_384,
    times: int = 1,
) -> tuple[list[Answer], Receiver]:
    """The answers to so many posts one after the other, and what the receiver saw of them."""

    async def post() -> tuple[list[Answer], Receiver]:
        async with receiving(behave, tls) as receiver, sending(egress) as sender:
            letter = make(f"{'https' if tls else 'http'}://{name}:{receiver.port}/hook")
            options = {"timeout_seconds": timeout_seconds, "most_bytes": most_bytes}
            return [await sender.send(letter, **options) for _ in range(times)], receiver  # type: ignore[arg-type]

    return asyncio.run(post())


def answer_of(behave: Behaviour, **options: object) -> Answer:
    answers, _ = sent(behave, **options)  # type: ignore[arg-type]
    return answers[0]
