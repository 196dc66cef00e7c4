"""Resending: deliveries that somebody wants sent again, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, case, exists, select, update

from letterbox.store.deliveries import (
    COLUMNS,
    REPLAYED,
    TRIED,
    Delivery,
    Filter,
    conditions,
    line_of,
    move_up,
    note,
)
from letterbox.store.delivery_tables import REMOVED_DESTINATION, delivery, destination
from letterbox.store.tables import request


def resend(connection: Connection, some: Sequence[Delivery], now: int) -> None:
    """Have these be sent now, their schedule begun anew; in a line, each when it is its turn."""
    queue = case((delivery.c.queue == REPLAYED, REPLAYED), else_=TRIED)
    values = {"status": "waiting", "queue": queue, "spent": 0, "reason": None, "updated_at": now}
    for ids, due_at in (
        ([each.id for each in some if line_of(each) is None], now),
        ([each.id for each in some if line_of(each) is not None], None),
    ):
        connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(due_at=due_at, **values))
    note(connection, some, now, "waiting")
    for line in sorted({line for each in some if (line := line_of(each)) is not None}):
        move_up(connection, line, now)


def failed_of(connection: Connection, project_id: str, wanted: Filter, *, limit: int) -> list[Delivery]:
    """The oldest failed deliveries that match, and can be sent again."""
    indexed, loose = conditions(project_id, replace(wanted, status="failed"))
    there = (request.c.project_id == delivery.c.project_id) & (request.c.id == delivery.c.request_id)
    is_kept = exists().where(there, request.c.erased_at.is_(None))
    is_wanted = exists().where(destination.c.id == delivery.c.destination_id, ~REMOVED_DESTINATION)
    query = select(*COLUMNS).where(indexed, *loose, is_kept, is_wanted).order_by(delivery.c.id).limit(limit)
    return [Delivery(*row) for row in connection.execute(query)]


def cancel(connection: Connection, one: Delivery, reason: str, now: int) -> None:
    """Give a delivery up, and let the next of its line go."""
    values = {"status": "cancelled", "reason": reason, "due_at": None, "updated_at": now}
    connection.execute(update(delivery).where(delivery.c.id == one.id).values(**values))
    note(connection, [one], now, "cancelled")
    if (line := line_of(one)) is not None:
        move_up(connection, line, now)
