"""What is not cheap is judged, evaluated and compiled here: in another process, within bounds, whatever it is."""

from __future__ import annotations

import logging
import time
from typing import Any

from letterbox.contracts.compile import Contract
from letterbox.contracts.judgement import Judgement
from letterbox.errors import Unavailable, Unprocessable
from letterbox.expressions import Failed, Unevaluated
from letterbox.facts.request import Facts
from letterbox.judge.bounds import Bounds, Terms
from letterbox.judge.children import Children
from letterbox.judge.lane import Lane
from letterbox.judge.packing import judgement_unpacked
from letterbox.judge.suspects import Repeats, Suspects
from letterbox.judge.tasks import Answer, Compiling, Evaluating, Judging, Task, TooMuch, Undone

log = logging.getLogger(__name__)

NICENESS = 5  # of children for what is slow or may be hostile: they step back for receiving


class Judge:
    """For one event loop. Its processes are started when they are first needed; `close` ends them.

    `owner` is the project that asks: each has its turn, whatever the others ask for.
    """

    def __init__(self, *, seconds: float = 0.1, bounds: Bounds | None = None) -> None:
        self._bounds = (bounds or Bounds())._replace(seconds=seconds)
        bounds = self._bounds
        self._children = Children(bounds.memory_bytes)
        self._suspects, self._condemned = Suspects(bounds.suspect_seconds), Suspects(bounds.suspect_seconds)
        self._slow = Suspects(bounds.suspect_seconds)
        self._slow_times = Repeats(bounds.slow_times, bounds.slow_within_seconds)
        # Who is not aside may not keep the others waiting with a large contract either.
        terms = Terms(bounds.seconds, bounds.seconds, 0)
        apart = terms._replace(niceness=NICENESS)
        aside = apart._replace(compile_seconds=bounds.compile_seconds)
        self._lane = Lane(self._children, terms, bounds.room, bounds, self)
        self._apart = Lane(self._children, apart, bounds.room_apart, bounds, self)
        self._aside = Lane(self._children, aside, bounds.room_aside, bounds, self)
        self._is_closed = False

    async def judge(self, contract: Contract, facts: Facts, *, owner: str = "") -> Judgement:
        """The judgement, whose cause is `undetermined` if there is none to be had within the bounds.

        Sets the event type of the facts, as judging in this process does.
        """
        try:
            answer = await self._done(Judging(contract, facts, owner, self._until()))
        except Undone as reason:
            return Judgement(cause="undetermined", notes=(f"judge: {reason}",))
        judgement = judgement_unpacked(answer[1:])
        facts.event_type = judgement.event_type
        return judgement

    async def evaluate(self, source: str, facts: Facts, key: bytes | None = None, *, owner: str = "") -> Any:
        """The value of an expression, as JSON values. `key` is what its `sign` signs with. Raises Failed."""
        try:
            kind, answer = await self._done(Evaluating(source, facts, key, owner, self._until()))
        except TooMuch as reason:
            raise Failed(str(reason)) from None
        except Undone as reason:
            raise Unevaluated(str(reason)) from None
        if kind == "failed":
            raise Failed(answer)
        return answer

    async def try_compile(self, text: bytes, *, owner: str = "") -> None:
        """Take in a contract as it would be stored, and compile it.

        Raises Unprocessable, with what is wrong with it, if it can't be, and Unavailable if that was not tried.
        """
        try:
            kind, *reasons = await self._done(Compiling(text, owner, self._until()))
        except TooMuch:
            raise Unprocessable("Taking in this contract takes too long, or too much memory.") from None
        except Undone as reason:
            raise Unavailable(f"The contract cannot be taken in now: {reason}.") from None
        if kind == "refused":
            detail, errors = reasons
            raise Unprocessable(detail, errors=errors)

    def open(self) -> None:
        """Judge again, on a loop that may be another one than before, after a `close`."""
        self._is_closed = False

    async def close(self) -> None:
        """End all processes and wait until they are gone; whoever waits for an answer goes without."""
        self._is_closed = True
        for lane in (self._lane, self._apart, self._aside):
            lane.close()
        await self._children.close()

    async def _done(self, task: Task) -> Answer:
        if self._is_closed:
            raise Undone("the service is stopping")
        if task.name in self._condemned:
            raise TooMuch
        self._lane_for(task).take(task)
        return await task.answer

    def _lane_for(self, task: Task) -> Lane:
        if isinstance(task, Compiling) or task.name in self._suspects:
            return self._aside
        return self._apart if task.name in self._slow else self._lane

    def _until(self) -> float:
        return time.monotonic() + self._bounds.patience_seconds

    # What a lane asks.

    def takes(self, task: Task, lane: Lane) -> bool:
        better = self._lane_for(task)
        if lane is self._aside or better is lane:
            return False
        better.take(task)
        return True

    def took(self, task: Task, lane: Lane, seconds: float) -> None:
        """Apart from others, if it was slow again and again, for as long as it stays so."""
        if seconds < self._bounds.slow_seconds or lane is self._aside:
            return
        is_repeated = self._slow_times.add(task.name)
        if (is_repeated or task.name in self._slow) and self._slow.add(task.name):
            log.info("slow for the judge: %s: %.0f ms", task.name, seconds * 1000)

    def lost(self, task: Task, lane: Lane, why: Undone, fault: str) -> None:
        """Once more aside, where compiling may take longer, if it was not more than that; else it has failed."""
        if self._suspects.add(task.name):
            log.warning("too much for the judge: %s: %s", task.name, fault or why)
        if task.is_preparing and lane is not self._aside:
            task.is_preparing = False
            self._aside.take(task)
            return
        if task.is_preparing and isinstance(why, TooMuch):
            self._condemned.add(task.name)
        task.fail(why)
