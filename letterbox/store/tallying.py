"""Tallying: what comes in is counted in memory, and written with a commit that happens anyway, at most once a second.

A row that each commit changes would cost it a few hundredths of its time. What waits to be written is lost with the
process, unless it stops in order: what came in since the last write, which is about a second of a busy service, and at
most a minute of one at which nothing more arrives. Nothing is counted twice, nor without being kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from sqlalchemy import Connection

from letterbox.store import tallies
from letterbox.store.requests import Row
from letterbox.store.tallies import MINUTE, NO_ENDPOINT, Counts

SECONDS_BETWEEN_WRITES = 1.0


class Tallying:
    """Counts for the writer: `count` in each transaction, and `stand` once that is committed."""

    __slots__ = ("_due_at", "_is_written", "_now", "_waiting")

    def __init__(self) -> None:
        self._waiting: Counts = {}  # of commits that stand
        self._now: Counts = {}  # of the transaction that is under way
        self._is_written = False  # in it, together with what waits
        self._due_at = float("-inf")

    def count(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Count rows that this transaction keeps; it is the last one, or those before have failed."""
        now: Counts = {}
        for row in rows:
            cell = (row.project_id, row.received_at // MINUTE * MINUTE, row.endpoint_id or NO_ENDPOINT, row.verdict)
            now[cell] = now.get(cell, 0) + 1
        self._now, self._is_written = now, False
        if monotonic() >= self._due_at and (counts := self._sum()):
            tallies.add(connection, counts)
            self._is_written = True

    def stand(self) -> None:
        """The transaction that was counted last is committed."""
        if self._is_written:
            self._waiting, self._due_at = {}, monotonic() + SECONDS_BETWEEN_WRITES
        elif self._now:
            self._waiting = self._sum()
        self._now, self._is_written = {}, False

    def hurry(self) -> bool:
        """Have the next commit write what waits; whether anything does. For any thread."""
        self._due_at = float("-inf")
        return bool(self._waiting)

    def _sum(self) -> Counts:
        counts = self._waiting.copy()
        for cell, count in self._now.items():
            counts[cell] = counts.get(cell, 0) + count
        return counts
