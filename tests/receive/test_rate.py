"""The rate: how many pass, and how long the others are asked to wait."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.receive.rate import Bucket

tried = settings(derandomize=True, deadline=None)
START = 1000.0
rates = some.integers(1, 50)
# Steps of 1/1024 s are exact as floating-point numbers, so the reference may count exactly.
times = some.lists(some.integers(0, 5 * 1024).map(lambda step: START + step / 1024), max_size=150).map(sorted)


def passed(bucket: Bucket, moments: Sequence[float]) -> list[float]:
    return [moment for moment in moments if bucket.wait_seconds(moment) == 0]


@tried
@given(rates, times)
def test_no_window_lets_through_more_than_its_rate_and_one_full_bucket(per_second: int, moments: list[float]) -> None:
    through = passed(Bucket(per_second), moments)
    for first, begin in enumerate(through):
        for last, end in enumerate(through[first:], first):
            assert last - first + 1 <= per_second + per_second * (end - begin)


@tried
@given(rates, times)
def test_whoever_comes_no_faster_than_the_rate_always_passes(per_second: int, moments: list[float]) -> None:
    steady = [START + number / per_second + 1e-6 * number for number in range(len(moments))]
    assert passed(Bucket(per_second), steady) == steady


@tried
@given(rates, times)
def test_whoever_waits_as_long_as_was_asked_passes(per_second: int, moments: list[float]) -> None:
    bucket = Bucket(per_second)
    for moment in moments:
        if wait := bucket.wait_seconds(moment):
            assert wait >= 1
            assert bucket.wait_seconds(moment + wait) == 0
            return


def test_after_a_quiet_second_as_many_pass_at_once_as_in_a_second_and_then_none() -> None:
    bucket = Bucket(3)
    assert [bucket.wait_seconds(START) for _ in range(5)] == [0, 0, 0, 1, 1]
    assert [bucket.wait_seconds(START + 100) for _ in range(4)] == [0, 0, 0, 1]


def test_the_wait_is_until_one_may_pass_and_not_until_the_bucket_is_full() -> None:
    bucket = Bucket(1)
    assert [bucket.wait_seconds(moment) for moment in (START, START + 0.5, START + 0.999, START + 1)] == [0, 1, 1, 0]


def test_those_who_are_turned_away_cost_nobody_anything() -> None:
    bucket = Bucket(2)
    assert len(passed(bucket, [START + number / 1024 for number in range(10 * 1024)])) == 2 + 2 * 10 - 1


@pytest.mark.parametrize("moment", [0.0, 1e-9, 1e9])
def test_the_first_one_passes_whenever_it_comes(moment: float) -> None:
    assert Bucket(1).wait_seconds(moment) == 0
