"""The journal: what happened, in commit order. The tail, routing and the history of verdicts read it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert

from letterbox.store import bulk
from letterbox.store.tables import journal


def record_arrivals(connection: Connection, arrivals: Sequence[tuple[str, int]]) -> None:
    """Note that requests came in, by id and time; in the commit that keeps them."""
    bulk.insert(connection, journal.name, ("kind", "request", "at"), [("received", *arrival) for arrival in arrivals])


def record_erasure(connection: Connection, request_id: str, who: str, at: int) -> None:
    connection.execute(insert(journal).values(kind="erased", request=request_id, who=who, at=at))
