"""Keys as they are stored, and replies on their way through the store."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.receive.dedupe import LONGEST_KEY, decoded, encoded, key_of
from letterbox.store.dedupe import Duplicate

tried = settings(derandomize=True, deadline=None)
NUMBERS = some.integers(-(2**64), 2**64) | some.floats(allow_nan=False, allow_infinity=False)
LENGTH = LONGEST_KEY - len("s:")


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("17", "s:17"),
        (17, "n:17"),
        (17.0, "n:17"),
        (-0.0, "n:0"),
        (0.5, "n:0.5"),
        (2**64, f"n:{2**64}"),
        (1e22, f"n:{10**22}"),
        ("n:17", "s:n:17"),
        (" ", "s: "),
        ("größe", "s:größe"),
        ("x" * LENGTH, "s:" + "x" * LENGTH),
    ],
)
def test_a_text_or_a_number_is_a_key(value: Any, key: str) -> None:
    assert key_of(value) == key


@pytest.mark.parametrize("value", ["", None, True, False, [], ["a"], {}, {"a": 1}, b"a", math.nan, math.inf, 10**400])
def test_what_is_neither_or_says_nothing_is_no_key(value: Any) -> None:
    assert key_of(value) is None


@pytest.mark.parametrize("value", ["x" * (LENGTH + 1), "a\0", "a\n", "\ud800"])
def test_what_is_long_or_what_a_store_may_not_take_is_a_digest(value: str) -> None:
    assert key_of(value) == f"h:{hashlib.sha256(f's:{value}'.encode(errors='surrogatepass')).hexdigest()}"


def test_a_digest_is_never_the_key_of_a_text() -> None:
    digest = key_of("x" * 1000)
    assert key_of(digest) != digest


@tried
@given(some.text(min_size=1) | some.text(min_size=LENGTH), some.text(min_size=1))
def test_other_texts_have_other_keys(one: str, other: str) -> None:
    assert (key_of(one) == key_of(other)) is (one == other)


@tried
@given(NUMBERS, NUMBERS)
def test_equal_numbers_have_one_key_and_others_have_others(one: float, other: float) -> None:
    assert key_of(one) == key_of(one + 0)
    assert (key_of(one) == key_of(other)) is (one == other)


@tried
@given(some.text() | some.text(some.characters()) | NUMBERS)
def test_a_key_is_short_text_that_each_store_takes(value: Any) -> None:
    key = key_of(value)
    assert key is None or (len(key) <= LONGEST_KEY and "\0" not in key and key.encode())


HEADERS = some.lists(some.tuples(some.binary(max_size=20), some.binary(max_size=20)), max_size=5)


@tried
@given(some.integers(100, 599), HEADERS, some.binary())
def test_a_reply_comes_back_as_it_was(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    assert decoded(encoded(status, headers, body)) == (status, headers, body)


@pytest.mark.parametrize("status", [100, 202, 422, 599])
def test_the_store_reads_the_status_of_a_reply(status: int) -> None:
    assert Duplicate("req_1", encoded(status, [(b"a", b"b")], b"body")).reply_status == status


def test_headers_come_back_in_order_with_repeats_and_a_body_that_looks_like_one() -> None:
    headers = [(b"b", b"1"), (b"a", b""), (b"b", b"2")]
    assert decoded(encoded(200, headers, b"\0\0\0\1")) == (200, headers, b"\0\0\0\1")


def test_a_long_header_is_kept_whole() -> None:
    headers = [(b"x" * 70_000, b"y" * 70_000)]
    assert decoded(encoded(200, headers, b"")) == (200, headers, b"")
