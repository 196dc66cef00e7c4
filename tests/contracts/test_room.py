"""Rules are ready as long as there is room: what is used stays, and what nobody has used for a while leaves."""

from __future__ import annotations

import pytest

from letterbox.contracts.flattened import Flattened
from letterbox.contracts.room import PAUSE, RECENT, Room, Slot
from letterbox.contracts.rules import BYTES_EACH, FEWEST_BYTES, Rules
from tests.contracts.given import contract, facts

EACH = FEWEST_BYTES + BYTES_EACH


@pytest.fixture(autouse=True)
def empty_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests have made ready does not take the room of these."""
    room = Room()
    for user in ("parts", "contract"):
        monkeypatch.setattr(f"letterbox.contracts.{user}.ROOM", room)


def rules() -> Rules:
    return Rules(Flattened(2020, {}), assert_formats=False, text_bytes=1)


def filled(room: Room, number: int) -> list[Slot]:
    slots = [Slot() for _ in range(number)]
    for slot in slots:
        room.take_in(slot, rules())
    return slots


def test_there_is_room_up_to_the_bound() -> None:
    room = Room(3 * EACH)
    held = filled(room, 2)
    assert (room.has_room(EACH), len(held)) == (True, 2)


def test_what_was_used_lately_makes_no_room() -> None:
    room = Room(2 * EACH)
    held = filled(room, 2)
    assert not room.has_room(EACH)
    assert all(slot.rules is not None for slot in held)


def test_what_was_used_longest_ago_leaves_first() -> None:
    room = Room(3 * EACH)
    held = filled(room, 3)
    room.turn = 2 * RECENT
    for slot, used_at in zip(held, (5, 3, 4), strict=True):
        slot.used_at = used_at
    assert room.has_room(2 * EACH)
    assert [slot.rules is None for slot in held] == [False, True, True]


def test_nothing_leaves_if_that_would_not_be_enough() -> None:
    room = Room(2 * EACH)
    held = filled(room, 2)
    room.turn = 2 * RECENT
    held[0].used_at = room.turn
    assert not room.has_room(2 * EACH)
    assert all(slot.rules is not None for slot in held)


def test_a_full_room_is_not_looked_through_for_every_request() -> None:
    room = Room(EACH)
    held = filled(room, 1)
    assert not room.has_room(EACH)
    held[0].rules = None
    answers = [room.has_room(EACH)]
    room.turn += PAUSE
    assert [*answers, room.has_room(EACH)] == [False, True]


def test_what_nobody_holds_any_more_makes_room_at_once() -> None:
    room = Room(EACH)
    held = filled(room, 1)
    full = room.has_room(EACH)
    del held
    assert (full, room.has_room(EACH)) == (False, True)


def test_more_than_the_whole_room_never_fits() -> None:
    assert not Room(EACH).has_room(EACH + 1)


def test_rules_that_have_left_are_made_ready_again() -> None:
    judged = contract(body={"const": "made ready twice"})
    ready = [judged.is_cheap(facts(1))]
    for slot in judged._parts._slots.values():
        slot.rules = None
    assert [*ready, judged.is_cheap(facts(1))] == [True, True]


def test_a_part_is_made_ready_when_its_event_type_comes() -> None:
    judged = contract(
        event_type="request.headers['x-event']",
        event_types={"a": {"enum": ["x" * 9_000]}, "b": {"enum": ["y" * 9_000]}},
    )
    judged.prepare_here("a")
    assert [judged.is_cheap(facts(1, headers={"x-event": name})) for name in "ab"] == [True, False]


def test_a_body_that_the_judge_process_will_judge_is_not_parsed_here() -> None:
    judged = contract(
        event_type="request.headers['x-event']",
        event_types={"a": {"enum": ["x" * 9_000]}},
    )
    request = facts(b"[1]", headers={"x-event": "a"})
    assert (judged.judge_here(request), request._body) == (None, None)


def test_what_can_be_made_ready_is_lacking_until_it_is() -> None:
    judged = contract(body={"enum": ["z" * 9_000]})
    before = judged.lacks(None)
    judged.prepare_here()
    assert (before, judged.lacks(None)) == (True, False)


def test_what_is_too_heavy_is_lacking_only_until_that_is_known() -> None:
    judged = contract(body={"enum": [f"x{at}" for at in range(20_000)]})
    before = judged.lacks(None)
    judged.prepare_here()
    assert (before, judged.lacks(None), judged.is_cheap(facts(1))) == (True, False, False)


def test_who_insists_gets_the_room_of_what_was_not_used_for_longest() -> None:
    room = Room(2 * EACH)
    first, second = filled(room, 2)
    room.turn += 1
    second.used_at = room.turn
    assert not room.has_room(EACH)
    assert room.has_room(EACH, insists=True)
    assert (first.rules, second.rules is None) == (None, False)
