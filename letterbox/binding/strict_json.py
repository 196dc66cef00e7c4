"""JSON that every layer behind can hold: I-JSON (RFC 7493) within 64 levels, or a sentence why not."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection
from typing import Any, NoReturn

import orjson

from letterbox.errors import MalformedBody, Unprocessable

DEEPEST = 64
SMALLEST, LARGEST = -(2**63), 2**64 - 1
LONGEST_INTEGER = 20  # characters of the two above
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def parsed(raw: bytes) -> Any:
    """The value of a JSON text; raises MalformedBody, in whose sentence nothing of the text is repeated.

    Raises Unprocessable for a number that JSON allows and nothing here can hold.
    """
    value = _quickly(raw)
    if raw.count(b"{") + raw.count(b"[") > DEEPEST:
        _refuse_deep(value)
    if b"\\u0000" in raw and _NUL.search(raw):  # the first is quick, and holds nobody up over a large body
        raise MalformedBody("The body holds the character NUL (\\u0000), which cannot be kept in a text.")
    return value


def _quickly(raw: bytes) -> Any:
    if not _LONG_NUMBER.search(raw):  # orjson would round a huge integer without a word
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            pass
    return _carefully(raw)


def _carefully(raw: bytes) -> Any:
    text = _decoded(raw)
    try:
        value = _decoder.decode(text)
        _refuse_deep(value)
        orjson.dumps(value)
    except json.JSONDecodeError as error:
        reason = error.msg.rstrip(": ").removesuffix(" at")
        place = f"line {error.lineno}, column {error.colno}"
        raise MalformedBody(f"The body is not valid JSON: {reason} at {place}.") from None
    except RecursionError:
        raise _too_deep() from None
    except TypeError:
        raise MalformedBody("The body holds half of a surrogate pair, which is no character.") from None
    return value


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise MalformedBody(f"The body is not valid UTF-8: byte {error.start} is wrong.") from None
    if text.startswith("\ufeff"):
        raise MalformedBody("The body begins with a byte order mark, which JSON does not allow.")
    return text


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_INTEGER or not SMALLEST <= int(digits) <= LARGEST:
        raise Unprocessable("The body holds an integer beyond 64 bits; send it as a string.")
    return int(digits)


def _number(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise Unprocessable("The body holds a number that is too large; send it as a string.")
    return number


def _constant(name: str) -> NoReturn:
    raise MalformedBody(f"The body holds {name}, which is not JSON.")


def _refuse_deep(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole) if isinstance(part, (dict, list))]
        if not level:
            return
    raise _too_deep()


def _parts(value: Any) -> Collection[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep() -> MalformedBody:
    return MalformedBody(f"The body is nested more than {DEEPEST} levels deep.")


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=_constant)
