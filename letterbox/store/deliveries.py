"""Deliveries: each is one request on its way to one destination, with its attempts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, delete, or_, select, text, update

from letterbox.ids import first_id_at
from letterbox.store import bulk, journal
from letterbox.store.delivery_tables import FAILED, IN_LINE, OF_REPLAY, OPEN, attempt, delivery, routing, subscription

FRESH, TRIED, REPLAYED = QUEUES = (0, 1, 2)
ENDED = ("succeeded", "failed", "cancelled")
MOST_AT_ONCE = 500  # are cancelled
MOST_SHOWN = 100  # of one request
NO_HEADERS = "[]"
LOOKED_AT = 5000  # by a page, so that a filter that matches little costs a bounded time

# All that an index says of a line, and then what is open of it.
_OPEN_OF = """
{0}.subscription_id = :subscription_id AND {0}.ordering_key IS NOT NULL
AND {0}.status IN ('waiting', 'sending', 'failed') AND {0}.status IN ('waiting', 'sending')
"""
_LET_GO = text(f"""
UPDATE delivery SET due_at = :now WHERE {_OPEN_OF.format("delivery")} AND delivery.due_at IS NULL
AND NOT EXISTS (SELECT 1 FROM delivery AS earlier WHERE {_OPEN_OF.format("earlier")}
AND earlier.ordering_key = delivery.ordering_key AND (earlier.sequence, earlier.id) < (delivery.sequence, delivery.id))
""")  # noqa: S608 # our own words


class Delivery(NamedTuple):
    """As it is now. It has no `due_at` once it has ended, and while it is held behind an earlier one of its line."""

    id: str
    project_id: str
    request_id: str
    endpoint_id: str | None
    subscription_id: str | None
    destination_id: str
    replay_id: str | None
    status: str
    queue: int
    due_at: int | None
    attempts: int
    spent: int
    ordering_key: str | None
    sequence: int
    last_error: str | None
    reason: str | None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One HTTP try of a delivery. `status` is None where no answer came; `duration_ms` is until its last byte."""

    delivery_id: str
    number: int
    id: str
    started_at: int
    duration_ms: int
    status: int | None
    error: str | None
    response_headers: list[list[str]]
    response_body: bytes
    is_truncated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which deliveries a list shows. Times are milliseconds since 1970: from the first on, until before the second."""

    status: str | None = None
    destination_id: str | None = None
    endpoint_id: str | None = None
    request_id: str | None = None
    replay_id: str | None = None
    created_after: int | None = None
    created_before: int | None = None


class Line(NamedTuple):
    """Deliveries that are sent strictly one after another."""

    subscription_id: str
    ordering_key: str


class Cancelled(NamedTuple):
    """Where what was cancelled would have gone, and whether there is more to cancel."""

    destination_ids: set[str]
    is_more: bool


FIELDS = Delivery._fields
COLUMNS = tuple(delivery.c[name] for name in FIELDS)
ATTEMPT_FIELDS = tuple(field.name for field in fields(Attempt))
ATTEMPT_COLUMNS = tuple(attempt.c[name] for name in ATTEMPT_FIELDS)


def add(connection: Connection, new: Sequence[Delivery]) -> None:
    """Insert deliveries in the order in which those of a line are to be sent; who is not its head is held."""
    if not new:
        return
    lines = {line_of(each) for each in new} - {None}
    busy: set[Line | None] = {line for line in lines if line is not None and head_of(connection, line) is not None}
    rows = []
    for each in new:
        line = line_of(each)
        rows.append(each._replace(due_at=None) if line in busy else each)
        if line is not None:
            busy.add(line)
    bulk.insert(connection, delivery, FIELDS, rows)


def find(connection: Connection, project_id: str, delivery_id: str) -> Delivery | None:
    this = (delivery.c.id == delivery_id) & (delivery.c.project_id == project_id)
    row = connection.execute(select(*COLUMNS).where(this)).first()
    return Delivery(*row) if row else None


def page_of(
    connection: Connection, project_id: str, wanted: Filter, *, after: str | None, limit: int
) -> tuple[list[Delivery], str | None]:
    """The project's next deliveries, newest first, and the id after which to go on (None at the end)."""
    indexed, loose = conditions(project_id, wanted)
    if after is not None:
        indexed &= delivery.c.id < after
    query = select(*COLUMNS).order_by(delivery.c.id.desc()).limit(limit + 1)
    last_looked_at = None
    if loose:
        candidates = select(delivery.c.id).where(indexed).order_by(delivery.c.id.desc()).limit(LOOKED_AT)
        last_looked_at = connection.execute(candidates.offset(LOOKED_AT - 1).limit(1)).scalar()
        query = query.where(delivery.c.id.in_(candidates), *loose)
    else:
        query = query.where(indexed)
    found = [Delivery(*row) for row in connection.execute(query)]
    if len(found) > limit:
        return found[:limit], found[limit - 1].id
    return found, last_looked_at


def these(connection: Connection, ids: Collection[str]) -> list[Delivery]:
    """Those with these ids, oldest first."""
    query = select(*COLUMNS).where(delivery.c.id.in_(ids)).order_by(delivery.c.id)
    return [Delivery(*row) for row in connection.execute(query)]


def of_request(connection: Connection, request_id: str) -> list[Delivery]:
    """The newest of a request's, newest last."""
    query = select(*COLUMNS).where(delivery.c.request_id == request_id).order_by(delivery.c.id.desc()).limit(MOST_SHOWN)
    return [Delivery(*row) for row in connection.execute(query)][::-1]


def attempts_of(
    connection: Connection, delivery_id: str, *, after: str | None = None, limit: int | None = None
) -> list[Attempt]:
    """A delivery's, oldest first: all of them, or the next ones after an attempt."""
    mine = attempt.c.delivery_id == delivery_id
    query = select(*ATTEMPT_COLUMNS).where(mine).order_by(attempt.c.number).limit(limit)
    if after is not None:
        query = query.where(
            attempt.c.number > select(attempt.c.number).where(mine, attempt.c.id == after).scalar_subquery()
        )
    return [_attempt(row) for row in connection.execute(query)]


def notes_of(connection: Connection, request_id: str) -> list[dict[str, Any]] | None:
    """Why subscriptions did not take a request; None where nothing was noted."""
    return connection.execute(select(routing.c.notes).where(routing.c.request_id == request_id)).scalar()


def line_of(one: Delivery) -> Line | None:
    if one.ordering_key is None or one.subscription_id is None:
        return None
    return Line(one.subscription_id, one.ordering_key)


def head_of(connection: Connection, line: Line) -> str | None:
    """The delivery that all others of its line wait for: the first one that has not succeeded, nor was cancelled.

    Where the subscription was removed nobody waits for one that has failed: all that wait are withdrawn.
    """
    counts = or_(OPEN, select(subscription.c.id).where(subscription.c.id == line.subscription_id).exists())
    query = select(delivery.c.id).where(_is_of(line), counts).order_by(delivery.c.sequence, delivery.c.id).limit(1)
    return connection.execute(query).scalar()


def move_up(connection: Connection, line: Line, now: int) -> None:
    """Let the head of a line be sent, if it waits and was held; and nobody else of it, whoever was let go before."""
    head = head_of(connection, line)
    behind = _is_of(line) & OPEN & delivery.c.due_at.is_not(None) & (delivery.c.id != head)
    connection.execute(update(delivery).where(behind).values(due_at=None))
    held = (delivery.c.id == head) & OPEN & delivery.c.due_at.is_(None)
    connection.execute(update(delivery).where(held).values(due_at=now))


def let_go(connection: Connection, subscription_id: str, now: int) -> None:
    """Have the first that waits in each line of a subscription that was removed be due, if it was held.

    It is withdrawn then, and the next one moves up.
    """
    connection.execute(_LET_GO, {"subscription_id": subscription_id, "now": now})


def change(connection: Connection, delivery_id: str, **values: Any) -> None:
    connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(**values))


def note(connection: Connection, some: Iterable[Delivery], now: int, status: str | None = None) -> None:
    """Note in the journal that these have come to a status: theirs, unless it is another one by now."""
    journal.record_outcomes(
        connection,
        [(status or one.status, one.project_id, one.endpoint_id, one.request_id, one.id, now) for one in some],
    )


def cancel_of_request(connection: Connection, request_id: str, reason: str, now: int) -> Cancelled:
    """Cancel what still waits of a request, or has failed and holds up its line."""
    return _cancel(connection, delivery.c.request_id == request_id, reason, now, or_(OPEN, IN_LINE))


def cancel_of_destination(connection: Connection, destination_id: str, reason: str, now: int) -> Cancelled:
    """Cancel some of what still waits for a destination: what is due first, since that is found among few."""
    mine = delivery.c.destination_id == destination_id
    some = _cancel(connection, mine & delivery.c.due_at.is_not(None), reason, now)
    return some._replace(is_more=True) if some.destination_ids else _cancel(connection, mine, reason, now)


def cancel_of_replay(connection: Connection, replay_id: str, reason: str, now: int) -> Cancelled:
    """Cancel some of what still waits of a replay."""
    return _cancel(connection, OF_REPLAY & (delivery.c.replay_id == replay_id), reason, now)


def _cancel(
    connection: Connection, which: ColumnElement[bool], reason: str, now: int, such: ColumnElement[bool] = OPEN
) -> Cancelled:
    rows = connection.execute(select(*COLUMNS).where(such, which).limit(MOST_AT_ONCE))
    some = [Delivery(*row) for row in rows]
    values = {"status": "cancelled", "reason": reason, "due_at": None, "updated_at": now}
    connection.execute(update(delivery).where(delivery.c.id.in_([each.id for each in some])).values(**values))
    note(connection, some, now, "cancelled")
    for line in sorted({line for each in some if (line := line_of(each)) is not None}):
        move_up(connection, line, now)
    return Cancelled({each.destination_id for each in some}, len(some) == MOST_AT_ONCE)


def erase_answers(connection: Connection, request_id: str) -> None:
    """Forget what destinations have answered to a request; that they have stays."""
    mine = attempt.c.delivery_id.in_(select(delivery.c.id).where(delivery.c.request_id == request_id))
    connection.execute(update(attempt).where(mine).values(response_headers=NO_HEADERS, response_body=b""))


def erase_lines(connection: Connection, request_id: str) -> None:
    """Forget in which lines a request was sent, as far as its deliveries have ended: that was taken from its body."""
    ended = (delivery.c.request_id == request_id) & delivery.c.status.in_(ENDED)
    connection.execute(update(delivery).where(ended).values(ordering_key=None))


def forget(connection: Connection, request_ids: Collection[str], now: int) -> None:
    """Forget the deliveries of requests that are deleted, and all that was noted of them."""
    mine = delivery.c.request_id.in_(request_ids)
    ids = select(delivery.c.id).where(mine)
    lines = connection.execute(select(delivery.c.subscription_id, delivery.c.ordering_key).where(mine, IN_LINE)).all()
    connection.execute(delete(attempt).where(attempt.c.delivery_id.in_(ids)))
    connection.execute(delete(delivery).where(mine))
    connection.execute(delete(routing).where(routing.c.request_id.in_(request_ids)))
    for line in sorted({Line(*row) for row in lines if row.subscription_id is not None}):
        move_up(connection, line, now)


def forget_free(connection: Connection, request_ids: Sequence[str]) -> Sequence[str]:
    """The same for requests that routing has not met and that are in no line, unless somebody has locked one of theirs.

    Returns the requests that have none any more.
    """
    every = select(delivery.c.id, delivery.c.request_id).where(delivery.c.request_id.in_(request_ids))
    if not (there := set(connection.execute(every))):
        return request_ids
    locked = there - set(connection.execute(every.with_for_update(skip_locked=True)))
    staying = {row.request_id for row in locked}
    going = [each for each in request_ids if each not in staying]
    mine = delivery.c.request_id.in_(going)
    connection.execute(delete(attempt).where(attempt.c.delivery_id.in_(select(delivery.c.id).where(mine))))
    connection.execute(delete(delivery).where(mine))
    return going


def is_in_line(request_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a delivery of a request has others behind it, or might."""
    return select(delivery.c.id).where(delivery.c.request_id == request_id, IN_LINE).exists()


def _is_of(line: Line) -> ColumnElement[bool]:
    return IN_LINE & (delivery.c.subscription_id == line[0]) & (delivery.c.ordering_key == line[1])


def conditions(project_id: str, wanted: Filter) -> tuple[ColumnElement[bool], list[ColumnElement[bool]]]:
    """The conditions that an index answers, and the loose ones that each row has to be looked at for."""
    keys = ("request_id", "replay_id", "destination_id")  # that few have, the fewest first
    (narrowest, value), *others = [
        *((name, value) for name in keys if (value := getattr(wanted, name)) is not None),
        ("project_id", project_id),
    ]
    indexed = delivery.c[narrowest] == value
    for name, value in others:  # not as equations of columns: SQLite might look along one of these instead
        indexed &= delivery.c[name].concat("") == value
    if narrowest == "replay_id":
        indexed &= OF_REPLAY
    if wanted.created_after is not None:
        indexed &= delivery.c.id >= first_id_at("dlv", wanted.created_after)
    if wanted.created_before is not None:
        indexed &= delivery.c.id < first_id_at("dlv", wanted.created_before)
    loose = [] if wanted.endpoint_id is None else [delivery.c.endpoint_id == wanted.endpoint_id]
    if wanted.status == "failed":
        indexed &= FAILED
    elif wanted.status is not None:
        loose.append(delivery.c.status == wanted.status)
    return indexed, loose


def _attempt(row: Any) -> Attempt:
    values = dict(zip(ATTEMPT_FIELDS, row, strict=True))
    return Attempt(**{**values, "response_headers": orjson.loads(values["response_headers"])})
