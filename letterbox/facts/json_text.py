"""JSON as everyone reads it alike: I-JSON (RFC 7493) within 64 levels, or a sentence why not.

What two readers may take differently is refused, since a verdict has to hold for whoever reads the body next: a member
name twice in one object, an integer beyond 64 bits, half of a surrogate pair, NaN. A byte order mark is skipped, as
RFC 8259 allows, because some senders cannot do without it.
"""

from __future__ import annotations

import codecs
import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from letterbox.facts.parsed import DEEPEST, Parsed, Unparsable

SMALLEST, LARGEST = -(2**63), 2**64 - 1
MANY_BYTES = 65_536
_LONG = b"-" + b"0" * 19
_NUMBERS = bytes.maketrans(
    b"0123456789" + b" \t\r\n:,[-", b"0" * 10 + b"-" * 8
)  # a number begins after one of the latter
_INTEGER = re.compile(rb"(?<![0-9.eE+])(?<![eE]-)-?[0-9]{19,}(?![0-9.eE])")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parsed(body: bytes) -> Parsed:
    """Raises Unparsable."""
    text = body.removeprefix(codecs.BOM_UTF8)
    with _collecting_later(len(text)):
        value = _loaded(text)
        nodes, objects, members = _measured(value)
    if _LONG in b"-" + text.translate(_NUMBERS):
        _refuse_long_integers(_outside_of_strings(text))
    if members and members != _names_at_most(text):
        _refuse_repeated_names(_outside_of_strings(text), members)
    return Parsed(value, nodes, len(text), objects)


def _loaded(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if text.startswith(_WIDE) or b"\0" in text[:4]:
            raise Unparsable("The body is not UTF-8, which JSON has to be.") from None
        raise Unparsable(f"The body is not valid JSON: {error}.") from None


@contextmanager
def _collecting_later(size: int) -> Iterator[None]:
    """Leaves the garbage collector out, which would go through a large body again and again while it grows."""
    collects = size > MANY_BYTES and gc.isenabled()
    if collects:
        gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _measured(value: Any) -> tuple[int, int, int]:
    """How many values, objects and members of objects; level by level, so that no depth can hurt. Raises Unparsable."""
    level, nodes, objects, members = [value], 1, 0, 0
    for _ in range(DEEPEST + 1):
        mappings = [part for part in level if type(part) is dict]
        lists = [part for part in level if type(part) is list]
        if not mappings and not lists:
            return nodes, objects, members
        level = [part for mapping in mappings for part in mapping.values()]
        objects, members = objects + len(mappings), members + len(level)
        level += [part for several in lists for part in several]
        nodes += len(level)
    raise Unparsable(f"The body is nested more than {DEEPEST} levels deep.")


def _names_at_most(text: bytes) -> int:
    """How many member names the text holds. Too many or, where that is hard to tell, -1 says: look closer."""
    if b'" :' in text or b"\t" in text or b"\n" in text or b"\r" in text or b"\\\\" in text:
        return -1
    return text.count(b'":') - (text.count(b'\\":') if b'\\"' in text else 0)


def _outside_of_strings(text: bytes) -> bytes:
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b'"'.join(text.split(b'"')[::2])


def _refuse_long_integers(structure: bytes) -> None:
    for match in _INTEGER.finditer(structure):
        digits = match.group()
        if len(digits) > len(str(LARGEST)) or not SMALLEST <= int(digits) <= LARGEST:
            raise Unparsable(
                "The body holds an integer beyond 64 bits, which not every reader holds; send it as a string."
            )


def _refuse_repeated_names(structure: bytes, members: int) -> None:
    if structure.count(b":") != members:
        raise Unparsable(
            "The body holds an object with the same member name twice, so readers may differ on its value."
        )
