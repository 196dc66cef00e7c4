"""Retries: when the next try is due, with every lot drawn and every wish of the destination known."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.delivery.retry import DEFAULT_SCHEDULE, asked_of, is_gone, is_throttling, wait_after

tried = settings(derandomize=True, deadline=None)
draws = some.floats(0, 1, exclude_max=True)
NOON = 784_111_777  # Sun, 06 Nov 1994 08:49:37 GMT


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    assert sum(DEFAULT_SCHEDULE) == 75 * 3600 + 35 * 60 + 5
    assert [wait_after(DEFAULT_SCHEDULE, spent, None, 0.5) for spent in range(10)] == pytest.approx(DEFAULT_SCHEDULE)


def test_a_used_up_schedule_has_no_next_try() -> None:
    assert wait_after(DEFAULT_SCHEDULE, 10, None, 0.5) is None
    assert wait_after((0,), 1, 3600, 0.5) is None
    assert wait_after((), 0, None, 0.5) is None


def test_ten_thousand_retries_stay_within_a_fifth_of_the_schedule_and_never_fall_into_step() -> None:
    dice = random.Random(19)
    for spent, planned in enumerate(DEFAULT_SCHEDULE[1:], 1):
        waits = [wait_after(DEFAULT_SCHEDULE, spent, None, dice.random()) or 0 for _ in range(10_000)]
        assert 0.8 * planned <= min(waits) <= max(waits) <= 1.2 * planned
        tenths = [sum(low <= (wait / planned - 0.8) / 0.04 < low + 1 for wait in waits) for low in range(10)]
        assert min(tenths) > 800  # of the 1,000 that each tenth of the span would have
        assert len(set(waits)) == 10_000


@tried
@given(some.floats(0, 1e6), draws, some.integers(1, 9))
def test_what_a_destination_asks_for_is_honoured_between_what_was_planned_and_twice_that(
    asked: float, draw: float, spent: int
) -> None:
    planned = DEFAULT_SCHEDULE[spent]
    wait = wait_after(DEFAULT_SCHEDULE, spent, asked, draw)
    assert wait is not None
    assert planned <= wait <= 2 * planned
    assert wait >= min(asked, 2 * planned)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120),
        (b" 0 ", 0),
        (b"Sun, 06 Nov 1994 08:51:37 GMT", 120),
        (b"Sunday, 06-Nov-94 08:51:37 GMT", 120),
        (b"Sun Nov  6 08:51:37 1994", 120),
        (b"Sun, 06 Nov 1994 07:00:00 GMT", 0),
        (b"-1", None),
        (b"1.5", None),
        (b"soon", None),
        (b"", None),
        (b"9" * 5_000, None),
        (b"Sun, 99 Nov 1994 08:51:37 GMT", None),
        (b"\xff\xfe", None),
        ("١٢٠".encode(), None),
        (b"Sun, 06 Nov 99999999999 08:51:37 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_anything_else_is_nothing(value: bytes, seconds: float | None) -> None:
    assert asked_of([(b"Date", b"1"), (b"Retry-After", value)], NOON) == seconds


@tried
@given(some.binary(max_size=60))
def test_no_retry_after_is_an_error(value: bytes) -> None:
    asked = asked_of([(b"retry-after", value)], NOON)
    assert asked is None or asked >= 0


def test_an_answer_without_retry_after_asks_for_nothing() -> None:
    assert asked_of([], NOON) is None


def test_only_gone_is_gone_and_three_statuses_throttle() -> None:
    assert [status for status in range(100, 600) if is_gone(status)] == [410]
    assert [status for status in range(100, 600) if is_throttling(status)] == [429, 502, 504]
    assert not is_gone(None)
    assert not is_throttling(None)
