"""What is due: read by whoever holds the lease of a destination, so that no row has to be claimed.

Statements are texts, since they are many and always the same: building them takes longer than answering them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, text

from letterbox.store import bulk
from letterbox.store.deliveries import FIELDS, QUEUES, Delivery
from letterbox.store.requests import COLUMNS as REQUEST_COLUMNS
from letterbox.store.requests import Request, of_row

_OPEN = "delivery.status IN ('waiting', 'sending') AND delivery.due_at IS NOT NULL"
_OPEN_NEXT = f"{_OPEN} AND next.destination_id > open.destination_id".replace("delivery.", "next.")
_FIRST_OF_QUEUES = ", ".join(
    f"(SELECT min(delivery.due_at) FROM delivery WHERE {_OPEN} "  # noqa: S608 # our own words
    f"AND delivery.destination_id = open.destination_id AND delivery.queue = {queue})"
    for queue in QUEUES
)
# By a few looks into the index for each destination that has anything open, however much that is.
_PENDING = text(f"""
WITH RECURSIVE open(destination_id) AS (
SELECT (SELECT min(destination_id) FROM delivery WHERE {_OPEN})
UNION ALL
SELECT (SELECT min(next.destination_id) FROM delivery AS next WHERE {_OPEN_NEXT})
FROM open WHERE open.destination_id IS NOT NULL)
SELECT destination_id, {_FIRST_OF_QUEUES} FROM open WHERE destination_id IS NOT NULL
""")  # noqa: S608 # likewise
_FIRSTS = ", ".join(
    f"(SELECT min(delivery.due_at) FROM delivery WHERE {_OPEN} AND delivery.destination_id = :destination_id "  # noqa: S608
    f"AND delivery.queue = {queue} AND delivery.due_at > :after)"
    for queue in QUEUES
)
_FIRST_DUE = text(f"SELECT {_FIRSTS}")
_STOPPED = (
    "SELECT 1 FROM endpoint WHERE endpoint.id = delivery.endpoint_id AND (endpoint.paused OR removed_at IS NOT NULL)"
)
_DUE = f"""
SELECT {", ".join(f"delivery.{name}" for name in FIELDS)}, subscription.transform, subscription.id, request.body_bytes
FROM delivery
LEFT JOIN subscription ON subscription.id = delivery.subscription_id
LEFT JOIN request ON request.project_id = delivery.project_id AND request.id = delivery.request_id
WHERE {_OPEN} AND delivery.destination_id = :destination_id AND delivery.queue = :queue AND delivery.due_at <= :now
AND NOT EXISTS ({_STOPPED}) AND delivery.id NOT IN (SELECT value FROM {{elements}})
ORDER BY delivery.due_at, delivery.id LIMIT :limit
"""  # noqa: S608 # likewise
_ELEMENTS = {"sqlite": "json_each(:known)", "postgresql": "jsonb_array_elements_text(CAST(:known AS jsonb))"}
_DUE_OF = {dialect: text(_DUE.format(elements=elements)) for dialect, elements in _ELEMENTS.items()}
_KEY = ("project_id", "id")
_REQUESTS = f"""
SELECT {", ".join(f"request.{column.name}" for column in REQUEST_COLUMNS)}, request.body
FROM asked JOIN request ON request.project_id = asked.project_id AND request.id = asked.id
WHERE request.erased_at IS NULL
"""  # noqa: S608 # likewise


class Pending(NamedTuple):
    """That a destination has something to be sent, and when the first of it is due."""

    destination_id: str
    due_at: int


class Due(NamedTuple):
    """A delivery that is due, with its request. `request` is None if that was deleted or erased meanwhile."""

    delivery: Delivery
    request: Request | None
    body: bytes
    transform: str | None
    is_orphan: bool = False  # whether its subscription was removed meanwhile


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is due now of each queue, whether there is more of any, and when the next one is due."""

    found: list[Due]
    is_all: bool
    next_due_at: int | None


class Asked(NamedTuple):
    """Of which destination, and at most so many of each queue and so many bytes of bodies (but one in any case).

    What is known already is left out.
    """

    destination_id: str
    now: int
    wanted: Sequence[int]
    known: Collection[str]
    most_bytes: int


class Found(NamedTuple):
    """A delivery that is due, and how large its request's body is."""

    delivery: Delivery
    transform: str | None
    is_orphan: bool
    body_bytes: int


def pending(connection: Connection) -> list[Pending]:
    """Each destination with something open that is not held, and when the first of it is due; by one statement."""
    rows = connection.execute(_PENDING)
    return [Pending(name, due_at) for name, *firsts in rows if (due_at := _earliest(firsts)) is not None]


def stretch_of(connection: Connection, asked: Asked) -> Stretch:
    """The next deliveries of a destination."""
    found: list[Found] = []
    is_all, share = True, asked.most_bytes // len(QUEUES)  # so that none has to wait for the large ones of another
    for queue, wanted in zip(QUEUES, asked.wanted, strict=True):
        rows = _due_of(connection, asked, queue, wanted) if wanted else []
        some = _bounded(rows, share)
        is_all = is_all and len(rows) < wanted and len(some) == len(rows)
        found += some
    return Stretch(
        _with_requests(connection, found),
        is_all,
        _first_due_at(connection, asked.destination_id, asked.now),
    )


def _due_of(connection: Connection, asked: Asked, queue: int, limit: int) -> list[Found]:
    known = orjson.dumps([*asked.known]).decode()
    given = {"destination_id": asked.destination_id, "queue": queue, "now": asked.now, "known": known, "limit": limit}
    return [_found(row) for row in connection.execute(_DUE_OF[connection.dialect.name], given).fetchall()]


def _found(row: Any) -> Found:
    delivery, (transform, subscription_id, body_bytes) = Delivery._make(row[:-3]), row[-3:]
    is_orphan = delivery.subscription_id is not None and subscription_id is None
    return Found(delivery, transform, is_orphan, body_bytes or 0)


def _bounded(found: Sequence[Found], most_bytes: int) -> Sequence[Found]:
    """As many of them as may be held in memory; one at least."""
    size = 0
    for index, each in enumerate(found):
        size += each.body_bytes
        if index and size > most_bytes:
            return found[:index]
    return found


def _with_requests(connection: Connection, found: Sequence[Found]) -> list[Due]:
    keys = list({(each.delivery.project_id, each.delivery.request_id): None for each in found})
    rows = bulk.find(connection, _REQUESTS, _KEY, keys)
    sent = {row[0]: (of_row(row), row[-1] or b"") for row in rows}
    nothing: tuple[None, bytes] = (None, b"")
    return [
        Due(each.delivery, request, body, each.transform, each.is_orphan)
        for each in found
        for request, body in (sent.get(each.delivery.request_id, nothing),)
    ]


def _first_due_at(connection: Connection, destination_id: str, after: int) -> int | None:
    """When the first delivery behind a time is due."""
    firsts = connection.execute(_FIRST_DUE, {"destination_id": destination_id, "after": after}).one()
    return _earliest(firsts)


def _earliest(firsts: Iterable[int | None]) -> int | None:
    return min((each for each in firsts if each is not None), default=None)
