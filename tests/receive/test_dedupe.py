"""Keys as they are stored, and replies on their way through the store."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.receive.dedupe import LARGEST_REPLY_BYTES, decoded, encoded, is_too_large, key_of
from letterbox.receive.reply import finished
from letterbox.store.dedupe import Duplicate
from letterbox.store.requests import STATUS_BYTES

tried = settings(derandomize=True, deadline=None)
NUMBERS = some.integers(-(2**64), 2**64) | some.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "text"),
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
        ("x" * 1000, "s:" + "x" * 1000),
        ("a\0", "s:a\0"),
        ("\ud800", "s:\ud800"),
    ],
)
def test_a_text_or_a_number_is_a_key_by_its_digest(value: Any, text: str) -> None:
    assert key_of(value) == hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


@pytest.mark.parametrize("value", ["", None, True, False, [], ["a"], {}, {"a": 1}, b"a", math.nan, math.inf, 10**400])
def test_what_is_neither_or_says_nothing_is_no_key(value: Any) -> None:
    assert key_of(value) is None


@tried
@given(some.text(min_size=1), some.text(min_size=1))
def test_other_texts_have_other_keys(one: str, other: str) -> None:
    assert (key_of(one) == key_of(other)) is (one == other)


@tried
@given(NUMBERS, NUMBERS)
def test_equal_numbers_have_one_key_and_others_have_others(one: float, other: float) -> None:
    assert key_of(one) == key_of(one + 0)
    assert (key_of(one) == key_of(other)) is (one == other)


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


@pytest.mark.parametrize("status", [100, 202, 204, 599])
def test_of_a_reply_that_lost_its_content_the_status_is_left_and_what_each_reply_has(status: int) -> None:
    reply = encoded(status, [(b"x-mark", b"secret")], b"secret")
    assert decoded(reply[:STATUS_BYTES]) == finished(status, [], b"")[:3]


@pytest.mark.parametrize(("more", "is_large"), [(0, False), (1, True)])
def test_a_reply_is_too_large_to_be_kept_beyond_its_bound_with_its_headers(more: int, is_large: bool) -> None:
    headers = [(b"x-mark", b"y" * 100)]
    room = LARGEST_REPLY_BYTES - len(encoded(200, headers, b""))
    assert is_too_large(encoded(200, headers, b"x" * (room + more))) is is_large
