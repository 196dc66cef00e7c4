"""The caretaker: a thread that deletes what is removed, over or beyond its bounds, while requests come in.

It works in small units and rests after each at least as long as that took, so that receiving has the store to itself
most of the time. It looks around once a minute, and at once when somebody wakes it. Where several processes share a
store each has a caretaker: their units never overlap, and each begins with what is there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from letterbox.errors import Unavailable
from letterbox.ids import now
from letterbox.store import bulk_jobs, dedupe, journal, retention
from letterbox.store.changes import MoreStored
from letterbox.store.retention import Batch, Scope
from letterbox.store.store import Store
from letterbox.store.writer import Unit

SECONDS_BETWEEN_ROUNDS = 60.0

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The caretaker was told to stop in the middle of its work, which the next one goes on with."""


class Caretaker:
    """Looks after one open store. `start` and `stop` bound its thread's life."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something was removed or has new bounds."""
        self._wake.set()

    def stop(self) -> None:
        """End after the unit at hand."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()

    def work(self) -> None:
        """Delete all that is to go by now. Raises Unavailable if the store fails, and Stopped."""
        with self._store.reading() as connection:
            removed, beyond = retention.removed(connection, now()), retention.beyond(connection, now())
        for scope in removed:
            self._attend(scope, self._clear)
        for scope in beyond:
            self._attend(scope, self._trim)
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

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self.work()
            except Unavailable as reason:
                log.warning("what is to be deleted waits a minute: %s", reason)
            except Stopped:
                return
            except Exception as failure:  # whatever it was, tomorrow's requests must not stay for ever
                log.error("what is to be deleted waits a minute", exc_info=failure)
            self._wake.wait(SECONDS_BETWEEN_ROUNDS)

    def _delete(self, delete: Callable[[str, Unit], Batch]) -> None:
        after: str | None = ""
        while after is not None:
            after = self._do(partial(delete, after)).after

    def _finish(self, some: Callable[[Unit], bool]) -> None:
        """Do one unit after another until there is no more."""
        while self._do(some):
            pass

    def _do(self, function: Callable[[Unit], Result]) -> Result:
        """Run a unit of work, then rest as long as it took."""
        if self._stop.is_set():
            raise Stopped
        began = time.monotonic()
        result = self._store.writer.run(function)
        self._stop.wait(time.monotonic() - began)
        return result


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


def _sweep(unit: Unit) -> bool:
    return journal.is_sweep_due(unit.connection, now()) and journal.sweep_some(unit.connection, now())


def _purge(unit: Unit) -> bool:
    return dedupe.purge(unit.connection, now())


def _purge_jobs(unit: Unit) -> bool:
    return bulk_jobs.purge(unit.connection, now())
