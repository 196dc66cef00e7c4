"""JSON as everyone reads it alike: I-JSON (RFC 7493) within 64 levels, or a sentence why not.

What two readers may take differently is refused, since a verdict has to hold for whoever reads the body next: a member
name twice in one object, an integer beyond 64 bits, half of a surrogate pair, NaN. A byte order mark is skipped, as
RFC 8259 allows, because some senders cannot do without it.
"""

from __future__ import annotations

import codecs
import gc
import re
from typing import Any

import orjson

from letterbox.facts.parsed import DEEPEST, Parsed, Unparsable, nodes_of

SMALLEST, LARGEST = -(2**63), 2**64 - 1
MANY_BYTES = 65_536
SHALLOW_BYTES = 2 * DEEPEST  # too few for more levels, each of which opens and closes
_LONG = b"-" + b"0" * 19
_NUMBERS = bytes.maketrans(
    b"0123456789" + b" \t\r\n:,[-", b"0" * 10 + b"-" * 8
)  # a number begins after one of the latter
_INTEGER = re.compile(rb"(?<![0-9.eE+])(?<![eE]-)-?[0-9]{19,}(?![0-9.eE])")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ESCAPED_COLON = b"\\u003"  # or another character near it


def parsed(body: bytes, _content_type: str = "") -> Parsed:
    """Raises Unparsable."""
    text = body.removeprefix(codecs.BOM_UTF8)
    value = _loaded(text) if len(text) <= MANY_BYTES else _loaded_undisturbed(text)
    containers, most_nodes = _most_of(text)
    nodes = nodes_of(value) if containers > DEEPEST else None
    compact = orjson.dumps(value)
    if compact != text:  # if they are equal, no member is missing and no number is another one
        _refuse_long_integers(text)
        _refuse_repeated_names(text, compact)
    return Parsed(value, nodes, len(text), most_nodes)


def _most_of(text: bytes) -> tuple[int, int]:
    """How many lists and objects a text holds at most, and how many values: between any two of these stands a mark."""
    if len(text) <= SHALLOW_BYTES:
        return len(text) // 2, len(text) // 2 + 1
    containers = text.count(b"{") + text.count(b"[")
    return containers, containers + text.count(b",") + 1


def _loaded(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if text.startswith(_WIDE) or b"\0" in text[:4]:
            raise Unparsable("The body is not UTF-8, which JSON has to be.") from None
        raise Unparsable(f"The body is not valid JSON: {error}.") from None


def _loaded_undisturbed(text: bytes) -> Any:
    """Without the garbage collector, which would go through a large body again and again while it grows."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return _loaded(text)
    finally:
        if collects:
            gc.enable()


def _refuse_long_integers(text: bytes) -> None:
    if _LONG not in b"-" + text.translate(_NUMBERS):
        return
    for match in _INTEGER.finditer(_outside_of_strings(text)):
        digits = match.group()
        if len(digits) > len(str(LARGEST)) or not SMALLEST <= int(digits) <= LARGEST:
            raise Unparsable(
                "The body holds an integer beyond 64 bits, which not every reader holds; send it as a string."
            )


def _refuse_repeated_names(text: bytes, compact: bytes) -> None:
    """`compact` has one name of each; what else holds a colon is a string, and both have the same of them."""
    if text.count(b":") == compact.count(b":") and _ESCAPED_COLON not in text:
        return
    if _outside_of_strings(text).count(b":") != _outside_of_strings(compact).count(b":"):
        raise Unparsable(
            "The body holds an object with the same member name twice, so readers may differ on its value."
        )


def _outside_of_strings(text: bytes) -> bytes:
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b'"'.join(text.split(b'"')[::2])
