"""What is not cheap is judged, evaluated and compiled here: in another process, within bounds, whatever it is."""

from __future__ import annotations

import logging
import time
from typing import Any

from letterbox.contracts.compile import Contract
from letterbox.contracts.judgement import Judgement
from letterbox.errors import Unavailable, Unprocessable
from letterbox.expressions import Failed
from letterbox.facts.request import Facts
from letterbox.judge.bounds import Bounds, Terms
from letterbox.judge.children import Children
from letterbox.judge.lane import Lane, Room
from letterbox.judge.packing import judgement_unpacked
from letterbox.judge.suspects import Suspects
from letterbox.judge.tasks import Answer, Compiling, Evaluating, Judging, Task, TooMuch, Undone

log = logging.getLogger(__name__)

NICENESS_ASIDE = 5  # judging what may be hostile steps back for receiving


class Judge:
    """For one event loop. Its processes are started when they are first needed; `close` ends them."""

    def __init__(self, *, seconds: float = 0.1, bounds: Bounds | None = None) -> None:
        self._bounds = (bounds or Bounds())._replace(seconds=seconds)
        bounds = self._bounds
        self._children = Children(bounds.memory_bytes)
        self._suspects, self._condemned = Suspects(bounds.suspect_seconds), Suspects(bounds.suspect_seconds)
        # Who is not aside may not keep the others waiting with a large contract either.
        terms = Terms(bounds.seconds, bounds.seconds, 0)
        aside = Terms(bounds.seconds, bounds.compile_seconds, NICENESS_ASIDE)
        self._lane = Lane(self._children, terms, Room(bounds.waiting, bounds.waiting), bounds, self)
        self._aside = Lane(self._children, aside, Room(bounds.waiting_aside, bounds.alike_aside), bounds, self)
        self._is_closed = False

    async def judge(self, contract: Contract, facts: Facts) -> Judgement:
        """The judgement, whose cause is `undetermined` if there is none to be had within the bounds.

        Sets the event type of the facts, as judging in this process does.
        """
        try:
            answer = await self._done(Judging(contract, facts, self._until()))
        except Undone as reason:
            return Judgement(cause="undetermined", notes=(f"judge: {reason}",))
        judgement = judgement_unpacked(answer[1:])
        facts.event_type = judgement.event_type
        return judgement

    async def evaluate(self, source: str, facts: Facts, key: bytes | None = None) -> Any:
        """The value of an expression, as JSON values. `key` is what its `sign` signs with. Raises Failed."""
        try:
            kind, answer = await self._done(Evaluating(source, facts, key, self._until()))
        except Undone as reason:
            raise Failed(str(reason)) from None
        if kind == "failed":
            raise Failed(answer)
        return answer

    async def try_compile(self, text: bytes) -> None:
        """Compile a contract as it would be stored. Raises Unprocessable if it can't be, Unavailable if it wasn't."""
        try:
            kind, *reasons = await self._done(Compiling(text, self._until()))
        except TooMuch:
            raise Unprocessable("Compiling this contract takes too long, or too much memory.") from None
        except Undone as reason:
            raise Unavailable(f"The contract cannot be compiled now: {reason}.") from None
        if kind == "refused":
            raise Unprocessable(*reasons)

    def open(self) -> None:
        """Judge again, on a loop that may be another one than before, after a `close`."""
        self._is_closed = False

    async def close(self) -> None:
        """End all processes and wait until they are gone; whoever waits for an answer goes without."""
        self._is_closed = True
        self._lane.close()
        self._aside.close()
        await self._children.close()

    async def _done(self, task: Task) -> Answer:
        if self._is_closed:
            raise Undone("the service is stopping")
        if task.name in self._condemned:
            raise TooMuch
        if not self.takes(task, self._lane):
            self._lane.take(task)
        return await task.answer

    def _until(self) -> float:
        return time.monotonic() + self._bounds.patience_seconds

    # What a lane asks.

    def takes(self, task: Task, lane: Lane) -> bool:
        if lane is self._aside or not (isinstance(task, Compiling) or task.name in self._suspects):
            return False
        self._aside.take(task)
        return True

    def lost(self, task: Task, lane: Lane, why: Undone, fault: str) -> None:
        """Once more aside, where compiling may take longer, if it was not more than that; else it has failed."""
        if self._suspects.add(task.name):
            log.warning("too much for the judge: %s: %s", task.name, fault or why)
        if task.is_preparing and lane is self._lane:
            task.is_preparing = False
            self._aside.take(task)
            return
        if task.is_preparing and isinstance(why, TooMuch):
            self._condemned.add(task.name)
        task.fail(why)
