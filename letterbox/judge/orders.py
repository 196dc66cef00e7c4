"""What the parent orders of the origin: to fork a child, whose end of a connection comes along, or to end one."""

from __future__ import annotations

import struct

from letterbox.judge.bounds import Terms

_ORDER = struct.Struct("=qddi")
ORDER_BYTES = _ORDER.size


def to_fork(terms: Terms) -> bytes:
    return _ORDER.pack(0, *terms)


def to_end(pid: int) -> bytes:
    return _ORDER.pack(pid, 0, 0, 0)


def read(order: bytes) -> int | Terms:
    """The child to end, or the terms of a new one."""
    pid, seconds, compile_seconds, niceness = _ORDER.unpack(order)
    return pid or Terms(seconds, compile_seconds, niceness)
