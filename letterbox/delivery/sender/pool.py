"""The connections of one loop, and a try over them within its total deadline."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from functools import lru_cache, partial

import aiohttp

from letterbox.delivery.egress import BlockedAddress, Egress
from letterbox.delivery.outgoing import Outgoing
from letterbox.delivery.sender.answer import Answer
from letterbox.delivery.sender.deadlines import Deadlines
from letterbox.delivery.sender.exchange import Address, Exchanges
from letterbox.delivery.sender.failures import error_of
from letterbox.delivery.sender.resolving import Resolver
from letterbox.delivery.sender.sender import MOST_BYTES

KEEP_ALIVE_SECONDS = 4.0  # most servers close a connection that idles for 5: not to write just when they do
MOST_ADDRESSES = 1_024  # kept parsed


class Pool:
    """Of one loop: made while it runs, until close()."""

    def __init__(self, egress: Egress, tls: ssl.SSLContext) -> None:
        self._egress = egress
        self._connector = aiohttp.TCPConnector(
            limit=0,  # each destination has its own bounds
            resolver=Resolver(self._egress),
            socket_factory=self._socket,
            ssl=tls,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
        )
        self._exchanges, self._deadlines = Exchanges(self._connector), Deadlines()
        parsed = partial(Address.of, loop=asyncio.get_running_loop())
        self._address: Callable[[str], Address] = lru_cache(MOST_ADDRESSES)(parsed)

    async def close(self) -> None:
        """Whoever sends has ended its tries before: one that goes on would say that its connection was reset."""
        await self._connector.close()

    async def send(self, outgoing: Outgoing, *, timeout_seconds: float, most_bytes: int = MOST_BYTES) -> Answer:
        """Raises nothing but CancelledError: whatever goes wrong is a word in the answer."""
        answer, began = Answer(), time.monotonic()
        try:
            with self._deadlines.within(timeout_seconds):
                address = self._address(outgoing.url.partition("?")[0])
                await self._exchanges.run(address, outgoing, most_bytes, answer)
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


def tls() -> ssl.SSLContext:
    """As connections to destinations begin."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
