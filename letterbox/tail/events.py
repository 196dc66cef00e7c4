"""How the tail tells of a request or a delivery: as one of the Server-Sent Events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from typing import Any, NamedTuple

from letterbox import deliveries, requests
from letterbox.representation import as_json
from letterbox.store.requests import Request
from letterbox.store.tailing import DELIVERY, REQUEST, Happened


class Event(NamedTuple):
    """One event; `text` is what leaves."""

    sequence: int
    text: bytes


def event_of(happened: Happened) -> Event:
    if isinstance(happened.to, Request):
        return _event(happened.sequence, REQUEST, requests.shown(happened.to))
    return _event(happened.sequence, DELIVERY, deliveries.shown(happened.to))


def _event(sequence: int, name: str, shown: dict[str, Any]) -> Event:
    data = as_json(shown)
    return Event(sequence, b"id: %d\nevent: %b\ndata: %b\n\n" % (sequence, name.encode(), data))


def position(sequence: int) -> bytes:
    """The comment that says up to where everything was looked at."""
    return b": at %d\n\n" % sequence
