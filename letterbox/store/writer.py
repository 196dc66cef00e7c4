"""The one writer of a process: a thread that commits what has gathered since its last commit, all in one transaction.

Letters (requests to keep) come from the event loop, units of work from the threads that run handlers. A letter or unit
that fails, fails alone, in a savepoint of its own; when the commit fails, all of its batch fail. Nobody is answered
before the commit is on stable storage, and the loop is woken once per batch, not once per letter.

A letter may claim a key; if another one holds that, it is kept as a duplicate of it, and whoever waits is told.

Units of work run alone: while one of another process runs, ours wait for a later commit, and letters go ahead.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from letterbox.errors import Unavailable
from letterbox.store.changes import messages_of
from letterbox.store.database import Database, StoreFailed
from letterbox.store.dedupe import Claim
from letterbox.store.jobs import Batch, Letter, Unit, Waiting, Work, take_keys
from letterbox.store.requests import Row
from letterbox.store.tallying import Tallying

__all__ = ["Connection", "Unit", "Writer"]  # other rooms name the types of a unit of work, and know no SQL

Result = TypeVar("Result")

BEHIND_ROWS_WAITING = 2048  # refused letters that may wait; more are let go, since nobody waits for them
BEHIND_ROWS_AT_LEAST = 16  # of them that go into a batch, even if that is full of rows (not if it is full of bytes)
TURN_SECONDS = 0.005  # between two looks whether another process has ended its units of work
PATIENCE_SECONDS = 10.0  # how long a handler waits for its commit, so that a store that hangs does not hang them all

log = logging.getLogger(__name__)


class Keeping(Protocol):
    """What writes letters: all of a batch at once, then whatever bounds those that came behind.

    `keep` returns what is to be told of them once they are committed.
    """

    def keep(self, connection: Connection, rows: Sequence[Row]) -> object: ...
    def bound(self, connection: Connection, rows: Sequence[Row]) -> None: ...

    @property
    def tallying(self) -> Tallying: ...


Write = Callable[[Batch], None]


class Writer:
    """Commits letters and units of work in groups. `start` and `stop` bound its thread's life."""

    def __init__(
        self, database: Database, keeping: Keeping, tell: Callable[[object], None], *, rows: int, body_bytes: int
    ) -> None:
        self._database, self._keeping, self._tell = database, keeping, tell
        self._tallying = keeping.tallying
        self._most_rows, self._most_bytes = rows, body_bytes
        self._ahead: deque[Letter] = deque()
        self._behind: deque[Letter] = deque()
        self._works: deque[Work] = deque()
        self._wake = threading.Event()
        self._waking: asyncio.AbstractEventLoop | None = None  # on which a call to wake the thread is on its way
        self._stopping = False
        # A daemon, so that a process that fails elsewhere ends; what waits then was not acknowledged.
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, letters and what was counted, then end the thread."""
        self._stopping = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._turn_away()

    def keep(self, row: Row, claim: Claim | None = None) -> Waiting:
        """Keep a letter; the future ends once it is on stable storage. For the event loop.

        It ends with None, or with what the letter turned out to be a duplicate of.
        """
        self._require_running()
        loop = asyncio.get_running_loop()
        letter = Letter(row, loop.create_future(), claim)
        self._ahead.append(letter)
        self._wake_after_this_turn(loop)
        return letter.waiting

    def keep_behind(self, row: Row) -> Waiting | None:
        """Keep a letter after those that somebody waits for; None, and it is let go, if too many wait already."""
        self._require_running()
        if len(self._behind) >= BEHIND_ROWS_WAITING:
            return None
        loop = asyncio.get_running_loop()
        letter = Letter(row, loop.create_future())
        self._behind.append(letter)
        self._wake_after_this_turn(loop)
        return letter.waiting

    def run(self, function: Callable[[Unit], Result], *, patience_seconds: float = PATIENCE_SECONDS) -> Result:
        """Run a unit of work in the next commit and wait for it. Not for the event loop.

        Raises what the function raised, or Unavailable when the store could not take it.
        """
        try:
            return self.submit(function).result(patience_seconds)
        except TimeoutError:
            raise Unavailable("The store is not answering; try again.") from None

    def submit(self, function: Callable[[Unit], Result]) -> Future[Result]:
        """Have a unit of work run in the next commit. From any thread. Raises Unavailable once it is stopping."""
        self._require_running()
        work = Work(function, Future())
        work.waiting.set_running_or_notify_cancel()  # from now on nobody cancels it: it can't be told what is undone
        self._works.append(work)
        self._wake.set()
        if self._stopping and not self._thread.is_alive():  # it ended between the question and the append
            self._turn_away()
        return work.waiting

    def _wake_after_this_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake the thread once the loop has handled all that is ready: those letters share a commit and a wake-up."""
        if self._waking is not loop:
            self._waking = loop
            loop.call_soon(self._wake_now)

    def _wake_now(self) -> None:
        self._waking = None
        self._wake.set()

    def _require_running(self) -> None:
        if self._stopping:
            raise Unavailable("The service is stopping; try again.")

    def _run(self) -> None:
        while not (self._stopping and not self._is_waited_for):
            self._wake.wait()
            self._wake.clear()
            while self._is_waited_for:
                for batch in self._parted(self._gathered()):
                    self._commit(batch)
                    self._settle(batch)
                    if not batch:  # units alone, and it is not their turn
                        self._wake.wait(TURN_SECONDS)
                        self._wake.clear()
            if self._stopping:
                self._wake.set()
        if self._tallying.hurry():
            self._commit(Batch())

    def _turn_away(self) -> None:
        """Fail what came too late to be written."""
        while self._is_waited_for:
            late = self._gathered()
            late.fail(Unavailable())
            self._settle(late)

    @property
    def _is_waited_for(self) -> bool:
        return bool(self._ahead or self._behind or self._works)

    def _gathered(self) -> Batch:
        """What goes into the next commit, within its bounds; those behind fill what is left."""
        batch = Batch()
        weight = self._gather(batch, self._ahead, self._most_rows, self._most_bytes)
        rows_left = max(self._most_rows - len(batch.letters), BEHIND_ROWS_AT_LEAST)
        ahead = len(batch.letters)
        self._gather(batch, self._behind, rows_left, self._most_bytes - weight)
        batch.has_behind = len(batch.letters) > ahead
        while self._works:  # no more of them than threads that wait for one each
            batch.works.append(self._works.popleft())
        return batch

    def _gather(self, batch: Batch, waiting: deque[Letter], most_rows: int, most_bytes: int) -> int:
        rows = weight = 0
        while waiting and rows < most_rows and weight < most_bytes:
            letter = waiting.popleft()
            batch.letters.append(letter)
            batch.has_claims = batch.has_claims or letter.claim is not None
            rows, weight = rows + 1, weight + letter.weight
        return weight

    def _parted(self, batch: Batch) -> Sequence[Batch]:
        """In two if others share the store: who holds keys must not wait for what units of work wait for."""
        is_split = self._database.is_shared and batch.has_claims and batch.works
        return batch.apart() if is_split else (batch,)

    def _commit(self, batch: Batch) -> None:
        """Write a batch in one transaction; units whose turn has not come leave it."""
        try:
            self._write(batch)
            self._tallying.stand()
        except Exception as failure:
            self._database.forget_detail(failure)
            is_expected = isinstance(failure, StoreFailed)
            log.error("commit failed: %s", failure if is_expected else type(failure).__name__, exc_info=not is_expected)
            batch.fail(Unavailable())

    def _write(self, batch: Batch) -> None:
        try:
            self._try(self._write_alone if batch.is_plain else self._write_together, batch)
        except StoreFailed:
            raise
        except Exception:  # noqa: BLE001 # a letter is poisonous, and has to show which one it is
            self._try(self._write_one_by_one, batch)

    def _try(self, write: Write, batch: Batch) -> None:
        try:
            write(batch)
        except StoreFailed as failure:
            if not failure.is_worth_another_try:
                raise
            log.warning("a commit is tried again: %s", failure)
            self._try_again(write, batch, failure)

    def _try_again(self, write: Write, batch: Batch, first: StoreFailed) -> None:
        """Write again what may be kept already; then the same ids are there, and nobody else's."""
        counted = self._tallying.under_way
        try:
            write(batch)
        except Exception as failure:
            if not (first.may_be_kept and self._database.is_there_already(failure)):
                raise
            self._tallying.under_way = counted  # in what is kept: by now, more may have become due

    def _write_alone(self, batch: Batch) -> None:
        """Accepted letters, the most frequent of all: nothing has to be read for them."""
        batch.to_tell.clear()
        self._database.commit_unread(partial(self._keep_all, batch))

    def _write_together(self, batch: Batch) -> None:
        self._transact(batch, self._keep_and_bound)

    def _write_one_by_one(self, batch: Batch) -> None:
        self._transact(batch, self._keep_one_by_one)

    def _transact(self, batch: Batch, keep: Callable[[Batch, Connection], None]) -> None:
        batch.to_tell.clear()
        with self._database.transaction() as connection:
            if batch.letters:
                keep(batch, connection)
            if batch.works and not self._database.try_alone(connection):
                self._works.extendleft(reversed(batch.works))  # letters don't wait with them
                batch.works.clear()
            for work in batch.works:
                work.do(connection, self._database.is_at_fault)
                self._database.announce(connection, messages_of(work.changes))
            self._tallying.count(connection, [letter.kept for letter in batch.letters if letter.failure is None])

    def _keep_all(self, batch: Batch, connection: Connection) -> None:
        rows = [letter.row for letter in batch.letters]
        batch.to_tell.append(self._keeping.keep(connection, rows))
        self._tallying.count(connection, rows)

    def _keep_and_bound(self, batch: Batch, connection: Connection) -> None:
        take_keys(batch.letters, connection)
        rows = [letter.kept for letter in batch.letters]
        batch.to_tell.append(self._keeping.keep(connection, rows))
        self._keeping.bound(connection, rows)

    def _keep_one_by_one(self, batch: Batch, connection: Connection) -> None:
        """The letters of a batch in which one is poisonous: the others must not suffer for it."""
        for letter in sorted(batch.letters, key=Letter.turn):
            letter.failure = None
            try:
                with connection.begin_nested():
                    take_keys([letter], connection)
                    batch.to_tell.append(self._keeping.keep(connection, [letter.kept]))
            except Exception as failure:
                if self._database.is_at_fault(failure):
                    raise
                log.error("a letter could not be kept: %s", type(failure).__name__)
                letter.failure = failure
        self._keeping.bound(connection, [letter.kept for letter in batch.letters])

    def _settle(self, batch: Batch) -> None:
        """Tell of what changed, then all who wait; those on a loop by one wake-up."""
        for failure in batch.failures():
            self._database.forget_detail(failure)  # whoever is told may log it
        try:
            for change in batch.to_tell:
                self._tell(change)
        except Exception as failure:  # the commit stands, and this thread must go on
            log.error("a change could not be told: %s", type(failure).__name__, exc_info=failure)
        for loop, letters in batch.letters_by_loop().items():
            try:
                loop.call_soon_threadsafe(_settle_all, letters)
            except RuntimeError:  # the loop has ended, and with it those who waited
                log.debug("nobody is left to tell")
        for work in batch.works:
            work.settle(self._tell)


def _settle_all(letters: list[Letter]) -> None:
    for letter in letters:
        letter.settle()
