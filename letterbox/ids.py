"""TypeIDs: a prefix that names the noun, and a UUIDv7 in base32, so that ids sort by the time they were made.

The format is TypeID 0.3 (https://github.com/jetify-com/typeid): `req_01j5…`, 26 lower-case characters of Crockford's
alphabet after the prefix.
"""

from __future__ import annotations

import re
import time

import uuid_utils

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PREFIXES = ("prj", "key", "ep", "ctr", "req", "dst", "sub", "dlv", "att", "rpl", "rdm", "trl")

_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
_LIKE_AN_ID = re.compile(f"(?:{'|'.join(PREFIXES)})_")
_ID = re.compile(f"(?:{'|'.join(PREFIXES)})_[0-7][{ALPHABET}]{{25}}")


def new_id(prefix: str) -> str:
    """A fresh id; two made in the same millisecond by one process still sort in their order."""
    return stamped_id(prefix)[0]


def stamped_id(prefix: str) -> tuple[str, int]:
    """A fresh id and the time it carries, in milliseconds since 1970: what is sorted by id is sorted by this time."""
    number = uuid_utils.uuid7().int
    return f"{prefix}_{_base32(number)}", number >> 80


def is_id(text: str) -> bool:
    """Whether this is a well-formed id of any noun."""
    return _ID.fullmatch(text) is not None


def looks_like_an_id(text: str) -> bool:
    """Whether this begins like an id, so that it can't be a name."""
    return _LIKE_AN_ID.match(text) is not None


def milliseconds_of(identity: str) -> int:
    """When a well-formed id was made, in milliseconds since 1970."""
    number = 0
    for character in identity.rpartition("_")[2]:
        number = number << 5 | ALPHABET.index(character)
    return number >> 80


def first_id_at(prefix: str, milliseconds: int) -> str:
    """The smallest id that could be made at this time: a bound for ranges of time in lists ordered by id."""
    return f"{prefix}_{_base32(max(0, min(milliseconds, 2**48 - 1)) << 80)}"


def now() -> int:
    """Milliseconds since 1970, the unit of every time in the store."""
    return time.time_ns() // 1_000_000


def _base32(number: int) -> str:
    # In two halves, and without a loop: every request has an id, and shifts of a large number are slow.
    high, low, pairs = number >> 60, number & 0xFFF_FFFF_FFFF_FFFF, _PAIRS
    return (
        f"{pairs[high >> 60]}{pairs[high >> 50 & 0x3FF]}{pairs[high >> 40 & 0x3FF]}{pairs[high >> 30 & 0x3FF]}"
        f"{pairs[high >> 20 & 0x3FF]}{pairs[high >> 10 & 0x3FF]}{pairs[high & 0x3FF]}"
        f"{pairs[low >> 50]}{pairs[low >> 40 & 0x3FF]}{pairs[low >> 30 & 0x3FF]}"
        f"{pairs[low >> 20 & 0x3FF]}{pairs[low >> 10 & 0x3FF]}{pairs[low & 0x3FF]}"
    )
