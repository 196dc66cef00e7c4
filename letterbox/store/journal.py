"""The journal: what happened, in commit order. The tail, routing and the history of verdicts read it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, delete, insert

from letterbox.store import bulk
from letterbox.store.tables import PASSING, journal


def record_arrivals(connection: Connection, arrivals: Sequence[tuple[str, str, int]]) -> None:
    """Note that requests came in, by verdict, id and time; in the commit that keeps them."""
    bulk.insert(connection, journal.name, ("kind", "request", "at"), arrivals)


def forget(connection: Connection, request_ids: Sequence[str] | Select[str]) -> None:
    """Forget requests that were not accepted and are deleted: they are bounded, and so is what is noted of them."""
    connection.execute(delete(journal).where(PASSING, journal.c.request.in_(request_ids)))


def record_erasure(connection: Connection, request_id: str, who: str, at: int) -> None:
    connection.execute(insert(journal).values(kind="erased", request=request_id, who=who, at=at))
