"""The last step, reply: what leaves, with the headers that every reply has, and refusals as problem+json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from letterbox.errors import Refusal
from letterbox.representation import as_json

UNMEASURED = (204, 304)  # these have no Content-Length either (RFC 9110, 8.6)

# A reply is made by a user and leaves on the service's own address: a browser must not run it as our page.
GUARDS = [(b"content-security-policy", b"sandbox"), (b"x-content-type-options", b"nosniff")]


class Ask(NamedTuple):
    """That a destination, by id or name, is to be asked first; and how long it has."""

    destination: str
    timeout_seconds: float


class Reply(NamedTuple):
    """What goes back: every header with its value, in order, and the body (empty where there must be none).

    With `ask`, it goes back when the destination fails or is late.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    ask: Ask | None = None


def refused(refusal: Refusal, request_id: str | None) -> Reply:
    """A refusal as problem+json, with the id under which the refused request is kept, if it is."""
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in refusal.headers.items()]
    headers.append((b"content-type", b"application/problem+json"))
    members = {"request_id": request_id} if request_id else {}
    return finished(refusal.status, headers, as_json(refusal.problem(**members)))


def finished(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> Reply:
    """A reply with the headers that every reply has."""
    length = [] if status in UNMEASURED else [(b"content-length", b"%d" % len(body))]
    return Reply(status, [*headers, *GUARDS, *length], body)
