"""Expressions in another process: the same answers, and what becomes of those that take too long."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging

import pytest

from letterbox import expressions
from letterbox.judge.bounds import Room
from letterbox.judge.judge import Judge
from tests.judge.stage import GOOD_VALUE, HUNDRED, LOOPS, TAKES_SECONDS, facts_of, failure_of, good, pid_of, play

each_loop = pytest.mark.parametrize("loop", LOOPS)


async def quick_so_far(judge: Judge) -> None:
    """What is known to be quick has others sent behind it."""
    for _ in range(3):
        await good(judge)
        await judge.evaluate(TAKES_SECONDS, facts_of(b"[1]"))


@pytest.mark.parametrize(
    "source",
    [
        "request.body.map(each, each + 1)",
        "request.headers['content-type']",
        "request",
        "{'a': [1.5, true, null, b'x'], 'b': request.body.filter(each, each > 1)}",
    ],
)
def test_an_expression_has_the_value_that_it_has_in_this_process(source: str) -> None:
    async def scene(judge: Judge) -> object:
        return await judge.evaluate(source, facts_of())

    assert play(scene) == expressions.compiled(source).value(facts_of())


def test_an_event_type_that_is_known_crosses() -> None:
    async def scene(judge: Judge) -> object:
        facts = facts_of()
        facts.event_type = "push"
        return await judge.evaluate("request.event_type", facts)

    assert play(scene) == "push"


def test_an_expression_signs_with_the_key_that_it_is_given() -> None:
    async def scene(judge: Judge) -> object:
        return await judge.evaluate("hex(sign('sha256', 'letter'))", facts_of(), b"key")

    assert play(scene) == hmac.digest(b"key", b"letter", hashlib.sha256).hex()


@pytest.mark.parametrize(
    "source", ["request.body.missing", "sign('sha256', 'a')", "1 / (request.body.size() - 3)", "(("]
)
def test_an_expression_that_fails_there_fails_here(source: str) -> None:
    async def scene(judge: Judge) -> str | None:
        return await failure_of(judge, source, b"[1,2,3]")

    assert play(scene)


def test_a_failure_leaves_the_child_as_it_is() -> None:
    async def scene(judge: Judge) -> bool:
        await good(judge)
        before = pid_of(judge)
        await failure_of(judge, "request.body.missing")
        await good(judge)
        return pid_of(judge) == before

    assert play(scene)


@each_loop
def test_what_takes_too_long_fails_and_the_next_is_answered(loop: str) -> None:
    async def scene(judge: Judge) -> tuple[str | None, object]:
        return await failure_of(judge), await good(judge)

    assert play(scene, loop) == ("took too long", GOOD_VALUE)


@each_loop
def test_what_was_sent_behind_a_hostile_one_is_not_lost(loop: str) -> None:
    async def scene(judge: Judge) -> list[object]:
        await quick_so_far(judge)
        answers = await asyncio.gather(failure_of(judge), *(good(judge) for _ in range(50)))
        return list(answers)

    assert play(scene, loop) == ["took too long", *[GOOD_VALUE] * 50]


def test_what_was_sent_behind_a_hostile_one_keeps_its_order() -> None:
    async def scene(judge: Judge) -> list[int]:
        order: list[int] = []

        async def ask(number: int) -> None:
            await good(judge)
            order.append(number)

        await quick_so_far(judge)
        await asyncio.gather(failure_of(judge), *map(ask, range(8)))
        return order

    assert play(scene) == list(range(8))


def test_a_body_of_a_mebibyte_crosses() -> None:
    body = b'"' + b"x" * 1_048_574 + b'"'

    async def scene(judge: Judge) -> list[object]:
        sending = (judge.evaluate("request.body.size() + size(request.path)", facts_of(body)) for _ in range(6))
        return list(await asyncio.gather(*sending))

    assert play(scene, seconds=5) == [1_048_574 + len("/orders/7")] * 6


def test_two_hundred_others_are_answered_beside_a_hostile_one_in_a_loop() -> None:
    async def scene(judge: Judge) -> tuple[list[object], int]:
        done, hostile = asyncio.Event(), 0

        async def loop_for_ever() -> None:
            nonlocal hostile
            while not done.is_set():
                hostile += bool(await failure_of(judge))

        looping = asyncio.ensure_future(loop_for_ever())
        try:
            answers: list[object] = [await good(judge) for _ in range(200)]
        finally:
            done.set()
        await looping
        return answers, hostile

    answers, hostile = play(scene)
    assert answers == [GOOD_VALUE] * 200
    assert hostile


def test_a_hostile_one_costs_the_others_no_more_than_one_child() -> None:
    """A hundred at once: those that were not begun yet go aside with the first."""

    async def scene(judge: Judge) -> bool:
        await asyncio.gather(*(failure_of(judge) for _ in range(100)))
        await good(judge)
        before = pid_of(judge)
        await asyncio.gather(*(failure_of(judge) for _ in range(100)))
        await good(judge)
        return pid_of(judge) == before

    assert play(scene, seconds=0.02)


def test_a_flood_of_hostile_ones_is_turned_away_beyond_a_few() -> None:
    async def scene(judge: Judge) -> list[str | None]:
        await failure_of(judge)
        return await asyncio.gather(*(failure_of(judge) for _ in range(100)))

    reasons = play(scene, seconds=0.02)
    assert reasons.count("too much waits to be judged") >= 80
    assert set(reasons) <= {"too much waits to be judged", "took too long"}


def test_a_suspect_that_behaves_is_answered_all_the_same() -> None:
    async def scene(judge: Judge) -> tuple[str | None, object]:
        return await failure_of(judge), await judge.evaluate(TAKES_SECONDS, facts_of(b"[1]"))

    assert play(scene) == ("took too long", [[[3]]])


def test_a_suspect_is_named_in_the_log_once_and_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(judge: Judge) -> None:
        await failure_of(judge)
        await failure_of(judge)

    with caplog.at_level(logging.INFO):
        play(scene)
    assert len(caplog.messages) == 1
    assert "map" not in caplog.text


def test_somebody_who_no_longer_waits_keeps_nobody_from_an_answer() -> None:
    async def scene(judge: Judge) -> object:
        await good(judge)
        waiting = [asyncio.ensure_future(judge.evaluate("1 + 1", facts_of(HUNDRED))) for _ in range(20)]
        await asyncio.sleep(0)  # they are handed over
        for each in waiting:
            each.cancel()
        return await good(judge)

    assert play(scene) == GOOD_VALUE


def test_what_finds_the_queue_full_fails_at_once() -> None:
    async def scene(judge: Judge) -> list[str | None]:
        return await asyncio.gather(*(failure_of(judge, "1 + 1") for _ in range(20)))

    reasons = play(scene, room=Room(3, 3))
    assert reasons.count("too much waits to be judged") == 20 - 3 - 1  # 3 wait, and 1 is at work


def test_what_waited_too_long_fails() -> None:
    async def scene(judge: Judge) -> list[str | None]:
        await good(judge)
        return await asyncio.gather(failure_of(judge), *(failure_of(judge, "1 + 1") for _ in range(10)))

    reasons = play(scene, seconds=1, patience_seconds=0.2)
    assert reasons[0] == "took too long"
    assert "it waited too long to be judged" in reasons
