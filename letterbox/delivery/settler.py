"""The settler: gathers what came of attempts, and has it be written, many at a time, by the process's one writer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from letterbox.delivery.lane import Lane
from letterbox.errors import Unavailable
from letterbox.store.deliveries import line_of
from letterbox.store.outcomes import Outcome, Settled

MOST_AT_ONCE = 256
MOST_BYTES = 2_097_152  # of responses
SECONDS_BETWEEN_WRITES = 0.02  # while nobody waits for what a write says, so that many share it
RETRY_SECONDS = 0.25

log = logging.getLogger(__name__)

Write = Callable[[list[Outcome]], Awaitable[Settled]]  # raises Unavailable


class Told(NamedTuple):
    """An outcome, and the lane that waits to hear that it is on disk."""

    lane: Lane
    outcome: Outcome


class Settler:
    """On one event loop. `run` goes on until `finish` was called and everything is written."""

    def __init__(self, write: Write, after: Callable[[Settled], None]) -> None:
        self._write, self._after = write, after
        self._waiting: list[Told] = []
        self._news, self._hurry = asyncio.Event(), asyncio.Event()
        self._written_at = float("-inf")
        self._is_finishing = False

    def put(self, lane: Lane, outcome: Outcome) -> None:
        self._waiting.append(Told(lane, outcome))
        self._news.set()
        if line_of(outcome.delivery) is not None or len(self._waiting) >= MOST_AT_ONCE:
            self._hurry.set()

    def give_up_threadsafe(self, lane: Lane, outcome: Outcome) -> None:
        """What came of one that could not be made ready; from another thread, before it says what could."""
        self._loop.call_soon_threadsafe(self._give_up, lane, outcome)

    def _give_up(self, lane: Lane, outcome: Outcome) -> None:
        lane.give_up(outcome.delivery.id)
        self.put(lane, outcome)

    def finish(self) -> None:
        """Write what waits, and end."""
        self._is_finishing = True
        self._news.set()
        self._hurry.set()

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        while self._waiting or not self._is_finishing:
            if not self._waiting:
                await self._news.wait()
                self._news.clear()
                continue
            await self._let_gather()
            some = self._gathered()
            settled = await self._written([each.outcome for each in some])
            for each in some:
                each.lane.settled(each.outcome.delivery)
            if settled is not None:
                self._after(settled)

    async def _let_gather(self) -> None:
        """Leave a while between two writes, unless another delivery waits for this one."""
        end = self._written_at + SECONDS_BETWEEN_WRITES
        if self._loop.time() < end and not self._hurry.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    await self._hurry.wait()
        self._hurry.clear()
        self._written_at = self._loop.time()

    def _gathered(self) -> list[Told]:
        count = size = 0
        for each in self._waiting[:MOST_AT_ONCE]:
            count += 1
            size += len(each.outcome.tried.response_body) if each.outcome.tried is not None else 0
            if size >= MOST_BYTES:
                break
        some, self._waiting = self._waiting[:count], self._waiting[count:]
        if self._waiting:
            self._hurry.set()
        return some

    async def _written(self, outcomes: list[Outcome]) -> Settled | None:
        """Try until it is written; None if it was given up at the end, so that all of it is sent again."""
        while True:
            try:
                return await self._write(outcomes)
            except Unavailable as reason:
                if self._is_finishing:
                    log.warning("what came of %d attempts could not be written: %s", len(outcomes), reason)
                    return None
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as failure:  # one of them is to blame, and must not hold up the others for ever
                log.error("what came of attempts could not be written", exc_info=failure)
                return await self._one_by_one(outcomes)

    async def _one_by_one(self, outcomes: list[Outcome]) -> Settled:
        disabled: list[str] = []
        moved: set[str] = set()
        for each in outcomes:
            settled = await self._alone(each)
            disabled += settled.disabled
            moved |= settled.moved
        return Settled(disabled, moved)

    async def _alone(self, outcome: Outcome) -> Settled:
        while True:
            try:
                return await self._write([outcome])
            except Unavailable as reason:
                if self._is_finishing:
                    log.warning("what came of %s could not be written: %s", outcome.delivery.id, reason)
                    return Settled([], set())
            except Exception as failure:
                log.error("what came of %s could not be written", outcome.delivery.id, exc_info=failure)
                return Settled([], set())
            await asyncio.sleep(RETRY_SECONDS)
