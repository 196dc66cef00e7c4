"""The judge's processes, when none can be started."""

from __future__ import annotations

import asyncio
import logging
import sys

import pytest

from letterbox.judge import children
from letterbox.judge.judge import Judge
from tests.judge.stage import (
    GOOD_VALUE,
    failure_of,
    good,
    play,
)

NO_PYTHON = "/nowhere/python"


def test_without_a_process_all_fail_and_the_log_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", NO_PYTHON)

    async def scene(judge: Judge) -> set[str | None]:
        return {await failure_of(judge) for _ in range(10)}

    with caplog.at_level(logging.INFO):
        assert play(scene) == {"the judge cannot be started"}
    assert len(caplog.messages) == 1


def test_an_origin_that_breaks_at_once_fails_all_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "START", "import sys; sys.exit(3)")

    async def scene(judge: Judge) -> list[str | None]:
        return await asyncio.gather(*(failure_of(judge) for _ in range(10)))

    assert set(play(scene)) == {"the judge cannot be started"}


def test_once_one_can_be_started_again_all_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LONGEST_WAIT_SECONDS", 0)

    async def scene(judge: Judge) -> object:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", NO_PYTHON)
            for _ in range(3):
                await failure_of(judge)
        return await good(judge)

    assert play(scene) == GOOD_VALUE


def test_between_two_tries_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_WAIT_SECONDS", 600)
    monkeypatch.setattr(children, "LONGEST_WAIT_SECONDS", 600)

    async def scene(judge: Judge) -> str | None:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", NO_PYTHON)
            for _ in range(2):
                await failure_of(judge)
        return await failure_of(judge, "1 + 1")

    assert play(scene) == "the judge cannot be started"
