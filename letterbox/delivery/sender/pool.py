"""Sends one request to a destination and says what came of it, within a total deadline. Nothing else opens sockets."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time

import aiohttp
from yarl import URL

from letterbox.delivery.egress import BlockedAddress, Egress
from letterbox.delivery.outgoing import Outgoing
from letterbox.delivery.sender.answer import SUCCESS, Answer
from letterbox.delivery.sender.failures import error_of
from letterbox.delivery.sender.resolving import Resolver
from letterbox.delivery.sender.sender import MOST_BYTES
from letterbox.delivery.sender.wire import Post

MOST_HEADERS, MOST_HEADER_BYTES = 64, 5_120  # of an answer: 320 KiB at the very most, and as much again decoded
KEEP_ALIVE_SECONDS = 4.0  # most servers close a connection that idles for 5: not to write just when they do
NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)  # ours is around it all


class Pool:
    """One pool of connections, of one loop: between open() and close()."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        connector = aiohttp.TCPConnector(
            limit=0,  # each destination has its own bounds
            resolver=Resolver(self._egress),
            socket_factory=self._socket,
            ssl=_tls(),
            keepalive_timeout=KEEP_ALIVE_SECONDS,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            request_class=Post,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=NO_TIMEOUT,
            auto_decompress=False,
            trust_env=False,
            read_bufsize=MOST_BYTES,
            max_line_size=MOST_HEADER_BYTES,
            max_field_size=MOST_HEADER_BYTES,
            max_headers=MOST_HEADERS,
        )
        # A try is one request: aiohttp would write a GET again on another connection, and nobody would know.
        self._session._retry_connection = False  # noqa: SLF001

    async def close(self) -> None:
        """Whoever sends has ended its tries before: one that goes on would say that its connection was reset."""
        if self._session is not None:
            await self._session.close()

    async def send(self, outgoing: Outgoing, *, timeout_seconds: float, most_bytes: int = MOST_BYTES) -> Answer:
        """Raises nothing but CancelledError: whatever goes wrong is a word in the answer."""
        if self._session is None:
            raise RuntimeError("open() comes first")
        answer, began = Answer(), time.monotonic()
        try:
            async with asyncio.timeout(timeout_seconds):
                await _exchange(self._session, outgoing, most_bytes, answer)
        except Exception as failure:  # noqa: BLE001 # the closed list has a word for each
            answer.error = error_of(failure)
        answer.duration_ms = round(1000 * (time.monotonic() - began))
        return answer

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """A socket for the very address that is dialled, which may be one that no resolver was asked about."""
        family, kind, protocol, _, address = info
        if self._egress.is_blocked(str(address[0])):
            raise BlockedAddress("the address is blocked")
        return socket.socket(family, kind, protocol)


async def _exchange(session: aiohttp.ClientSession, outgoing: Outgoing, most_bytes: int, answer: Answer) -> None:
    url = URL(outgoing.url, encoded=True)
    response = await session.request(outgoing.method, url, data=outgoing, allow_redirects=False)
    try:
        answer.status, answer.headers = response.status, list(response.raw_headers)
        await _read(response.content, most_bytes, answer)
    finally:
        response.close()  # after the last byte this leaves the connection in the pool; before, it ends it
    answer.error = None if answer.status in SUCCESS else "http_status"


async def _read(content: aiohttp.StreamReader, most_bytes: int, answer: Answer) -> None:
    while not content.at_eof():
        answer.body += await content.readany()
        if len(answer.body) > most_bytes:
            answer.body, answer.is_truncated = answer.body[:most_bytes], True
            return


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
