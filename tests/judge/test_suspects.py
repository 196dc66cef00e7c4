"""Suspects are forgotten after a while, and so is who repeats; and the oldest when there are too many."""

from __future__ import annotations

import pytest

from letterbox.judge import suspects
from letterbox.judge.suspects import Repeats, Suspects


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nobody_is_suspect_to_begin_with(clock: Clock) -> None:
    assert "a" not in Suspects(60, clock)


def test_a_suspect_is_forgotten_after_its_time(clock: Clock) -> None:
    known = Suspects(60, clock)
    known.add("a")
    clock.now = 59.9
    assert "a" in known
    clock.now = 60
    assert "a" not in known


def test_being_suspected_again_makes_the_time_begin_anew(clock: Clock) -> None:
    known = Suspects(60, clock)
    known.add("a")
    clock.now = 59
    known.add("a")
    clock.now = 118
    assert "a" in known


def test_one_is_new_once_in_its_time(clock: Clock) -> None:
    known = Suspects(60, clock)
    assert [known.add("a"), known.add("a")] == [True, False]
    clock.now = 60
    assert known.add("a")


def test_beyond_so_many_the_oldest_is_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspects, "MOST", 2)
    known = Suspects(60, clock)
    for name in "abac":
        known.add(name)
    assert [name in known for name in "abc"] == [True, False, True]


def test_a_name_repeats_once_it_has_come_so_many_times_within_the_time(clock: Clock) -> None:
    repeats = Repeats(3, 10, clock)
    assert [repeats.add(name) for name in "aabaab"] == [False, False, False, True, True, False]


def test_what_came_too_long_ago_does_not_count(clock: Clock) -> None:
    repeats, seen = Repeats(3, 10, clock), []
    for clock.now in (0, 9, 11, 12, 22):
        seen.append(repeats.add("a"))
    assert seen == [False, False, False, True, False]


def test_beyond_so_many_the_oldest_that_came_is_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspects, "MOST", 2)
    repeats = Repeats(2, 10, clock)
    assert [repeats.add(name) for name in "abcab"] == [False] * 5
