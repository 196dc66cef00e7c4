"""What the tail reads: the journal with its requests and deliveries, in its order, as far as that is settled.

A sequence is settled once none smaller can be committed any more. SQLite has one writer, so there every one is. On
Postgres numbers are drawn before the commit, and who drew a smaller one may commit later. Each of our transactions has
its own number (xid) before it draws one of the sequence: so what is visible in a snapshot is settled as soon as every
transaction that had a number when it was taken has ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, func, or_, select

from letterbox.store import deliveries
from letterbox.store.deliveries import Delivery
from letterbox.store.journal import OUTCOMES, VERDICTS
from letterbox.store.requests import COLUMNS, Request, is_shown, of_row
from letterbox.store.tables import journal, request
from letterbox.store.totals import newest_of

SPAN = 5_000  # sequences that a page looks at, so that one that finds little costs a bounded time
DISORDER_MILLISECONDS = 15_000  # a letter that nobody waits for may be committed so much after one that came later
ERASED = "erased"
REQUEST, DELIVERY = NOUNS = ("request", "delivery")  # that something happens to
NOTED = ("sequence", "endpoint", "kind", "delivery")
KINDS = {REQUEST: (*VERDICTS, ERASED), DELIVERY: OUTCOMES}
SEEN = """
SELECT (SELECT coalesce(max(sequence), 0) FROM journal), oldest::text::bigint, oldest::text::bigint + age(oldest::xid)
FROM pg_snapshot_xmin(pg_current_snapshot()) AS oldest"""
# How old the oldest transaction of this database is: numbers are given to all databases of a server, and a transaction
# of another one can't write into our journal.
OLDEST_HERE = """
SELECT coalesce(max(age(transactionid)), 0) FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted
AND coalesce(datname, current_database()) = current_database()"""


class Happened(NamedTuple):
    """What something happened to: a delivery as it is now, or a request as it is now, but with the verdict of then.

    The lists of a request are JSON already.
    """

    sequence: int
    endpoint_id: str | None  # that it was noted for
    to: Request | Delivery


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which projects; of which endpoints (None: of all); what happened to which nouns; and of which verdict.

    Without a verdict it is of any; deliveries have none.
    """

    project_ids: Collection[str]
    endpoint_ids: Collection[str] | None = None
    verdict: str | None = None
    nouns: Collection[str] = NOUNS


@dataclass(frozen=True, slots=True)
class Since:
    """Leaves out what is older than a time, up to a sequence: clocks may go back later on."""

    moment: int
    until: int


class Page(NamedTuple):
    """What was found, and the sequence up to which everything was looked at."""

    found: list[Happened]
    reached: int


class Horizon:
    """Up to where the journal is settled, for one process that looks again and again."""

    def __init__(self) -> None:
        self.is_behind = False  # whether more was visible than is settled
        self._one_at_a_time = Lock()
        self._settled = 0
        self._seen, self._seen_before = 0, 0  # a sequence, and the number that transactions after it have at least
        self._ended_before = 0  # the number before which all of this database had ended at the look before

    def look(self, connection: Connection) -> int:
        """The newest settled sequence; never smaller than before. For a connection that has not read anything yet.

        From the first statement on it sees one moment, and what is settled by then; so two never look at once.
        """
        with self._one_at_a_time:
            newest, oldest_running, next_number = _seen(connection)
            if self._seen_before <= max(oldest_running, self._ended_before):
                self._settled = max(self._settled, self._seen)
                self._seen, self._seen_before = newest, next_number
            else:
                self._ended_before = next_number - connection.exec_driver_sql(OLDEST_HERE).scalar_one()
            if next_number == oldest_running:
                self._settled = max(self._settled, newest)
            self.is_behind = newest > self._settled
            return self._settled


def newest_visible(connection: Connection) -> int:
    """The newest sequence that is committed by now; smaller ones may not be."""
    return _seen(connection)[0]


def newest_given(connection: Connection) -> int:
    """The newest sequence that was ever given; its row may be gone, or not be committed yet."""
    return newest_of(connection, journal)


def page_of(
    connection: Connection, wanted: Wanted, *, after: int, until: int, limit: int, since: Since | None = None
) -> Page:
    """What happened after a sequence and until another one, at most `limit` of it and of a bounded stretch."""
    until = min(until, after + SPAN)
    # Few rows first, and then the request of each: of tables that it knows little of, Postgres would pair all with all.
    noted = (
        select(*(journal.c[name] for name in ("project", "request", *NOTED)))
        .where(journal.c.sequence > after, journal.c.sequence <= until, *_conditions(wanted, since))
        .order_by(journal.c.sequence)
        .limit(limit)
        .subquery("noted")
    )
    of_it = (request.c.project_id == noted.c.project) & (request.c.id == noted.c.request) & is_shown()
    query = select(*COLUMNS, *(noted.c[name] for name in NOTED)).select_from(noted.outerjoin(request, of_it))
    rows = sorted(connection.execute(query), key=lambda row: row.sequence)
    sent = _sent(connection, rows)
    found = [happened for row in rows if (happened := _happened(row, sent, wanted.verdict)) is not None]
    return Page(found, rows[-1].sequence if len(rows) == limit else until)


def start_of(connection: Connection, moment: int) -> int:
    """A sequence behind which everything is that was noted at this time (milliseconds since 1970) or later."""
    wanted = moment - DISORDER_MILLISECONDS
    low, high = 0, newest_given(connection)
    while low < high:  # every row at or below `low` is older
        middle = (low + high) // 2
        query = select(journal.c.sequence, journal.c.at).where(journal.c.sequence > middle)
        row = connection.execute(query.order_by(journal.c.sequence).limit(1)).first()
        if row is not None and row.at < wanted:
            low = row.sequence
        else:
            high = middle
    return low


def _conditions(wanted: Wanted, since: Since | None) -> Iterator[ColumnElement[bool]]:
    yield journal.c.project.in_(wanted.project_ids)
    if wanted.verdict is None:
        yield journal.c.kind.in_([kind for noun in wanted.nouns for kind in KINDS[noun]])
    else:
        yield journal.c.kind.in_((wanted.verdict, ERASED))
    if wanted.endpoint_ids is not None:
        yield journal.c.endpoint.in_(wanted.endpoint_ids)
    if since is not None:
        yield or_(journal.c.sequence > since.until, journal.c.at >= since.moment)


def _sent(connection: Connection, rows: Sequence[Any]) -> dict[str, Delivery]:
    """The deliveries that are noted in these rows, by id."""
    ids = {row.delivery for row in rows if row.delivery is not None}
    return {each.id: each for each in deliveries.these(connection, ids)} if ids else {}


def _happened(row: Any, sent: Mapping[str, Delivery], verdict: str | None) -> Happened | None:
    """None for what is gone, and for what was erased and is of another verdict than the wanted one."""
    sequence, endpoint_id, kind, delivery_id = row[-len(NOTED) :]
    if row[0] is None:
        return None
    if delivery_id is not None:
        one = sent.get(delivery_id)
        return None if one is None else Happened(sequence, endpoint_id, one)
    found = of_row(row, orjson.Fragment)
    if kind == ERASED and verdict not in (None, found.verdict):
        return None
    is_as_it_was = kind in (found.verdict, ERASED)
    return Happened(sequence, endpoint_id, found if is_as_it_was else found._replace(verdict=kind))


def _seen(connection: Connection) -> tuple[int, int, int]:
    """The newest visible sequence, the oldest running transaction, and the number that the next one will have."""
    if connection.dialect.name == "postgresql":
        newest, oldest_running, next_number = connection.exec_driver_sql(SEEN).one()
        return newest, oldest_running, next_number
    return connection.execute(select(func.coalesce(func.max(journal.c.sequence), 0))).scalar_one(), 0, 0
