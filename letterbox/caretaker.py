"""The caretaker: a thread that deletes what is removed, over or beyond its bounds, while requests come in.

It also folds old tallies. It works in small units and rests after each at least as long as that took, so that receiving
has the store to itself most of the time. It looks around once a minute, and at once when somebody wakes it. Where
several processes share a store each has a caretaker: their units never overlap, and each begins with what is there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from letterbox.errors import Unavailable
from letterbox.ids import now
from letterbox.rounds import Rounds, Stopped
from letterbox.store import bulk_jobs, dedupe, destinations, journal, retention, tallies
from letterbox.store.changes import MoreStored
from letterbox.store.retention import Batch, Scope
from letterbox.store.store import Store
from letterbox.store.tallies import Old
from letterbox.store.writer import Unit

SECONDS_BETWEEN_ROUNDS = 60.0
REMOVED = "The destination was removed."

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Caretaker(Rounds):
    """Looks after one open store."""

    def __init__(self, store: Store) -> None:
        super().__init__("caretaker", seconds_between=SECONDS_BETWEEN_ROUNDS)
        self._store = store

    def make_round(self) -> None:
        with self._store.reading() as connection:
            removed, beyond = retention.removed(connection, now()), retention.beyond(connection, now())
            old, gone = tallies.old(connection, now()), destinations.removed(connection)
        for scope in removed:
            self._attend(scope, self._clear)
        for destination_id in gone:
            self._finish(partial(_clear_destination, destination_id))
        for scope in beyond:
            self._attend(scope, self._trim)
        for each in old:
            self._finish(partial(_fold, each))
        for some in (_sweep, _purge, _purge_jobs):
            self._finish(some)

    def _attend(self, scope: Scope, attend: Callable[[Scope], None]) -> None:
        """One that can't be attended to must not keep the others waiting."""
        try:
            attend(scope)
        except (Unavailable, Stopped):
            raise
        except Exception as failure:
            log.error("%s can't be attended to", scope.endpoint_id or scope.project_id, exc_info=failure)

    def _clear(self, scope: Scope) -> None:
        self._delete(partial(_delete_all, scope))
        self._finish(partial(_forget, scope))

    def _trim(self, scope: Scope) -> None:
        self._delete(partial(_delete_beyond, scope))

    def _delete(self, delete: Callable[[str, Unit], Batch]) -> None:
        after: str | None = ""
        while after is not None:
            after = self._do(partial(delete, after)).after

    def _finish(self, some: Callable[[Unit], bool]) -> None:
        """Do one unit after another until there is no more."""
        while self._do(some):
            pass

    def _do(self, function: Callable[[Unit], Result]) -> Result:
        return self.piece(lambda: self._store.writer.run(function))


def _delete_all(scope: Scope, after: str, unit: Unit) -> Batch:
    return _told(unit, retention.delete_all(unit.connection, scope, after))


def _delete_beyond(scope: Scope, after: str, unit: Unit) -> Batch:
    return _told(unit, retention.delete_beyond(unit.connection, scope, after, now()))


def _told(unit: Unit, batch: Batch) -> Batch:
    if batch.changes:
        unit.announce(MoreStored(batch.changes))
    return batch


def _forget(scope: Scope, unit: Unit) -> bool:
    return retention.forget(unit.connection, scope, now())


def _clear_destination(destination_id: str, unit: Unit) -> bool:
    return destinations.clear(unit.connection, destination_id, REMOVED, now())


def _fold(old: Old, unit: Unit) -> bool:
    return tallies.fold(unit.connection, old)


def _sweep(unit: Unit) -> bool:
    return journal.is_sweep_due(unit.connection, now()) and journal.sweep_some(unit.connection, now())


def _purge(unit: Unit) -> bool:
    return dedupe.purge(unit.connection, now())


def _purge_jobs(unit: Unit) -> bool:
    return bulk_jobs.purge(unit.connection, now())
