"""Step 9, dedupe: what makes a request the same as an earlier one, and how that one's reply is kept to be given again.

Whether there was an earlier one is decided by the store, in the commit.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from collections.abc import Sequence
from typing import Any

from letterbox.receive.reply import finished

LARGEST = sys.float_info.max
LARGEST_REPLY_BYTES = 65_536  # as it is kept: nothing else bounds how much there is of them
TOO_LARGE = f"the reply is larger than {LARGEST_REPLY_BYTES} bytes, too large to be given again"

_HEAD = struct.Struct(">HH")  # the status, and how many headers there are
_HEADER = struct.Struct(">II")  # how long its name and its value are

Headers = Sequence[tuple[bytes, bytes]]


def key_of(value: Any) -> str | None:
    """The key as it is stored, of what the endpoint's expression gave: a text or a number. Anything else is no key.

    Nor is an empty text, since those that say nothing are not the same. Equal numbers are one key, and a number is
    never that of a text. A digest is stored: it is short, each store can hold it, and nobody reads in it what was sent.
    """
    if isinstance(value, str):
        return _digest(f"s:{value}") if value else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        return None
    is_whole = isinstance(value, int) or value.is_integer()
    return _digest(f"n:{int(value) if is_whole else repr(value)}")


def encoded(status: int, headers: Headers, body: bytes) -> bytes:
    """A reply as it is stored beside the key."""
    pieces = [_HEAD.pack(status, len(headers))]
    for name, value in headers:
        pieces += (_HEADER.pack(len(name), len(value)), name, value)
    return b"".join((*pieces, body))


def is_too_large(reply: bytes) -> bool:
    """Whether an encoded reply is larger than what may be kept: then its request claims no key."""
    return len(reply) > LARGEST_REPLY_BYTES


def decoded(reply: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body, exactly as they were encoded; the status alone is left once a request is erased."""
    if len(reply) < _HEAD.size:
        return finished(int.from_bytes(reply), [], b"")[:3]
    status, count = _HEAD.unpack_from(reply)
    headers, at = [], _HEAD.size
    for _ in range(count):
        name, value = _HEADER.unpack_from(reply, at)
        start, middle = at + _HEADER.size, at + _HEADER.size + name
        at = middle + value
        headers.append((reply[start:middle], reply[middle:at]))
    return status, headers, reply[at:]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
