"""The one writer of a process: a thread that commits what has gathered since its last commit, all in one transaction.

Letters (requests to keep) come from the event loop, units of work from the threads that run handlers. A letter or unit
that fails, fails alone, in a savepoint of its own; when the commit fails, all of its batch fail. Nobody is answered
before the commit is on stable storage, and the loop is woken once per batch, not once per letter.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine

from letterbox.errors import Unavailable
from letterbox.store.jobs import STORE_FAILURES, Letter, Unit, Work
from letterbox.store.requests import Row

__all__ = ["Connection", "Unit", "Writer"]  # other rooms name the types of a unit of work, and know no SQL

Result = TypeVar("Result")

BEHIND_ROWS_WAITING = 2048  # refused letters that may wait; more are let go, since nobody waits for them
BEHIND_ROWS_AT_LEAST = 16  # of them that go into a batch, even if that is full of rows (not if it is full of bytes)
PATIENCE_SECONDS = 10.0  # how long a handler waits for its commit, so that a store that hangs does not hang them all

log = logging.getLogger(__name__)


class Keeping(Protocol):
    """What writes letters: all of a batch at once, then whatever bounds those that came behind.

    `keep` returns what is to be told of them once they are committed.
    """

    def keep(self, connection: Connection, rows: Sequence[Row]) -> object: ...
    def bound(self, connection: Connection, rows: Sequence[Row]) -> None: ...


class Writer:
    """Commits letters and units of work in groups. `start` and `stop` bound its thread's life."""

    def __init__(
        self, engine: Engine, keeping: Keeping, tell: Callable[[object], None], *, rows: int, body_bytes: int
    ) -> None:
        self._engine, self._keeping, self._tell = engine, keeping, tell
        self._most_rows, self._most_bytes = rows, body_bytes
        self._ahead: deque[Letter | Work] = deque()
        self._behind: deque[Letter] = deque()
        self._to_tell: list[object] = []  # of the letters of the batch at hand
        self._wake = threading.Event()
        self._stopping = False
        # A daemon, so that a process that fails elsewhere ends; what waits then was not acknowledged.
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end the thread."""
        self._stopping = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._turn_away()

    def keep(self, row: Row) -> asyncio.Future[None]:
        """Keep a letter; the future ends once it is on stable storage. For the event loop."""
        self._require_running()
        letter = Letter(row, asyncio.get_running_loop().create_future())
        self._ahead.append(letter)
        self._wake.set()
        return letter.waiting

    def keep_behind(self, row: Row) -> asyncio.Future[None] | None:
        """Keep a letter after those that somebody waits for; None, and it is let go, if too many wait already."""
        self._require_running()
        if len(self._behind) >= BEHIND_ROWS_WAITING:
            return None
        letter = Letter(row, asyncio.get_running_loop().create_future())
        self._behind.append(letter)
        self._wake.set()
        return letter.waiting

    def run(self, function: Callable[[Unit], Result], *, patience_seconds: float = PATIENCE_SECONDS) -> Result:
        """Run a unit of work in the next commit and wait for it. Not for the event loop.

        Raises what the function raised, or Unavailable when the store could not take it.
        """
        self._require_running()
        work = Work(function, Future())
        self._ahead.append(work)
        self._wake.set()
        if self._stopping and not self._thread.is_alive():  # it ended between the question and the append
            self._turn_away()
        try:
            result: Result = work.waiting.result(patience_seconds)
        except TimeoutError:
            raise Unavailable("The store is not answering; try again.") from None
        return result

    def _require_running(self) -> None:
        if self._stopping:
            raise Unavailable("The service is stopping; try again.")

    def _run(self) -> None:
        while not (self._stopping and not self._ahead and not self._behind):
            self._wake.wait()
            self._wake.clear()
            while batch := [*self._gathered()]:
                self._commit(batch)
                self._settle(batch)
            if self._stopping:
                self._wake.set()

    def _turn_away(self) -> None:
        """Fail what came too late to be written."""
        while late := [*self._gathered()]:
            for job in late:
                job.failure = Unavailable()
            self._to_tell = []
            self._settle(late)

    def _gathered(self) -> Iterator[Letter | Work]:
        """What goes into the next commit, within its bounds; those behind fill what is left."""
        rows = weight = 0
        while self._ahead and rows < self._most_rows and weight < self._most_bytes:
            job = self._ahead.popleft()
            rows, weight = rows + 1, weight + job.weight
            yield job
        most = max(self._most_rows - rows, BEHIND_ROWS_AT_LEAST)
        while self._behind and most and weight < self._most_bytes:
            letter = self._behind.popleft()
            most, weight = most - 1, weight + letter.weight
            yield letter

    def _commit(self, batch: list[Letter | Work]) -> None:
        self._to_tell = []
        try:
            with self._engine.begin() as connection:
                self._write_letters(connection, [job for job in batch if isinstance(job, Letter)])
                for job in batch:
                    if isinstance(job, Work):
                        job.do(connection)
        except Exception as failure:
            log.error("commit failed: %s", type(failure).__name__, exc_info=failure)
            self._to_tell = []
            for job in batch:
                job.failure = Unavailable()

    def _write_letters(self, connection: Connection, letters: list[Letter]) -> None:
        if not letters:
            return
        rows = [letter.row for letter in letters]
        try:
            with connection.begin_nested():
                self._to_tell.append(self._keeping.keep(connection, rows))
        except Exception:  # noqa: BLE001 # one of them is poisonous, or the store is at fault: it comes again below
            for letter in letters:
                self._write_alone(connection, letter)
        self._keeping.bound(connection, rows)

    def _write_alone(self, connection: Connection, letter: Letter) -> None:
        """One letter of a batch in which one is poisonous: the others must not suffer for it."""
        try:
            with connection.begin_nested():
                self._to_tell.append(self._keeping.keep(connection, [letter.row]))
        except STORE_FAILURES:
            raise
        except Exception as failure:  # noqa: BLE001 # it is told to the one who waits
            log.error("a letter could not be kept: %s", type(failure).__name__)
            letter.failure = failure

    def _settle(self, batch: list[Letter | Work]) -> None:
        """Tell of what changed, then all who wait; those on a loop by one wake-up."""
        try:
            for change in self._to_tell:
                self._tell(change)
        except Exception as failure:  # the commit stands, and this thread must go on
            log.error("a change could not be told: %s", type(failure).__name__, exc_info=failure)
        letters = [job for job in batch if isinstance(job, Letter)]
        for loop in {letter.waiting.get_loop() for letter in letters}:
            ours = [letter for letter in letters if letter.waiting.get_loop() is loop]
            try:
                loop.call_soon_threadsafe(_settle_all, ours)
            except RuntimeError:  # the loop has ended, and with it those who waited
                log.debug("nobody is left to tell")
        for job in batch:
            if isinstance(job, Work):
                job.settle(self._tell)


def _settle_all(letters: list[Letter]) -> None:
    for letter in letters:
        letter.settle()
