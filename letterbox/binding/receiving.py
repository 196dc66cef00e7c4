"""One arrival on the receive plane, read once; whichever lane answers it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Protocol, TypeVar

from starlette.types import Receive, Scope

from letterbox.errors import Unavailable

Headers = list[tuple[bytes, bytes]]
Networks = Sequence[IPv4Network | IPv6Network]


class Reply(Protocol):
    """A whole answer: nothing is added to it."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def body(self) -> bytes: ...


class Reception(Protocol):
    """A request on its way in."""

    @property
    def wants_body(self) -> bool: ...
    def feed(self, chunk: bytes) -> bool: ...
    def abandon(self) -> None: ...


Received = TypeVar("Received", bound=Reception)


class Receiver(Protocol[Received]):
    """Where requests on the receive plane go."""

    def open(self, method: str, raw_path: bytes, query: bytes, headers: Headers, peer: str | None) -> Received: ...

    async def answer(self, reception: Received) -> Reply: ...


async def arrival(
    receiver: Receiver[Received], scope: Scope, raw_path: bytes, receive: Receive, trusted: Networks
) -> Received | None:
    """The request with as much of its body as the receiver wants; None if the client left before it was whole.

    How slowly a body may come is the server's to bound. Raises Unavailable if the server stops before it is whole.
    """
    peer = peer_of(scope, trusted)
    reception = receiver.open(scope["method"], raw_path, scope["query_string"], scope["headers"], peer)
    try:
        is_whole = not reception.wants_body or await _read(reception, receive)
    except asyncio.CancelledError:  # the server stops, and waits no longer
        reception.abandon()
        raise Unavailable("The service is stopping; try again.") from None
    if not is_whole:
        reception.abandon()
        return None
    return reception


async def _read(reception: Reception, receive: Receive) -> bool:
    """Feed the body in, until it is whole or no more of it is wanted; False if the client has left."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        more = reception.feed(message.get("body", b"")) and message.get("more_body", False)
    return True


def peer_of(scope: Scope, trusted: Networks) -> str | None:
    """Who sent it: the socket's peer, or the last address that a trusted proxy vouches for."""
    client = scope.get("client")
    peer = client[0] if client else None
    if not trusted or not peer:
        return peer
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    hops = [hop.strip() for hop in forwarded.decode("latin-1").split(",")]
    while peer and hops and _is_trusted(peer, trusted) and (next_peer := _address(hops.pop())):
        peer = str(next_peer)
    return peer


def _is_trusted(peer: str, trusted: Networks) -> bool:
    address = _address(peer)
    return address is not None and any(address in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:  # IPv4 with a port
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
