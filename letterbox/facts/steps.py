"""How long it takes at most to take a body apart, told by counting before it is done: in steps of about 10 ns."""

from __future__ import annotations

import math

from letterbox.facts.bodies import Unparsable
from letterbox.facts.inflate import GROWTH
from letterbox.facts.request import Facts

MOST_BYTES = 65_536
FEW = 20_000  # steps: what is as little as that need not be told exactly
_TO_INFLATE = 20_000  # the most bytes
_PER_VALUE, _PER_FIELD = 35, 300
_PER_BYTE = _PER_FIELD + _PER_VALUE  # at most, whatever it is


def steps_to_parse(facts: Facts) -> float:
    """Infinite for what should not be parsed where others wait. Inflates what is compressed, if it is little."""
    body = facts.raw_body or b""
    if facts.content_encoding is None:
        return _steps(body, facts.media_type or "")
    if len(body) * GROWTH > MOST_BYTES:
        return math.inf
    try:
        return _TO_INFLATE + _steps(facts.inflated(), facts.media_type or "")
    except Unparsable:
        return _TO_INFLATE


def _steps(body: bytes, media_type: str) -> float:
    size = len(body)
    if size > MOST_BYTES:
        return math.inf
    if size * _PER_BYTE <= FEW:
        return size * _PER_BYTE
    if media_type.endswith("json"):
        return size + _PER_VALUE * (body.count(b",") + body.count(b"[") + body.count(b"{"))
    if media_type.startswith("text/"):
        return size
    return _PER_FIELD * (body.count(b"&") + body.count(b"\n")) + size * _PER_VALUE
