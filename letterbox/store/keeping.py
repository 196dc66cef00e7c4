"""Keeping letters within bounds: accepted ones all, refused ones and duplicates only the newest; all are counted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from letterbox.store import requests
from letterbox.store.changes import MoreStored
from letterbox.store.requests import Row
from letterbox.store.tallying import Tallying

BOUNDED = ("refused", "duplicate")
ROWS_BETWEEN_TRIMS = 256  # a trim reads about a thousand rows, and senders of duplicates wait for it
BYTES_BETWEEN_TRIMS = 4_194_304

Scope = tuple[str, str | None, str]


class Keeping:
    """What the writer does with letters. The bounds hold per endpoint, and per project for unmatched requests."""

    def __init__(self, *, refused_rows: int, refused_bytes: int) -> None:
        self._rows, self._bytes = refused_rows, refused_bytes
        self._since_trim: dict[Scope, tuple[int, int]] = {}
        self.tallying = Tallying()

    def keep(self, connection: Connection, rows: Sequence[Row]) -> MoreStored:
        """Insert the rows; returns what is to be told once they are committed."""
        return MoreStored(requests.keep(connection, rows))

    def bound(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Delete the oldest refused requests and duplicates where these rows have made them too many."""
        touched = set()
        for row in rows:
            if row.verdict in BOUNDED:
                scope = (row.project_id, row.endpoint_id, row.verdict)
                self._count(scope, len(row.body or b""))
                touched.add(scope)
        for scope in sorted(touched, key=str):  # so that two processes that trim never wait for each other in a ring
            count, size = self._since_trim[scope]
            if count >= ROWS_BETWEEN_TRIMS or size >= BYTES_BETWEEN_TRIMS:
                requests.trim(connection, *scope, rows=self._rows, body_bytes=self._bytes)
                self._since_trim[scope] = (0, 0)

    def _count(self, scope: Scope, size: int) -> None:
        # The first of a scope since the start counts as many: earlier ones may wait to be trimmed.
        count, total = self._since_trim.get(scope, (ROWS_BETWEEN_TRIMS, 0))
        self._since_trim[scope] = (count + 1, total + size)
