"""The breaker: by a clock of the test's."""

from __future__ import annotations

import pytest

from letterbox.delivery.breaker import Breaker

START = 1000.0
MIDDLE = 0.5  # the lot that neither shortens nor lengthens a wait


def opened(draw: float = MIDDLE) -> Breaker:
    """One that has just opened, at START."""
    breaker = Breaker()
    for _ in range(5):
        breaker.begin(START)
        breaker.failed(START, draw)
    return breaker


def fail_the_probe(breaker: Breaker) -> float:
    """When it is tried again after that, and how long this is."""
    at = breaker.opens_at(START)
    assert at is not None
    breaker.begin(at)
    breaker.failed(at, MIDDLE)
    again = breaker.opens_at(at)
    assert again is not None
    return again - at


def test_four_failures_in_a_row_do_not_open_it_and_the_fifth_does() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker.failed(START, MIDDLE)
    assert breaker.may_send(START)
    assert breaker.opens_at(START) is None
    breaker.failed(START, MIDDLE)
    assert not breaker.may_send(START)
    assert breaker.opens_at(START) == START + 5


def test_a_success_between_failures_begins_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(3):
        for _ in range(4):
            breaker.failed(START, MIDDLE)
        breaker.succeeded()
    assert breaker.may_send(START)


def test_it_is_tried_again_by_one_probe_at_a_time() -> None:
    breaker = opened()
    assert not breaker.may_send(START + 4.9)
    assert breaker.may_send(START + 5)
    breaker.begin(START + 5)
    assert not breaker.may_send(START + 5)
    assert breaker.opens_at(START + 5) is None  # its outcome says when


def test_a_probe_that_succeeds_closes_it_and_forgets_how_often_it_was_open() -> None:
    breaker = opened()
    fail_the_probe(breaker)
    breaker.succeeded()
    assert breaker.may_send(START)
    for _ in range(5):
        breaker.failed(START, MIDDLE)
    assert breaker.opens_at(START) == START + 5


def test_each_probe_that_fails_doubles_the_wait_up_to_five_minutes() -> None:
    breaker = opened()
    assert [fail_the_probe(breaker) for _ in range(8)] == [10, 20, 40, 80, 160, 300, 300, 300]


@pytest.mark.parametrize(("draw", "seconds"), [(0.0, 4), (0.25, 4.5), (0.999999, 6)])
def test_the_wait_is_spread_by_a_fifth(draw: float, seconds: float) -> None:
    assert opened(draw).opens_at(START) == pytest.approx(START + seconds)


def test_failures_of_what_was_sent_before_it_opened_do_not_lengthen_the_wait() -> None:
    breaker = opened()
    for _ in range(20):
        breaker.failed(START + 1, MIDDLE)
    assert breaker.opens_at(START + 1) == START + 5


def test_a_late_success_of_what_was_sent_before_it_opened_closes_it() -> None:
    breaker = opened()
    breaker.succeeded()
    assert breaker.may_send(START)


def test_a_probe_of_unknown_outcome_is_forgotten_after_a_minute() -> None:
    breaker = opened()
    breaker.begin(START + 5)
    assert not breaker.may_send(START + 64)
    assert breaker.may_send(START + 65)


def test_a_throttled_destination_is_held_whatever_its_state() -> None:
    breaker = Breaker()
    breaker.throttle(START, 30)
    breaker.throttle(START, 10)
    breaker.succeeded()
    assert not breaker.may_send(START + 29)
    assert breaker.opens_at(START + 29) == START + 30
    assert breaker.may_send(START + 30)


def test_an_open_one_that_is_throttled_too_waits_for_the_later_of_both() -> None:
    for seconds in (1, 60):
        breaker = opened()
        breaker.throttle(START, seconds)
        at = START + max(5, seconds)
        assert breaker.opens_at(START) == at
        assert breaker.may_send(at)
