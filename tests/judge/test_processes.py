"""The judge's processes: how they come, what they know of us, and how they go."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from letterbox.judge.judge import Judge
from tests.judge.stage import (
    GOOD_VALUE,
    failure_of,
    good,
    open_in,
    origin_of,
    pid_of,
    play,
    seen_of,
    watched,
)


async def while_working(judge: Judge, happens: Callable[[], None]) -> list[object]:
    """Something happens while a child works on a task that takes it minutes; two others wait behind."""
    await good(judge)
    working = asyncio.ensure_future(failure_of(judge))
    behind = [asyncio.ensure_future(good(judge)) for _ in range(2)]
    await asyncio.sleep(0)  # they are handed over
    happens()
    return [await working, *await asyncio.gather(*behind)]


def test_no_process_is_started_before_it_is_needed() -> None:
    async def scene(judge: Judge) -> object:
        return judge._children._origin

    assert play(scene) is None


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_child_that_dies_at_work_takes_one_task_with_it(signal_: signal.Signals) -> None:
    async def scene(judge: Judge) -> list[object]:
        return await while_working(judge, lambda: os.kill(pid_of(judge), signal_))

    assert play(scene, seconds=600) == ["took too long", GOOD_VALUE, GOOD_VALUE]


def test_a_child_that_dies_while_it_waits_is_replaced() -> None:
    async def scene(judge: Judge) -> object:
        await good(judge)
        with watched(pid_of(judge)) as wait_until_gone:
            os.kill(pid_of(judge), signal.SIGKILL)
            wait_until_gone()
        await asyncio.sleep(0)  # the loop sees the end before the next task is handed over
        return await good(judge)

    assert play(scene) == GOOD_VALUE


def test_a_child_that_is_stopped_is_given_up_and_ended() -> None:
    async def scene(judge: Judge) -> list[object]:
        await good(judge)
        with watched(pid_of(judge)) as wait_until_gone:
            answers = await while_working(judge, lambda: os.kill(pid_of(judge), signal.SIGSTOP))
            wait_until_gone()
        return answers

    assert play(scene, seconds=600, stall_seconds=3) == ["the judge was held up", GOOD_VALUE, GOOD_VALUE]


def test_what_takes_too_much_memory_fails_and_the_next_is_answered() -> None:
    doubled = "[request.body]" + ".map(a, a + a + a + a + a + a + a + a)" * 4
    body = b'"' + b"x" * 300_000 + b'"'

    async def scene(judge: Judge) -> tuple[str | None, object]:
        return await failure_of(judge, doubled, body), await good(judge)

    failure, value = play(scene, seconds=600, memory_bytes=100 * 1024 * 1024)
    assert failure
    assert value == GOOD_VALUE


def test_an_origin_that_is_killed_is_started_again() -> None:
    async def scene(judge: Judge) -> tuple[object, bool]:
        await good(judge)
        first = origin_of(judge)
        with watched(first) as wait_until_gone:
            os.kill(first, signal.SIGKILL)
            wait_until_gone()
        await failure_of(judge)
        return await good(judge), origin_of(judge) != first

    assert play(scene) == (GOOD_VALUE, True)


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_ends_the_parent_alone(signal_: signal.Signals) -> None:
    async def scene(judge: Judge) -> tuple[object, bool]:
        await good(judge)
        pids = origin_of(judge), pid_of(judge)
        for pid in pids:
            os.kill(pid, signal_)
        return await good(judge), pids == (origin_of(judge), pid_of(judge))

    assert play(scene) == (GOOD_VALUE, True)


def test_they_belong_to_no_terminal() -> None:
    async def scene(judge: Judge) -> int:
        await good(judge)
        return os.getsid(pid_of(judge))

    assert play(scene) != os.getsid(0)


def test_they_inherit_no_descriptor() -> None:
    async def scene(judge: Judge) -> list[set[str]]:
        await good(judge)
        return [open_in(origin_of(judge)), open_in(pid_of(judge))]

    with socket.create_server(("127.0.0.1", 0)) as listening, Path(__file__).open() as log:
        for descriptor in (listening.fileno(), log.fileno()):
            os.set_inheritable(descriptor, True)  # noqa: FBT003 # named by the function
        for opened in play(scene):
            assert "/dev/null" in opened
            assert len(opened) == 2, "the null device, and one connection"


def test_they_inherit_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERBOX_SECRET_KEY", "a-secret-that-judging-does-not-need")

    async def scene(judge: Judge) -> bytes:
        await good(judge)
        return seen_of(pid_of(judge), "environ")

    assert b"a-secret" not in play(scene)


def test_they_leave_no_core_behind() -> None:
    async def scene(judge: Judge) -> bytes:
        await good(judge)
        return seen_of(pid_of(judge), "limits")

    (line,) = [line for line in play(scene).splitlines() if line.startswith(b"Max core file size")]
    assert line.split()[4:6] == [b"0", b"0"]
