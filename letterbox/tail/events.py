"""How the tail tells of a request: as one of the Server-Sent Events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from typing import NamedTuple

from letterbox import requests
from letterbox.representation import as_json
from letterbox.store.tailing import Happened


class Event(NamedTuple):
    """One event; `text` is what leaves."""

    sequence: int
    text: bytes


def event_of(happened: Happened) -> Event:
    shown = as_json(requests.shown(happened.request))
    return Event(happened.sequence, b"id: %d\nevent: request\ndata: %b\n\n" % (happened.sequence, shown))


def position(sequence: int) -> bytes:
    """The comment that says up to where everything was looked at."""
    return b": at %d\n\n" % sequence
