"""Contracts in another process: the same judgements, each contract sent once, and bounds for judging and compiling."""

from __future__ import annotations

import asyncio
import logging
from functools import cache
from typing import Any

import orjson
import pytest

from letterbox.contracts.compile import Contract, compiled
from letterbox.contracts.judgement import Judgement
from letterbox.errors import Unavailable, Unprocessable
from letterbox.facts.request import Facts
from letterbox.judge.frames import LENGTH, unframed
from letterbox.judge.judge import Judge
from letterbox.judge.shelf import Shelf
from letterbox.judge.tasks import Judging
from tests.judge.stage import LOOPS, facts_of, good, pid_of, play

each_loop = pytest.mark.parametrize("loop", LOOPS)

NUMBERS = {"type": "array", "items": {"type": "integer"}}
UNDETERMINED = Judgement("undetermined", notes=("judge: took too long",))
TOWER = {f"floor{floor}": {"anyOf": [{"$ref": f"#/definitions/floor{floor + 1}"}] * 2} for floor in range(30)}


@cache
def text_of(kind: str) -> bytes:
    return orjson.dumps(
        {
            "numbers": {"media_types": ["application/json"], "body": NUMBERS},
            "events": {
                "event_type": "request.headers['x-event']",
                "event_types": {"plain": NUMBERS, "large": wide(4_000)},
                "unknown_event_types": "refuse",
            },
            "hostile": {
                "body": {"$ref": "#/definitions/floor0"},
                "definitions": {**TOWER, "floor30": {"type": "string"}},
            },
            "large": {"body": wide(4_000)},
        }[kind]
    )


def wide(properties: int) -> dict[str, Any]:
    """A schema that takes its time to compile, and none to judge by."""
    return {"properties": {f"p{number}": {"properties": {"a": {"minLength": 2}}} for number in range(properties)}}


def contract_of(kind: str) -> Contract:
    return compiled(text_of(kind))


@each_loop
@pytest.mark.parametrize(
    "facts",
    [
        facts_of(b"[1]"),
        facts_of(b'[1, "two", 3.5]'),
        facts_of(b"[1"),
        facts_of(b"[1]", b"text/plain"),
    ],
)
def test_a_request_is_judged_as_in_this_process(loop: str, facts: Facts) -> None:
    contract = contract_of("numbers")

    async def scene(judge: Judge) -> Judgement:
        return await judge.judge(contract, facts)

    assert play(scene, loop) == contract.judge(facts)


@pytest.mark.parametrize("event", [b"plain", b"unknown"])
def test_the_event_type_comes_with_the_judgement(event: bytes) -> None:
    async def scene(judge: Judge) -> tuple[Judgement, str | None]:
        facts = facts_of(event=event)
        return await judge.judge(contract_of("events"), facts), facts.event_type

    judgement, known = play(scene)
    assert judgement == contract_of("events").judge(facts_of(event=event))
    assert known == judgement.event_type == event.decode()


def test_a_note_on_the_event_type_comes_with_the_judgement() -> None:
    async def scene(judge: Judge) -> Judgement:
        return await judge.judge(contract_of("events"), facts_of())

    assert play(scene).notes == contract_of("events").judge(facts_of()).notes != ()


@each_loop
def test_what_takes_too_long_is_undetermined_and_the_next_is_judged(loop: str) -> None:
    async def scene(judge: Judge) -> list[Judgement]:
        return [await judge.judge(contract_of(kind), facts_of()) for kind in ("hostile", "numbers", "hostile")]

    assert play(scene, loop) == [UNDETERMINED, Judgement(), UNDETERMINED]


def test_two_hundred_others_are_judged_beside_a_hostile_one_in_a_loop() -> None:
    async def scene(judge: Judge) -> tuple[list[Judgement], set[Judgement]]:
        done, hostile = asyncio.Event(), set()

        async def loop_for_ever() -> None:
            while not done.is_set():
                hostile.add(await judge.judge(contract_of("hostile"), facts_of()))

        looping = [asyncio.ensure_future(loop_for_ever()) for _ in range(4)]
        try:
            judgements = [await judge.judge(contract_of("numbers"), facts_of()) for _ in range(200)]
        finally:
            done.set()
        await asyncio.gather(*looping)
        return judgements, hostile

    assert play(scene) == ([Judgement()] * 200, {UNDETERMINED})


def test_a_request_that_is_easy_to_judge_is_judged_by_a_suspect() -> None:
    contract = compiled(orjson.dumps({"media_types": ["text/json"], **orjson.loads(text_of("hostile"))}))

    async def scene(judge: Judge) -> list[str | None]:
        return [(await judge.judge(contract, facts_of(b"1", media))).cause for media in (b"text/json", b"text/plain")]

    assert play(scene)[1] == "unsupported_media_type"


def test_the_text_of_a_contract_is_sent_to_a_child_once() -> None:
    async def scene(_: Judge) -> list[object]:
        shelf: Shelf[bool] = Shelf()
        tasks = [Judging(contract_of(kind), facts_of(), "", 0) for kind in ("numbers", "events", "numbers")]
        return [unframed(task.frame(shelf)[LENGTH.size :])[2] for task in tasks]

    assert play(scene) == [text_of("numbers"), text_of("events"), None]


def test_facts_that_cannot_be_handed_over_keep_nobody_else_from_a_judgement() -> None:
    class Odd(str):
        __slots__ = ()

    async def scene(judge: Judge) -> list[Judgement]:
        odd = facts_of()
        odd.path = Odd("/odd")
        return [await judge.judge(contract_of("numbers"), facts) for facts in (odd, facts_of())]

    assert [judgement.cause for judgement in play(scene)] == ["undetermined", None]


def test_a_new_child_gets_the_text_again() -> None:
    async def scene(judge: Judge) -> list[Judgement]:
        return [await judge.judge(contract_of(kind), facts_of()) for kind in ("numbers", "hostile", "numbers")]

    assert play(scene) == [Judgement(), UNDETERMINED, Judgement()]


# Compiling has bounds of its own.


@pytest.mark.parametrize(("kind", "event"), [("large", b""), ("events", b"large")])
def test_a_contract_that_takes_longer_to_compile_than_a_task_may_is_judged_aside(kind: str, event: bytes) -> None:
    async def scene(judge: Judge) -> tuple[Judgement, bool]:
        await good(judge)
        facts = facts_of(event=event)
        judgements = {await judge.judge(contract_of(kind), facts) for _ in range(3)}
        await good(judge)
        before = pid_of(judge)
        await judge.judge(contract_of(kind), facts)
        await good(judge)
        return judgements.pop(), pid_of(judge) == before

    judgement, is_left_alone = play(scene, seconds=0.02, compile_seconds=60, stall_seconds=60)
    assert judgement.cause is None
    assert is_left_alone


def test_a_contract_that_cannot_be_compiled_in_time_is_undetermined_at_once_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene(judge: Judge) -> tuple[set[Judgement], bool]:
        judgements = {await judge.judge(contract_of("large"), facts_of())}
        before = judge._aside._first_since
        judgements.add(await judge.judge(contract_of("large"), facts_of()))
        return judgements, judge._aside._first_since == before

    with caplog.at_level(logging.INFO):
        judgements, nothing_was_sent = play(scene, seconds=0.02, compile_seconds=0.02)
    assert judgements == {UNDETERMINED}
    assert nothing_was_sent
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("kind", ["numbers", "events", "hostile"])
def test_a_contract_that_can_be_compiled_is_taken(kind: str) -> None:
    async def scene(judge: Judge) -> None:
        await judge.try_compile(text_of(kind))

    play(scene, compile_seconds=60, stall_seconds=60)


def test_a_contract_that_takes_too_long_to_compile_is_refused() -> None:
    async def scene(judge: Judge) -> object:
        with pytest.raises(Unprocessable, match="too long"):
            await judge.try_compile(text_of("large"))
        return await good(judge)

    assert play(scene, compile_seconds=0.02)


def test_a_contract_that_cannot_be_compiled_at_all_is_refused() -> None:
    async def scene(judge: Judge) -> None:
        await judge.try_compile(orjson.dumps({"body": {"type": "no type"}}))

    with pytest.raises(Unprocessable):
        play(scene)


def test_compiling_what_is_offered_is_nothing_that_others_wait_for() -> None:
    async def scene(judge: Judge) -> bool:
        await good(judge)
        before = pid_of(judge)
        with pytest.raises(Unprocessable):
            await judge.try_compile(text_of("large"))
        await good(judge)
        return pid_of(judge) == before

    assert play(scene, compile_seconds=0.02)


def test_a_contract_that_was_not_looked_at_can_be_offered_again() -> None:
    async def scene(judge: Judge) -> None:
        await judge.close()
        await judge.try_compile(text_of("numbers"))

    with pytest.raises(Unavailable):
        play(scene)


def test_a_fault_of_ours_is_logged_with_its_place_and_ends_the_child(caplog: pytest.LogCaptureFixture) -> None:
    """A contract that is no contract stands for it: what is stored was taken in."""

    class Broken(Contract):
        def __init__(self) -> None:
            self.text, self.digest = b"[]", "broken"

    async def scene(judge: Judge) -> tuple[Judgement, object]:
        return await judge.judge(Broken(), facts_of()), await good(judge)

    with caplog.at_level(logging.INFO):
        assert play(scene) == (UNDETERMINED, [2, 3, 4])
    assert "AttributeError in letterbox." in caplog.text
