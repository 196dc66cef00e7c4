"""What is due: read by whoever holds the lease of a destination, so that no row has to be claimed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, select, text, tuple_

from letterbox.store.deliveries import COLUMNS, QUEUES, Delivery
from letterbox.store.delivery_tables import DUE, delivery, subscription
from letterbox.store.requests import COLUMNS as REQUEST_COLUMNS
from letterbox.store.requests import Request, of_row
from letterbox.store.tables import endpoint, request

BYTES_AT_ONCE = 4_194_304  # of bodies; a larger one is alone

# By one look into the index for each destination that has anything open, however much that is.
_OPEN = "delivery.status IN ('waiting', 'sending') AND delivery.due_at IS NOT NULL"
_OPEN_NEXT = f"{_OPEN} AND next.destination_id > open.destination_id".replace("delivery.", "next.")
_OPEN_DESTINATIONS = f"""
WITH RECURSIVE open(destination_id) AS (
SELECT (SELECT min(destination_id) FROM delivery WHERE {_OPEN})
UNION ALL
SELECT (SELECT min(next.destination_id) FROM delivery AS next WHERE {_OPEN_NEXT})
FROM open WHERE open.destination_id IS NOT NULL)
SELECT destination_id FROM open WHERE destination_id IS NOT NULL
"""  # noqa: S608 # our own words


class Pending(NamedTuple):
    """That a destination has something to be sent, and when the first of it is due."""

    destination_id: str
    due_at: int


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is due, with its request. `request` is None if that was deleted or erased meanwhile."""

    delivery: Delivery
    request: Request | None
    body: bytes
    transform: str | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is due now of each queue, whether there is more of any, and when the next one is due."""

    found: list[Due]
    is_all: bool
    next_due_at: int | None


def pending(connection: Connection) -> list[Pending]:
    """Each destination with something open that is not held, and when that is due."""
    ids = connection.execute(text(_OPEN_DESTINATIONS)).scalars().all()
    return [Pending(each, due_at) for each in ids if (due_at := _first_due_at(connection, each)) is not None]


def stretch_of(
    connection: Connection, destination_id: str, now: int, wanted: Sequence[int], known: Collection[str]
) -> Stretch:
    """The next deliveries of a destination, at most so many of each queue, without those that are known already."""
    found: list[Delivery] = []
    is_all = True
    for queue in QUEUES:
        limit = wanted[queue] + len(known)
        rows = _due_of(connection, destination_id, queue, now, limit) if wanted[queue] else []
        is_all = is_all and bool(wanted[queue]) and len(rows) < limit
        found += [each for each in rows if each.id not in known][: wanted[queue]]
    whole = _with_requests(connection, found)
    is_all = is_all and len(whole) == len(found)
    return Stretch(whole, is_all, _first_due_at(connection, destination_id, after=now))


def _due_of(connection: Connection, destination_id: str, queue: int, now: int, limit: int) -> list[Delivery]:
    stops = endpoint.c.paused | endpoint.c.removed_at.is_not(None)
    is_stopped = exists().where(endpoint.c.id == delivery.c.endpoint_id, stops)
    this = DUE & (delivery.c.destination_id == destination_id) & (delivery.c.queue == queue)
    query = select(*COLUMNS).where(this, delivery.c.due_at <= now, ~is_stopped)
    query = query.order_by(delivery.c.due_at, delivery.c.id).limit(limit)
    return [Delivery(*row) for row in connection.execute(query)]


def _with_requests(connection: Connection, found: Sequence[Delivery]) -> list[Due]:
    """As many of them as may be held in memory, with what is to be sent."""
    sizes = _sizes(connection, found)
    some: list[Delivery] = []
    size = 0
    for each in found:
        size += sizes.get(each.request_id, 0)
        if some and size > BYTES_AT_ONCE:
            break
        some.append(each)
    requests = _requests(connection, some)
    transforms = _transforms(connection, some)
    sent = [requests.get(each.request_id, (None, b"")) for each in some]
    return [
        Due(each, request, body, transforms.get(each.subscription_id))
        for each, (request, body) in zip(some, sent, strict=True)
    ]


def _sizes(connection: Connection, found: Sequence[Delivery]) -> dict[str, int]:
    keys = {(each.project_id, each.request_id) for each in found}
    query = select(request.c.id, request.c.body_bytes)
    return {row.id: row.body_bytes for row in connection.execute(query.where(_is_one_of(keys)))} if keys else {}


def _requests(connection: Connection, found: Sequence[Delivery]) -> dict[str, tuple[Request, bytes]]:
    keys = {(each.project_id, each.request_id) for each in found}
    if not keys:
        return {}
    query = select(*REQUEST_COLUMNS, request.c.body).where(_is_one_of(keys), request.c.erased_at.is_(None))
    return {row.id: (of_row(row), row.body or b"") for row in connection.execute(query)}


def _is_one_of(keys: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    return tuple_(request.c.project_id, request.c.id).in_(keys)


def _transforms(connection: Connection, found: Sequence[Delivery]) -> dict[str | None, str]:
    ids = {each.subscription_id for each in found if each.subscription_id is not None}
    if not ids:
        return {}
    transforming = subscription.c.id.in_(ids) & subscription.c.transform.is_not(None)
    query = select(subscription.c.id, subscription.c.transform).where(transforming)
    return {row.id: row.transform for row in connection.execute(query)}


def _first_due_at(connection: Connection, destination_id: str, after: int | None = None) -> int | None:
    """When the first delivery is due, or the first one after a time."""
    firsts = []
    for queue in QUEUES:
        this = DUE & (delivery.c.destination_id == destination_id) & (delivery.c.queue == queue)
        query = select(func.min(delivery.c.due_at)).where(this)
        firsts.append(connection.execute(query if after is None else query.where(delivery.c.due_at > after)).scalar())
    return min((each for each in firsts if each is not None), default=None)
