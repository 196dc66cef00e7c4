"""One request and its answer over a connection of aiohttp's.

Its session and its classes of requests and answers would take longer than all that is ours of a delivery: here, its
connector gives a connection, and its parser reads what comes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from weakref import WeakSet

from aiohttp import ClientRequest, ClientTimeout, StreamReader
from aiohttp.client_exceptions import ClientConnectionResetError
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import BaseConnector, Connection
from aiohttp.helpers import TimerNoop
from yarl import URL

from letterbox.delivery.outgoing import Outgoing
from letterbox.delivery.sender.answer import SUCCESS, Answer
from letterbox.delivery.sender.sender import MOST_BYTES
from letterbox.delivery.sender.wire import head_of

MOST_HEADERS, MOST_HEADER_BYTES = 64, 5_120  # of an answer: 320 KiB at the very most, and as much again decoded
LARGEST_JOINED = 65_536  # bytes of a body that are copied to go out with the head, in one packet where it can be
NO_TIMEOUT = ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)  # ours is around it all
SWITCHING = 101
INTERIM = frozenset(range(100, 200)) - {SWITCHING}
_NO_TIMER = TimerNoop()


@dataclass(frozen=True, slots=True)
class Address:
    """Where to dial, and how the request line and the host are spelled there."""

    dialled: ClientRequest
    path: str
    host: str

    @classmethod
    def of(cls, url: str, loop: asyncio.AbstractEventLoop) -> Address:
        """Of a URL without its query. Raises InvalidURL."""
        parsed = URL(url, encoded=True)
        dialled = ClientRequest("GET", parsed, loop=loop)
        return cls(dialled, parsed.raw_path, dialled.headers["Host"])


class Exchanges:
    """Over the connections of a connector."""

    def __init__(self, connector: BaseConnector) -> None:
        self._connector = connector
        self._used: WeakSet[ResponseHandler] = WeakSet()  # at least once

    async def run(self, address: Address, outgoing: Outgoing, most_bytes: int, answer: Answer) -> None:
        """Fill in the answer as it comes; if this ends early, it holds what had come."""
        connection, protocol = await self._connected(address)
        try:
            _expect(protocol, outgoing)
            _write(protocol, address, outgoing)
            message, content = await protocol.read()
            while message.code in INTERIM:
                message, content = await protocol.read()
            answer.status, answer.headers = message.code, list(message.raw_headers)
            await _read(content, most_bytes, answer)
            if content.at_eof() and message.code != SWITCHING and _has_left(protocol):
                connection.release()  # which ends it if either side said that it is the last
        finally:
            if connection.protocol is not None:  # it was not released
                protocol.abort()  # to close it would first send what the other side does not read
                connection.close()
        answer.error = None if answer.status in SUCCESS else "http_status"

    async def _connected(self, address: Address) -> tuple[Connection, ResponseHandler]:
        """No used one on which something waits to be read: what came between two requests is the answer to neither."""
        while True:
            connection = await self._connector.connect(address.dialled, [], NO_TIMEOUT)
            protocol = connection.protocol
            if protocol is None or not protocol.is_connected():
                connection.close()
                raise ClientConnectionResetError("the connection is closing")
            if not (protocol in self._used and protocol.should_close):
                self._used.add(protocol)
                return connection, protocol
            connection.close()


def _expect(protocol: ResponseHandler, outgoing: Outgoing) -> None:
    protocol.set_response_params(
        timer=_NO_TIMER,
        skip_payload=outgoing.method == "HEAD",
        read_until_eof=True,
        auto_decompress=False,
        read_bufsize=MOST_BYTES,
        max_line_size=MOST_HEADER_BYTES,
        max_field_size=MOST_HEADER_BYTES,
        max_headers=MOST_HEADERS,
    )


def _write(protocol: ResponseHandler, address: Address, outgoing: Outgoing) -> None:
    _, mark, query = outgoing.url.partition("?")
    head, body = head_of(outgoing, address.path + mark + query, address.host), outgoing.body
    transport = protocol.transport
    assert transport is not None  # noqa: S101 # it was connected just now
    if len(body) <= LARGEST_JOINED:
        transport.write(head + body)
    else:
        transport.write(head)
        transport.write(body)


def _has_left(protocol: ResponseHandler) -> bool:
    """Whether all of the request is on its way: who answers early may never read the rest."""
    return protocol.transport is not None and protocol.transport.get_write_buffer_size() == 0


async def _read(content: StreamReader, most_bytes: int, answer: Answer) -> None:
    while not content.at_eof():
        answer.body += await content.readany()
        if len(answer.body) > most_bytes:
            answer.body, answer.is_truncated = answer.body[:most_bytes], True
            return
