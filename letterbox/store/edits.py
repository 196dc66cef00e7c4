"""Edits: requests that somebody has made of another one, the origin, by giving it a body of their own."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, exists, insert, select

from letterbox.store import journal, requests, tallies
from letterbox.store.journal import Subject
from letterbox.store.requests import Row
from letterbox.store.tables import edit, request
from letterbox.store.tallies import MINUTE, NO_ENDPOINT

ACCEPTED = "accepted"
MOST_SHOWN = 100  # of one origin


def keep(connection: Connection, row: Row, origin_id: str, who: str) -> dict[str, int]:
    """Keep an edit as any other request, but for its deliveries; returns how many bytes more its project keeps."""
    more = requests.put(connection, [row])
    subject = Subject(row.project_id, row.endpoint_id, row.id)
    journal.record_settlement(connection, row.verdict, subject, who, row.contract_version, row.received_at)
    minute = row.received_at // MINUTE * MINUTE
    tallies.add(connection, {(row.project_id, minute, row.endpoint_id or NO_ENDPOINT, row.verdict): 1})
    is_routed = row.verdict == ACCEPTED
    connection.execute(insert(edit).values(request_id=row.id, origin_id=origin_id, is_routed=is_routed))
    return more


def origin_of(connection: Connection, request_id: str) -> str | None:
    """Of which request this one was made; None if it came in. The origin may be gone."""
    return connection.execute(select(edit.c.origin_id).where(edit.c.request_id == request_id)).scalar()


def of_origin(connection: Connection, project_id: str, origin_id: str) -> list[str]:
    """What was made of a request and is not erased, the newest of it, newest last."""
    there = (request.c.project_id == project_id) & (request.c.id == edit.c.request_id) & request.c.erased_at.is_(None)
    query = select(edit.c.request_id).where(edit.c.origin_id == origin_id, exists().where(there))
    query = query.order_by(edit.c.request_id.desc()).limit(MOST_SHOWN)
    return list(reversed(connection.execute(query).scalars().all()))


def forget(connection: Connection, request_ids: Collection[str]) -> None:
    """Forget of what these were made, since they are deleted."""
    connection.execute(delete(edit).where(edit.c.request_id.in_(request_ids)))
