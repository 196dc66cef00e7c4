"""Routing, as the store sees it: which accepted requests come next, who subscribes to them, and how far routing is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, exists, insert, select, tuple_

from letterbox.store import deliveries, markers
from letterbox.store.deliveries import REPLAYED, Delivery
from letterbox.store.delivery_tables import delivery, destination, routing, subscription
from letterbox.store.requests import COLUMNS, Request, of_row
from letterbox.store.tables import edit, journal, request

MARKER = "routing"
SPAN = 5_000  # sequences that a page looks at
ROWS = 256  # requests that it finds
ACCEPTED = "accepted"


class Subscriber(NamedTuple):
    """What routing has to know of a subscription."""

    id: str
    endpoint_id: str
    destination_id: str
    filter: str | None
    ordering_key: str | None
    begins_after: int
    first_wait_seconds: float = 0.0  # of the destination's retry schedule


class Routable(NamedTuple):
    """A request that was accepted, at this place of the journal."""

    sequence: int
    project_id: str
    endpoint_id: str
    id: str


class Seen(NamedTuple):
    """A request, and its body if anybody looks at it."""

    request: Request
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Accepted requests that somebody subscribes to, the subscribers by endpoint, and up to where all was looked at."""

    found: list[Routable]
    subscribers: dict[str, list[Subscriber]]
    reached: int
    asked: set[tuple[str, str]]  # requests with a destination that they were sent to while their sender waited


@dataclass(frozen=True, slots=True)
class Routed:
    """What comes of a page: deliveries in the order of the journal, and why subscribers did not take a request."""

    deliveries: list[Delivery] = field(default_factory=list)
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def cursor_of(connection: Connection) -> int:
    """The sequence behind which nothing was routed yet."""
    return int(markers.find(connection, MARKER) or b"0")


def has_subscribers(connection: Connection) -> bool:
    """Whether anybody subscribes to anything."""
    return connection.execute(select(subscription.c.id).limit(1)).first() is not None


def page_of(connection: Connection, *, after: int, until: int) -> Page:
    """What is behind a sequence, and settled until another one."""
    until = max(after, min(until, after + SPAN))  # who has just begun to look may not know of so much being settled
    somebody = exists().where(subscription.c.endpoint_id == journal.c.endpoint)
    is_routed = exists().where(edit.c.request_id == journal.c.request, edit.c.is_routed)
    query = (
        select(journal.c.sequence, journal.c.project, journal.c.endpoint, journal.c.request)
        .where(journal.c.sequence > after, journal.c.sequence <= until)
        .where(journal.c.kind == ACCEPTED, somebody, ~is_routed)
        .order_by(journal.c.sequence)
        .limit(ROWS)
    )
    found = [Routable(*row) for row in connection.execute(query)]
    reached = found[-1].sequence if len(found) == ROWS else until
    endpoint_ids = {each.endpoint_id for each in found}
    return Page(found, subscribers_of(connection, endpoint_ids), reached, _asked(connection, found))


def requests_of(connection: Connection, some: Sequence[Routable], *, with_bodies: bool) -> dict[str, Seen]:
    """What expressions are to see of these, by id; an erased request is not there."""
    if not some:
        return {}
    keys = [(each.project_id, each.id) for each in some]
    columns = (*COLUMNS, request.c.body) if with_bodies else COLUMNS
    these = tuple_(request.c.project_id, request.c.id).in_(keys)
    rows = connection.execute(select(*columns).where(these, request.c.erased_at.is_(None)))
    return {row.id: Seen(of_row(row), (row.body or b"") if with_bodies else b"") for row in rows}


def subscribers_of(connection: Connection, endpoint_ids: Collection[str | None]) -> dict[str, list[Subscriber]]:
    """Who subscribes to endpoints, by endpoint."""
    *names, _ = Subscriber._fields
    columns = [*(subscription.c[name] for name in names), destination.c.retry_schedule_seconds]
    live = (destination.c.id == subscription.c.destination_id) & destination.c.removed_at.is_(None)
    query = select(*columns).join(destination, live).where(subscription.c.endpoint_id.in_(endpoint_ids))
    found: dict[str, list[Subscriber]] = {}
    for row in connection.execute(query.order_by(subscription.c.id)):
        found.setdefault(row.endpoint_id, []).append(Subscriber(*row[:-1])._replace(first_wait_seconds=row[-1][0]))
    return found


def _asked(connection: Connection, found: Sequence[Routable]) -> set[tuple[str, str]]:
    if not found:
        return set()
    mine = delivery.c.request_id.in_([each.id for each in found]) & delivery.c.subscription_id.is_(None)
    by_rule = delivery.c.queue != REPLAYED  # what somebody has replayed there meets its subscriptions all the same
    rows = connection.execute(select(delivery.c.request_id, delivery.c.destination_id).where(mine, by_rule))
    return {(row.request_id, row.destination_id) for row in rows}


def put(connection: Connection, routed: Routed, *, seen: int, reached: int, at: int) -> bool:
    """Write what was routed, with the mark up to where; False, and nothing, if somebody else has moved on."""
    if cursor_of(connection) != seen:
        return False
    markers.put(connection, MARKER, str(reached).encode())
    deliveries.add(connection, _still_wanted(connection, routed.deliveries))
    for request_id, notes in routed.notes.items():
        note(connection, request_id, notes, at)
    return True


def note(connection: Connection, request_id: str, notes: Sequence[dict[str, Any]], at: int) -> None:
    """Note that a request was routed, and why some subscribers did not take it."""
    connection.execute(insert(routing).values(request_id=request_id, at=at, notes=list(notes)))


def _still_wanted(connection: Connection, some: Sequence[Delivery]) -> list[Delivery]:
    """Those whose destination was not removed meanwhile: nobody would send the others, nor cancel them."""
    live = destination.c.id.in_({each.destination_id for each in some}) & destination.c.removed_at.is_(None)
    ids = set(connection.execute(select(destination.c.id).where(live)).scalars()) if some else set()
    return [each for each in some if each.destination_id in ids]


def is_routed(connection: Connection, request_id: str, accepted_at: int) -> bool:
    """Whether routing has passed the place where the journal notes that a request was accepted, at this time.

    The journal is not found by request, so only what comes next is looked through; behind that, the times tell.
    """
    cursor = cursor_of(connection)
    ahead = (journal.c.sequence > cursor) & (journal.c.sequence <= cursor + SPAN)
    noted = select(journal.c.sequence).where(ahead, journal.c.kind == ACCEPTED, journal.c.request == request_id)
    if connection.execute(noted.limit(1)).first() is not None:
        return False
    beyond = select(journal.c.at).where(journal.c.sequence > cursor + SPAN).order_by(journal.c.sequence).limit(1)
    later_from = connection.execute(beyond).scalar()
    return later_from is None or accepted_at < later_from
