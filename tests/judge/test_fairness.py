"""What one asks for, others need not wait for: turns, room for everybody, and a lane apart for what is slow."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from letterbox.judge.bounds import Room
from letterbox.judge.judge import Judge
from tests.judge.stage import GOOD, GOOD_VALUE, HUNDRED, TAKES_SECONDS, facts_of, failure_of, good, play
from tests.judge.test_judging import contract_of, text_of

SLOW = "request.body.map(a, request.body.map(b, a + b)).size()"  # some 80 ms over EIGHTY
EIGHTY = b"[" + b",".join([b"1"] * 80) + b"]"
CROWDED = "too much waits to be judged"
EVERYTHING_IS_SLOW: dict[str, Any] = {"slow_seconds": 0.0, "slow_times": 3}


def asked(judge: Judge, source: str, times: int, body: bytes = b"[1,2,3]") -> list[asyncio.Future[str | None]]:
    return [asyncio.ensure_future(failure_of(judge, source, body)) for _ in range(times)]


@pytest.mark.parametrize("sources", [1, 25])
def test_others_are_answered_beside_a_hundred_slow_ones(sources: int) -> None:
    """Slow, but never too much; and nobody waits for more than two seconds."""

    async def scene(judge: Judge) -> list[object]:
        for _ in range(3):
            await good(judge)
        slow = [each for number in range(100) for each in asked(judge, f"{SLOW} + {number % sources}", 1, EIGHTY)]
        answers = [await good(judge)]
        while not all(each.done() for each in slow):
            answers.append(await good(judge))
        return answers

    answers = play(scene, seconds=30, patience_seconds=2)
    assert answers == [GOOD_VALUE] * len(answers)


def test_what_is_slow_again_and_again_is_worked_on_apart() -> None:
    async def scene(judge: Judge) -> list[bool]:
        seen = []
        for _ in range(4):
            await good(judge)
            seen.append(judge._apart._pid != 0)
        return seen

    assert play(scene, **EVERYTHING_IS_SLOW) == [False, False, False, True]


def test_what_waits_when_its_name_is_found_slow_is_worked_on_apart_too() -> None:
    async def scene(judge: Judge) -> tuple[list[object], int]:
        answers: list[object] = list(await asyncio.gather(*(good(judge) for _ in range(20))))
        return answers, judge._apart._pid

    answers, apart = play(scene, **EVERYTHING_IS_SLOW)
    assert answers == [GOOD_VALUE] * 20
    assert apart


def test_what_is_slow_is_named_in_the_log_once_and_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(judge: Judge) -> None:
        for _ in range(6):
            await good(judge)

    with caplog.at_level(logging.INFO):
        play(scene, **EVERYTHING_IS_SLOW)
    assert len(caplog.messages) == 1
    assert "map" not in caplog.text


def test_what_is_too_much_apart_goes_aside() -> None:
    async def scene(judge: Judge) -> tuple[str | None, object, object]:
        for _ in range(4):
            await judge.evaluate(TAKES_SECONDS, facts_of(b"[1]"))
        failure = await failure_of(judge)
        return failure, await judge.evaluate(TAKES_SECONDS, facts_of(b"[1]")), judge._aside._pid

    failure, value, aside = play(scene, **EVERYTHING_IS_SLOW)
    assert (failure, value) == ("took too long", [[[3]]])
    assert aside


def test_compiling_what_is_offered_makes_no_contract_slow() -> None:
    async def scene(judge: Judge) -> int:
        for _ in range(4):
            await judge.try_compile(text_of("numbers"))
        await judge.judge(contract_of("numbers"), facts_of())
        return judge._apart._pid

    assert play(scene, **EVERYTHING_IS_SLOW) == 0


def test_small_tasks_are_sent_ahead() -> None:
    async def scene(judge: Judge) -> int:
        for _ in range(3):
            await good(judge)
        small = asked(judge, GOOD, 10)
        await asyncio.sleep(0)  # they are handed over
        sent = len(judge._lane._sent)
        await asyncio.gather(*small)
        return sent

    assert play(scene) == 4


def test_nothing_is_sent_behind_what_may_be_slow() -> None:
    async def scene(judge: Judge) -> int:
        await good(judge)
        new = asked(judge, f"{GOOD}.size()", 10)
        await asyncio.sleep(0)  # they are handed over
        sent = len(judge._lane._sent)
        await asyncio.gather(*new)
        return sent

    assert play(scene) == 1


def test_one_that_floods_leaves_room_for_others() -> None:
    async def scene(judge: Judge) -> tuple[list[str | None], object]:
        await good(judge)
        flood = asked(judge, f"{GOOD}.size()", 20)
        await asyncio.sleep(0)  # they are handed over
        answer = await good(judge)
        return await asyncio.gather(*flood), answer

    reasons, answer = play(scene, room=Room(8, 4))
    assert reasons.count(CROWDED) == 20 - 4 - 1  # 4 wait, and 1 is at work
    assert answer == GOOD_VALUE


def test_a_project_of_many_expressions_crowds_no_other_out() -> None:
    async def scene(judge: Judge) -> tuple[list[str | None], object]:
        await good(judge)
        many = [each for number in range(6) for each in asked(judge, f"{GOOD}.size() + {number}", 1)]
        await asyncio.sleep(0)  # they are handed over
        answer = await judge.evaluate(GOOD, facts_of(), owner="another")
        return await asyncio.gather(*many), answer

    reasons, answer = play(scene, room=Room(4, 4))
    assert reasons.count(CROWDED) == 2
    assert answer == GOOD_VALUE


def test_where_it_is_full_the_one_that_asks_for_most_gives_way() -> None:
    async def scene(judge: Judge) -> tuple[list[str | None], object]:
        await good(judge)
        flood = asked(judge, f"{GOOD}.size()", 5)
        await asyncio.sleep(0)  # they are handed over
        answer = await good(judge)
        return await asyncio.gather(*flood), answer

    assert play(scene, room=Room(4, 4)) == ([None, None, None, None, CROWDED], GOOD_VALUE)


def test_a_flood_of_hostile_ones_keeps_no_contract_from_being_offered() -> None:
    async def scene(judge: Judge) -> list[str | None]:
        await failure_of(judge)
        hostile = asked(judge, TAKES_SECONDS, 100, HUNDRED)
        await asyncio.sleep(0)  # they are handed over
        await judge.try_compile(text_of("numbers"))
        return await asyncio.gather(*hostile)

    reasons = play(scene, seconds=0.02, compile_seconds=60, room_aside=Room(8, 8))
    assert set(reasons) == {CROWDED, "took too long"}
