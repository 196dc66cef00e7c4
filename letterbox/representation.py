"""How a thing looks from outside: JSON bytes, times as text, and the entity tag of both."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from letterbox.errors import PreconditionFailed, Unprocessable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_json(thing: Any) -> bytes:
    """Compact UTF-8 JSON; raises TypeError for what is not JSON."""
    return orjson.dumps(thing)


def etag_of(body: bytes) -> str:
    """A strong entity tag: equal bytes have equal tags, in every process."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def matches(header: str, etag: str) -> bool:
    """Whether an If-Match or If-None-Match header names this entity tag (RFC 9110, weak comparison)."""
    return header.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in header.split(","))


def require_match(header: str | None, thing: Any) -> None:
    """Raise PreconditionFailed if If-Match was sent and the thing no longer looks as the sender saw it."""
    if header is not None and (thing is None or not matches(header, etag_of(as_json(thing)))):
        raise PreconditionFailed


def moment_of(time: str | None) -> int | None:
    """Milliseconds since 1970 of a time in RFC 3339; raises Unprocessable for one that no clock here can show."""
    if time is None:
        return None
    try:
        moment = (datetime.fromisoformat(time.upper()) - EPOCH) // timedelta(milliseconds=1)
        as_time(moment)
    except (ValueError, OverflowError):
        raise Unprocessable(
            "This time cannot be used: it is a leap second, or outside of the years 1 to 9999."
        ) from None
    return moment


def as_time(milliseconds: int) -> str:
    """RFC 3339 in UTC with milliseconds, from milliseconds since 1970."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(tzinfo=None)
    return f"{moment.isoformat()}.{milliseconds % 1000:03d}Z"
