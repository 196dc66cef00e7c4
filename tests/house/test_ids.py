"""Ids: they sort by time, carry it, and are told apart from names."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.ids import (
    ALPHABET,
    PREFIXES,
    first_id_at,
    is_id,
    looks_like_an_id,
    milliseconds_of,
    new_id,
    now,
    stamped_id,
)

LATEST = 2**48 - 1
moments = some.integers(0, LATEST)
tried = settings(derandomize=True, deadline=None)


def number_of(identity: str) -> int:
    """The 128 bits of an id, read by another way than the code's: base32 through Python's own digits."""
    digits = "0123456789abcdefghijklmnopqrstuv"
    return int(identity.rpartition("_")[2].translate(str.maketrans(ALPHABET, digits)), 32)


def test_ids_sort_in_the_order_they_were_made() -> None:
    made = [new_id("req") for _ in range(2000)]
    assert made == sorted(set(made))


def test_an_id_is_a_uuid_of_version_7() -> None:
    assert uuid.UUID(int=number_of(new_id("ep"))).version == 7


def test_an_id_carries_the_time_it_was_stamped_with() -> None:
    before = now()
    identity, stamp = stamped_id("req")
    assert milliseconds_of(identity) == number_of(identity) >> 80 == stamp
    assert before <= stamp <= now() + 1  # the generator may run ahead a little to keep its order


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_fresh_id_of_every_noun_is_one(prefix: str) -> None:
    assert is_id(new_id(prefix))


@tried
@given(moments)
def test_the_first_id_at_a_time_carries_that_time_back(moment: int) -> None:
    assert milliseconds_of(first_id_at("req", moment)) == moment
    assert is_id(first_id_at("req", moment))


@tried
@given(moments, moments)
def test_ids_sort_like_their_times(one: int, other: int) -> None:
    assert (first_id_at("req", one) < first_id_at("req", other)) == (one < other)


@tried
@given(moments, some.integers(0, 2**80 - 1))
def test_every_id_of_a_millisecond_lies_between_two_first_ids(moment: int, rest: int) -> None:
    number = moment << 80 | rest
    identity = "req_" + "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
    assert is_id(identity)
    assert first_id_at("req", moment) <= identity
    assert moment == LATEST or identity < first_id_at("req", moment + 1)


@pytest.mark.parametrize(("moment", "bound"), [(-1, 0), (-(10**20), 0), (2**48, LATEST), (10**30, LATEST)])
def test_a_time_that_no_id_can_carry_is_bounded(moment: int, bound: int) -> None:
    assert first_id_at("req", moment) == first_id_at("req", bound)


GOOD = "req_01k5b8p1xpa7z3dj8fssz5awsh"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "req_",
        GOOD[:-1],
        GOOD + "0",
        GOOD.upper(),
        GOOD.replace("req", "rek"),
        GOOD.replace("req_", ""),
        GOOD.replace("a7z", "i7z"),
        GOOD.replace("a7z", "l7z"),
        GOOD.replace("a7z", "o7z"),
        GOOD.replace("a7z", "u7z"),
        GOOD.replace("_0", "_8"),
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace("a7z", "٣7z"),
    ],
)
def test_what_is_not_well_formed_is_no_id(text: str) -> None:
    assert is_id(GOOD)
    assert not is_id(text)


@pytest.mark.parametrize(
    ("text", "looks"),
    [("ep_", True), ("req_x", True), (GOOD, True), ("ep", False), ("epic_", False), ("my-ep_1", False), ("", False)],
)
def test_a_name_is_told_from_an_id_by_its_beginning(text: str, looks: bool) -> None:
    assert looks_like_an_id(text) == looks
