"""What the writer is given to do: letters to keep, and units of work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, PendingRollbackError

from letterbox.store.requests import Row

# The store is at fault, not what it was given: everything in the transaction fails with it.
STORE_FAILURES = (OperationalError, PendingRollbackError)


@dataclass(slots=True)
class Letter:
    """A row to keep, and who waits for it on the loop."""

    row: Row
    waiting: asyncio.Future[None]
    failure: Exception | None = None

    @property
    def weight(self) -> int:
        return len(self.row.body or b"") + len(self.row.headers)

    def settle(self) -> None:
        """Tell the one who waits; runs on the loop."""
        if self.waiting.done():
            return
        if self.failure is None:
            self.waiting.set_result(None)
        else:
            self.waiting.set_exception(self.failure)


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
    weight: int = 0

    def do(self, connection: Connection) -> None:
        """Run the function in a savepoint of its own; what the store is at fault for is raised."""
        try:
            with connection.begin_nested():
                unit = Unit(connection)
                self.result = self.function(unit)
                self.changes = unit.changes
        except STORE_FAILURES:
            raise
        except Exception as failure:  # noqa: BLE001 # it is told to the one who waits
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
