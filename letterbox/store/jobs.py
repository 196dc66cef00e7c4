"""What the writer is given to do: letters to keep, units of work, and the batch of both that shares a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from letterbox.store import dedupe
from letterbox.store.dedupe import Asking, Claim, Duplicate, as_duplicate
from letterbox.store.deliveries import Delivery
from letterbox.store.requests import Row

Waiting = asyncio.Future[Duplicate | None]


@dataclass(slots=True)
class Letter:
    """A row to keep, the key that it claims, and who waits for it on the loop."""

    row: Row
    waiting: Waiting
    claim: Claim | None = None
    delivery: Delivery | None = None  # that is kept with it, unless it is a duplicate
    duplicate: Duplicate | None = None  # of whom, if the key is another one's
    failure: Exception | None = None

    @property
    def weight(self) -> int:
        reply = self.claim.reply if self.claim is not None else b""
        return len(self.row.body or b"") + len(self.row.headers) + len(reply)

    @property
    def errands(self) -> list[Delivery]:
        """The delivery that is kept with it, if there is one."""
        return [] if self.delivery is None or self.duplicate is not None else [self.delivery]

    @property
    def kept(self) -> Row:
        """The row as it is to be kept, once it is known who holds the key."""
        return self.row if self.duplicate is None else as_duplicate(self.row, self.duplicate)

    def turn(self) -> tuple[str, str]:
        """By which it takes its turn where each letter takes its key alone: those without a key come first."""
        return ("", "") if self.claim is None else self.claim[:2]

    def settle(self) -> None:
        """Tell the one who waits; runs on the loop."""
        if self.waiting.done():
            return
        if self.failure is None:
            self.waiting.set_result(self.duplicate)
        else:
            self.waiting.set_exception(self.failure)


def take_keys(letters: Iterable[Letter], connection: Connection) -> None:
    """Find out for each of the letters that claims a key of whom it is a duplicate, if of any."""
    askings, claiming = [], []
    for letter in letters:
        if letter.claim is not None:
            claiming.append(letter)
            askings.append(Asking(letter.row.project_id, letter.row.id, letter.row.received_at, letter.claim))
    for letter, duplicate in zip(claiming, dedupe.settled(connection, askings), strict=True):
        letter.duplicate = duplicate


@dataclass(slots=True)
class Unit:
    """A unit of work in its transaction: the connection, and the changes to tell of once the commit is on disk."""

    connection: Connection
    changes: list[object] = field(default_factory=list)

    def announce(self, change: object) -> None:
        """Tell who listens to the writer, after the commit and before the caller goes on; never if it fails."""
        self.changes.append(change)


@dataclass(slots=True)
class Work:
    """A function that waits to be run as a unit of work, and what came of it."""

    function: Callable[[Unit], Any]
    waiting: Future[Any]
    result: Any = None
    failure: Exception | None = None
    changes: list[object] = field(default_factory=list)

    def do(self, connection: Connection, is_at_fault: Callable[[Exception], bool]) -> None:
        """Run the function in a savepoint of its own; what the store is at fault for is raised."""
        self.failure, self.changes = None, []
        try:
            with connection.begin_nested():
                unit = Unit(connection)
                self.result = self.function(unit)
                self.changes = unit.changes
        except Exception as failure:
            if is_at_fault(failure):
                raise
            self.failure = failure

    def settle(self, tell: Callable[[object], None]) -> None:
        if self.failure is not None:
            self.waiting.set_exception(self.failure)
            return
        try:
            for change in self.changes:
                tell(change)
        except Exception as failure:  # noqa: BLE001 # the commit stands, but not all is well: the caller has to know
            self.waiting.set_exception(failure)
        else:
            self.waiting.set_result(self.result)


@dataclass(slots=True)
class Batch:
    """What shares a commit, and what is to be told of the letters once it is done; true unless it is empty."""

    letters: list[Letter] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    to_tell: list[object] = field(default_factory=list)
    has_behind: bool = False  # whether some letters are of those that nobody waits for
    has_claims: bool = False  # whether some letters claim a key

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but letters that somebody waits for, of which none claims a key."""
        return bool(self.letters) and not (self.works or self.has_behind or self.has_claims)

    def __bool__(self) -> bool:
        return bool(self.letters or self.works)

    def apart(self) -> tuple[Batch, Batch]:
        """The letters in a batch of their own, and the units of work in another."""
        return replace(self, works=[]), Batch(works=self.works)

    def errands(self) -> list[Delivery]:
        """The deliveries that are kept with its letters."""
        return [each for letter in self.letters if letter.delivery is not None for each in letter.errands]

    def fail(self, failure: Exception) -> None:
        self.to_tell.clear()
        jobs: list[Letter | Work] = [*self.letters, *self.works]
        for job in jobs:
            job.failure = failure

    def failures(self) -> Iterator[Exception]:
        """What the letters and units of work that failed have failed with."""
        yield from (letter.failure for letter in self.letters if letter.failure is not None)
        yield from (work.failure for work in self.works if work.failure is not None)

    def letters_by_loop(self) -> dict[asyncio.AbstractEventLoop, list[Letter]]:
        groups: dict[asyncio.AbstractEventLoop, list[Letter]] = {}
        for letter in self.letters:
            groups.setdefault(letter.waiting.get_loop(), []).append(letter)
        return groups
