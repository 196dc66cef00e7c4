"""The receive plane: where the specification says that requests are received, and by which lane they are answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from letterbox.binding.operations import CannotBind, Operation
from letterbox.binding.receiving import Networks, Receiver, Reception, arrival
from letterbox.errors import NotFound

Lane = Callable[[Scope, Reception, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """Every path below a prefix, by some methods. The canonical path is one that connexion routes there."""

    prefix: str
    methods: frozenset[str]
    canonical_path: str


def place_of(operations: Iterable[Operation]) -> Place | None:
    """Read from the one path whose replies users declare; None if there is none, CannotBind if there are several."""
    receiving = [operation for operation in operations if operation.replies_are_declared]
    if not receiving:
        return None
    path = receiving[0].path
    if any(operation.path != path for operation in receiving) or "{" not in path:
        raise CannotBind("Operations with x-replies: declared must share one path with parameters.")
    methods = {operation.method.upper() for operation in receiving}
    prefix = path.partition("{")[0]
    canonical = prefix + "/".join("x" for _ in path.removeprefix(prefix).split("/"))
    return Place(prefix, frozenset(methods | ({"HEAD"} if "GET" in methods else set())), canonical)


class ReceivePlane:
    """Reads each arrival once and hands it to its lane."""

    def __init__(self, place: Place, receiver: Receiver, lane: Lane, trusted_proxies: Networks) -> None:
        self._place = place
        self._raw_prefix = place.prefix.encode()
        self._receiver = receiver
        self._lane = lane
        self._trusted_proxies = trusted_proxies

    def takes(self, scope: Scope) -> bool:
        return self.holds(scope["path"]) and scope["method"] in self._place.methods

    def holds(self, path: str) -> bool:
        return path.startswith(self._place.prefix)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw_path = scope.get("raw_path") or scope["path"].encode()
        if not raw_path.startswith(self._raw_prefix):
            raise NotFound  # an address has one spelling, so /%69n/… is none
        reception = await arrival(self._receiver, scope, raw_path, receive, self._trusted_proxies)
        if reception is not None:
            await self._lane(scope, reception, receive, send)
