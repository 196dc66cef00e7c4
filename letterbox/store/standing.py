"""Standing: how many deliveries of a destination or of a replay are in which status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, union_all

from letterbox.store.delivery_tables import DUE, FAILED, IN_LINE, OF_REPLAY, OPEN, delivery, subscription
from letterbox.store.tables import job

MOST_COUNTED = 10_000


class Standing(NamedTuple):
    """What waits for a destination and has failed there; both counted up to MOST_COUNTED."""

    waiting: int
    oldest_waiting_at: int | None
    failed: int


def of_destination(connection: Connection, destination_id: str) -> Standing:
    mine = select(subscription.c.id).where(subscription.c.destination_id == destination_id)
    held = IN_LINE & OPEN & delivery.c.due_at.is_(None) & delivery.c.subscription_id.in_(mine)
    due = DUE & (delivery.c.destination_id == destination_id)
    some = union_all(_some(due), _some(held)).subquery()
    counted = select(some.c.created_at).limit(MOST_COUNTED).subquery()
    query = select(func.count(), func.min(counted.c.created_at)).select_from(counted)
    waiting, oldest_at = connection.execute(query).one()
    failed = _some(FAILED & (delivery.c.destination_id == destination_id)).subquery()
    return Standing(waiting, oldest_at, connection.execute(select(func.count()).select_from(failed)).scalar_one())


def of_replays(connection: Connection, replay_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """How many deliveries of each replay are in which status, as far as there are any."""
    columns = (delivery.c.replay_id, delivery.c.status)
    query = select(*columns, func.count()).where(OF_REPLAY, delivery.c.replay_id.in_(replay_ids)).group_by(*columns)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for replay_id, status, count in connection.execute(query):
        found[replay_id][status] = count
    return found


def cancelled_replays(connection: Connection, kind: str) -> list[str]:
    """The replays, jobs of this kind, that are cancelled and have deliveries that wait."""
    mine = OF_REPLAY & (delivery.c.replay_id == job.c.id) & OPEN
    waiting = select(delivery.c.id).where(mine).limit(1).scalar_subquery()
    query = select(job.c.id).where(job.c.kind == kind, job.c.status == "cancelled", waiting.is_not(None))
    return [*connection.execute(query.order_by(job.c.id)).scalars()]


def _some(which: ColumnElement[bool]) -> Any:
    limited = select(delivery.c.created_at).where(which).limit(MOST_COUNTED).subquery()
    return select(limited.c.created_at)
