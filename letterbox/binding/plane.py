"""The receive plane: each arrival is read once, and answered by one lane."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from letterbox.binding.place import Place
from letterbox.binding.receiving import Networks, Receiver, Reception, arrival
from letterbox.errors import NotFound

Lane = Callable[[Scope, Reception, Receive, Send], Awaitable[None]]


class ReceivePlane:
    """Reads each arrival once and hands it to its lane."""

    def __init__(self, place: Place, receiver: Receiver[Any], lane: Lane, trusted_proxies: Networks) -> None:
        self._prefix, self._raw_prefix = place.prefix, place.prefix.encode()
        self._receiver = receiver
        self._lane = lane
        self._trusted_proxies = trusted_proxies

    def holds(self, path: str) -> bool:
        return path.startswith(self._prefix)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw_path = scope.get("raw_path") or scope["path"].encode()
        if not raw_path.startswith(self._raw_prefix):
            raise NotFound  # an address has one spelling, so /%69n/… is none
        reception = await arrival(self._receiver, scope, raw_path, receive, self._trusted_proxies)
        if reception is not None:
            await self._lane(scope, reception, receive, send)
