"""Names are looked up once for each connection, and a name with one blocked address among its own is not dialled."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from threading import Thread
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from letterbox.delivery.egress import BlockedAddress, Egress

MOST_LOOK_UPS = 256  # at once, each a thread: a name that hangs keeps one until the resolver gives up


def look_up(name: str, port: int, family: int) -> list[str]:
    """The addresses of a name, from whatever this machine resolves by. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(name, port, family=family, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Resolver(AbstractResolver):
    """Has threads of its own, since a look-up cannot be ended: nobody waits for those that hang, not even an exit."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._running = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._looked_up(host, port, family)
        self._refuse_blocked(addresses)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
            for address in addresses
        ]

    def _refuse_blocked(self, addresses: list[str]) -> None:
        if any(self._egress.is_blocked(address) for address in addresses):
            raise BlockedAddress("the name has a blocked address")

    async def close(self) -> None:
        """Threads that hang are left alone: they end by themselves, or with the process."""

    async def _looked_up(self, *name: Any) -> list[str]:
        if self._running >= MOST_LOOK_UPS:
            raise OSError("too many look-ups hang")
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[str]] = loop.create_future()
        self._running += 1
        Thread(target=self._run, args=(loop, found, name), name="look-up", daemon=True).start()
        return await found

    def _run(self, loop: asyncio.AbstractEventLoop, found: asyncio.Future[list[str]], name: Any) -> None:
        addresses, failure = [], None
        try:
            addresses = look_up(*name)
        except (OSError, UnicodeError) as reason:
            failure = reason if isinstance(reason, OSError) else OSError(str(reason))
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(self._settle, found, addresses, failure)

    def _settle(self, found: asyncio.Future[list[str]], addresses: list[str], failure: OSError | None) -> None:
        self._running -= 1
        if found.done():
            return
        if failure is None:
            found.set_result(addresses)
        else:
            found.set_exception(failure)
