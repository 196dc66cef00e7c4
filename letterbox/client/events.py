"""Server-Sent Events of `/v1/tail`, read piece by piece: events, and the comments that say how far the service is.

Packages for this pass over comments, and a follower to whom nothing comes goes on from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_POSITION = re.compile(rb": at ([0-9]+)")


class Event(NamedTuple):
    """Something happened; `position` is its id in the stream."""

    position: str
    name: str
    data: str


class Position(NamedTuple):
    """Everything up to here was looked at."""

    position: str


def messages_of(pieces: Iterable[bytes]) -> Iterator[Event | Position]:
    """What a stream says, wherever it is cut into pieces. An event without its end is none: it comes again."""
    fields: dict[bytes, bytes] = {}
    for line in _lines(pieces):
        if found := _POSITION.fullmatch(line):
            yield Position(found[1].decode())
        elif not line:
            if b"id" in fields and b"data" in fields:
                yield _event(fields)
            fields = {}
        else:
            name, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            fields[name] = fields[name] + b"\n" + value if name == b"data" and name in fields else value


def _event(fields: dict[bytes, bytes]) -> Event:
    return Event(*(fields.get(name, b"").decode(errors="replace") for name in (b"id", b"event", b"data")))


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines that have come whole."""
    waiting: list[bytes] = []
    for piece in pieces:
        *ended, rest = piece.split(b"\n")
        for line in ended:
            yield b"".join([*waiting, line]).removesuffix(b"\r")
            waiting = []
        waiting.append(rest)
