"""Deadlines: what takes too long is cut off, and nothing else is."""

from __future__ import annotations

import asyncio

import pytest

from letterbox.delivery.sender.deadlines import Deadlines

SOON, LATE = 0.01, 20.0


async def cut_off(deadlines: Deadlines, seconds: float) -> bool:
    """Whether waiting for what never comes ended by the deadline."""
    try:
        with deadlines.within(seconds):
            await asyncio.Event().wait()
    except TimeoutError:
        return True
    return False


def test_each_is_cut_off_at_its_own_deadline() -> None:
    async def run() -> list[bool]:
        deadlines = Deadlines()
        late = asyncio.create_task(cut_off(deadlines, LATE))
        soon = await asyncio.gather(*(cut_off(deadlines, SOON) for _ in range(3)))
        late.cancel()
        await asyncio.wait([late])
        return [*soon, late.cancelled()]

    assert asyncio.run(run()) == [True] * 4


def test_who_is_cancelled_before_the_deadline_is_cancelled_and_not_late() -> None:
    async def run() -> None:
        task = asyncio.create_task(cut_off(Deadlines(), LATE))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
