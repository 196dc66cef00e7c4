"""Tallying: what comes in is counted in memory, and written with a commit that happens anyway, at most once a second.

A row that each commit changes would cost it a few hundredths of its time. What waits to be written is lost with the
process, unless it stops in order: what came in since the last write, which is about a second of a busy service, and at
most a minute of one at which nothing more arrives. Nothing is counted twice, nor without being kept, unless a store
fails and does not say afterwards either what became of a commit: its batch is then taken for not kept, and if it was,
what it wrote of what waited is written once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from sqlalchemy import Connection

from letterbox.store import tallies
from letterbox.store.requests import Row
from letterbox.store.tallies import MINUTE, NO_ENDPOINT, Counts

SECONDS_BETWEEN_WRITES = 1.0


class UnderWay(NamedTuple):
    """What a transaction counts, and whether that is written in it, together with what waits."""

    counts: Counts
    is_written: bool


NOTHING = UnderWay({}, is_written=False)


class Tallying:
    """Counts for the writer: `count` in each transaction, and `stand` once that is committed.

    `under_way` is of the transaction that was counted last. Whoever finds out that an earlier one stands puts back its.
    """

    __slots__ = ("_due_at", "_waiting", "under_way")

    def __init__(self) -> None:
        self._waiting: Counts = {}  # of commits that stand
        self.under_way = NOTHING
        self._due_at = float("-inf")

    def count(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Count rows that this transaction keeps; it is the last one, or those before have failed."""
        now: Counts = {}
        for row in rows:
            cell = (row.project_id, row.received_at // MINUTE * MINUTE, row.endpoint_id or NO_ENDPOINT, row.verdict)
            now[cell] = now.get(cell, 0) + 1
        self.under_way = UnderWay(now, is_written=False)
        if monotonic() >= self._due_at and (counts := self._sum()):
            tallies.add(connection, counts)
            self.under_way = UnderWay(now, is_written=True)

    def stand(self) -> None:
        """The transaction under way is committed."""
        if self.under_way.is_written:
            self._waiting, self._due_at = {}, monotonic() + SECONDS_BETWEEN_WRITES
        elif self.under_way.counts:
            self._waiting = self._sum()
        self.under_way = NOTHING

    def hurry(self) -> bool:
        """Have the next commit write what waits; whether anything does. For any thread."""
        self._due_at = float("-inf")
        return bool(self._waiting)

    def _sum(self) -> Counts:
        counts = self._waiting.copy()
        for cell, count in self.under_way.counts.items():
            counts[cell] = counts.get(cell, 0) + count
        return counts
