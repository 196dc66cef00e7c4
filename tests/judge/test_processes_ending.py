"""The judge's processes end with it, and with us."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from letterbox.judge import children
from letterbox.judge.judge import Judge
from tests.judge.stage import (
    failure_of,
    good,
    origin_of,
    pid_of,
    play,
    watched,
)


def test_closing_ends_all_of_them() -> None:
    async def scene(judge: Judge) -> None:
        await good(judge)
        working = asyncio.ensure_future(failure_of(judge))
        with watched(origin_of(judge)) as wait_for_origin, watched(pid_of(judge)) as wait_for_child:
            await asyncio.sleep(0)  # it is handed over
            await judge.close()
            wait_for_origin()
            wait_for_child()
        assert await working == "the service is stopping"

    play(scene, seconds=600)


def test_closing_while_the_origin_starts_ends_it() -> None:
    async def scene(judge: Judge) -> str | None:
        waiting = asyncio.ensure_future(failure_of(judge))
        await asyncio.sleep(0)  # it is handed over
        with watched(origin_of(judge)) as wait_until_gone:
            await judge.close()
            wait_until_gone()
        return await waiting

    assert play(scene) == "the service is stopping"


def test_closing_ends_an_origin_that_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LEAVING_SECONDS", 0.1)

    async def scene(judge: Judge) -> None:
        await good(judge)
        with watched(origin_of(judge)) as wait_until_gone:
            os.kill(origin_of(judge), signal.SIGSTOP)
            await judge.close()
            wait_until_gone()

    play(scene)


def test_what_comes_after_closing_fails_at_once() -> None:
    async def scene(judge: Judge) -> str | None:
        await judge.close()
        await judge.close()
        return await failure_of(judge)

    assert play(scene) == "the service is stopping"


PARENT = """
import asyncio
from letterbox.judge.judge import Judge
from tests.judge.stage import TAKES_SECONDS, HUNDRED, facts_of, good, origin_of, pid_of

async def main():
    judge = Judge(seconds=600)
    await good(judge)
    print(origin_of(judge), pid_of(judge), flush=True)
    await judge.evaluate(TAKES_SECONDS, facts_of(HUNDRED))

asyncio.run(main())
"""


def test_they_end_when_their_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        origin, child = map(int, parent.stdout.readline().split())
        with watched(origin) as wait_for_origin, watched(child) as wait_for_child:
            parent.kill()
            wait_for_origin()
            wait_for_child()


def test_a_judge_that_is_opened_again_answers_again() -> None:
    async def scene(judge: Judge) -> tuple[object, object]:
        first = await good(judge)
        await judge.close()
        judge.open()
        return first, await good(judge)

    first, again = play(scene)
    assert again == first
