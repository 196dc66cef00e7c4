"""The JSON reader agrees with the standard one on all that it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from letterbox.binding.strict_json import LARGEST, SMALLEST, parsed
from letterbox.errors import MalformedBody, Unprocessable

TEXT = some.text(some.characters(codec="utf-8", exclude_characters="\0"))
SCALARS = (
    some.none()
    | some.booleans()
    | TEXT
    | some.integers(SMALLEST, LARGEST)
    | some.floats(allow_nan=False).filter(lambda number: abs(number) != float("inf"))
)
VALUES = some.recursive(SCALARS, lambda inner: some.lists(inner) | some.dictionaries(TEXT, inner), max_leaves=20)


@given(VALUES, some.booleans())
def test_every_value_that_all_layers_can_hold_is_read_as_it_is(value: Any, escaped: bool) -> None:
    assert parsed(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(some.binary(max_size=40) | TEXT.map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        value = parsed(raw)
    except (MalformedBody, Unprocessable):
        return
    assert value == json.loads(raw)


@pytest.mark.parametrize("depth", [64, 63])
def test_64_levels_are_taken(depth: int) -> None:
    assert parsed(b"[" * depth + b"]" * depth)


@pytest.mark.parametrize("depth", [65, 254, 255, 1024, 1025, 100_000])
def test_more_than_64_levels_are_refused(depth: int) -> None:
    for raw in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth):
        with pytest.raises(MalformedBody, match="nested more than 64 levels"):
            parsed(raw)


@pytest.mark.parametrize("number", [SMALLEST, LARGEST, 2**63, 0, -1])
def test_integers_within_64_bits_stay_exact(number: int) -> None:
    assert parsed(str(number).encode()) == number


@pytest.mark.parametrize("number", [str(SMALLEST - 1), str(LARGEST + 1), "9" * 5000, "-" + "9" * 30])
def test_integers_beyond_64_bits_are_refused(number: str) -> None:
    with pytest.raises(Unprocessable, match="beyond 64 bits"):
        parsed(number.encode())


def test_a_number_that_no_float_can_hold_is_refused() -> None:
    with pytest.raises(Unprocessable, match="number that is too large"):
        parsed(b"1e400")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff", "not valid UTF-8: byte 0"),
        (b"\xef\xbb\xbf1", "byte order mark"),
        (b"NaN", "NaN, which is not JSON"),
        (b'"\\u0000"', "NUL"),
        (b'"\\\\\\u0000"', "NUL"),
        (b'"\\udc00"', "half of a surrogate pair"),
        (b'"\\udc00", 1111111111111111111', "Extra data at line 1, column 9"),
        (b'["\\ud800", 1111111111111111111]', "half of a surrogate pair"),
        (b'{"a"\n 1}', "Expecting ':' delimiter at line 2, column 2"),
        (b'"swordfish', "Unterminated string starting at line 1, column 1"),
    ],
)
def test_each_refusal_says_what_is_wrong(raw: bytes, words: str) -> None:
    with pytest.raises(MalformedBody, match=words) as refusal:
        parsed(raw)
    assert "swordfish" not in refusal.value.detail
