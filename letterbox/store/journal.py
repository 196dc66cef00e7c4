"""The journal: what happened, in commit order. The tail, routing and the history of verdicts read it.

What it says of an accepted request stays until the request is deleted, and then goes in a sweep: a pass over the
journal in the order of its sequence, some rows at a time. A pass costs what the journal is long, so one begins only
once enough was deleted, or a day after the last one. Nothing is ever numbered anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, union

from letterbox.store import bulk, markers
from letterbox.store.tables import DONE_BY_SOMEBODY, PASSING, journal, request

MARKER = "sweep"
VERDICTS = ("accepted", "quarantined", "refused", "duplicate")
OUTCOMES = ("succeeded", "waiting", "failed", "cancelled")  # of deliveries
ROWS_AT_ONCE = 500
SMALL_ROWS = 10_000  # a journal of so many is swept whenever something was deleted
GONE_SHARE = 8  # and a longer one when one row in so many may be gone
LONGEST_MILLISECONDS = 86_400_000


# verdict, project, endpoint, id, the contract's version, and when
Arrival = tuple[str, str, str | None, str, int | None, int]
# what became of a delivery, project, endpoint, request, its id, and when
DeliveryNote = tuple[str, str, str | None, str, str, int]


class Subject(NamedTuple):
    """The request that something is noted of, with its project and endpoint."""

    project_id: str
    endpoint_id: str | None
    request_id: str

    def values(self) -> dict[str, str | None]:
        return {"project": self.project_id, "endpoint": self.endpoint_id, "request": self.request_id}


class Settlement(NamedTuple):
    """A verdict that a request was given, under which contract, by whom (None: as it came in), and when."""

    verdict: str
    contract_version: int | None
    who: str | None
    at: int


@dataclass(frozen=True)
class Sweep:
    """How far a pass has come: it has swept up to `after`, and ends at `until`."""

    after: int = 0
    until: int = 0
    left: int = 0  # rows that it has left so far
    left_last: int = 0  # rows that the pass before has left
    deleted: int = 0  # requests that were deleted since it began
    begun_at: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.after < self.until


def record_arrivals(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    """Note that requests came in, in the commit that keeps them."""
    bulk.insert(connection, journal, ("kind", "project", "endpoint", "request", "contract_version", "at"), arrivals)


def record_outcomes(connection: Connection, notes: Sequence[DeliveryNote]) -> None:
    """Note what became of deliveries, in the transaction that changes them."""
    bulk.insert(connection, journal, ("kind", "project", "endpoint", "request", "delivery", "at"), notes)


def record_settlement(
    connection: Connection, verdict: str, subject: Subject, who: str, contract_version: int | None, at: int
) -> None:
    """Note that somebody gave a request another verdict; in the transaction that does."""
    values = {"kind": verdict, **subject.values(), "who": who, "contract_version": contract_version, "at": at}
    connection.execute(insert(journal).values(**values))


def history_of(connection: Connection, request_id: str) -> list[Settlement]:
    """The verdicts of a request that was refused or quarantined, or that somebody has settled; oldest first."""
    columns = (journal.c.sequence, journal.c.kind, journal.c.contract_version, journal.c.who, journal.c.at)
    of_it = select(*columns).where(journal.c.request == request_id)
    both = union(of_it.where(PASSING), of_it.where(DONE_BY_SOMEBODY)).subquery()
    query = select(both).where(both.c.kind.in_(VERDICTS)).order_by(both.c.sequence)
    return [Settlement(*row[1:]) for row in connection.execute(query)]


def forget(connection: Connection, request_ids: Sequence[str] | Select[str]) -> None:
    """Forget requests that were not accepted and are deleted: they are bounded, and so is what is noted of them."""
    connection.execute(delete(journal).where(PASSING, journal.c.request.in_(request_ids)))


def record_erasure(connection: Connection, subject: Subject, who: str, at: int) -> None:
    connection.execute(insert(journal).values(kind="erased", **subject.values(), who=who, at=at))


def note_deleted(connection: Connection, count: int) -> None:
    """Have a sweep forget so many requests; in the transaction that deletes them."""
    sweep = _sweep(connection)
    _put(connection, replace(sweep, deleted=sweep.deleted + count))


def is_sweep_due(connection: Connection, now: int) -> bool:
    sweep = _sweep(connection)
    if sweep.is_under_way or not sweep.deleted:
        return sweep.is_under_way
    rows = sweep.left_last + _newest(connection) - sweep.until
    many = rows <= SMALL_ROWS or sweep.deleted * GONE_SHARE >= rows
    return many or now - sweep.begun_at >= LONGEST_MILLISECONDS


def sweep_some(connection: Connection, now: int) -> bool:
    """Forget those of the next rows whose request is deleted; whether the pass goes on. Begins one if none is begun."""
    sweep = _sweep(connection)
    if not sweep.is_under_way:
        sweep = Sweep(until=_newest(connection), left_last=sweep.left, begun_at=now)
    some = (journal.c.sequence > sweep.after) & (journal.c.sequence <= sweep.until)
    next_rows = select(journal.c.sequence).where(some).order_by(journal.c.sequence).limit(ROWS_AT_ONCE).subquery()
    last, count = connection.execute(select(func.max(next_rows.c.sequence), func.count()).select_from(next_rows)).one()
    if count == ROWS_AT_ONCE:
        some = (journal.c.sequence > sweep.after) & (journal.c.sequence <= last)
    gone = connection.execute(delete(journal).where(some, _is_gone())).rowcount
    sweep = replace(sweep, after=last if count == ROWS_AT_ONCE else sweep.until, left=sweep.left + count - gone)
    _put(connection, sweep)
    return sweep.is_under_way


def _is_gone() -> ColumnElement[bool]:
    """Whether a row is of a request that is deleted."""
    # Asked of each row by itself: a join may look at all requests.
    there = (request.c.project_id == journal.c.project) & (request.c.id == journal.c.request)
    return journal.c.request.is_not(None) & select(request.c.id).where(there).scalar_subquery().is_(None)


def _newest(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(journal.c.sequence), 0))).scalar_one())


def _sweep(connection: Connection) -> Sweep:
    found = markers.find(connection, MARKER)
    return Sweep(**orjson.loads(found)) if found else Sweep()


def _put(connection: Connection, sweep: Sweep) -> None:
    markers.put(connection, MARKER, orjson.dumps(asdict(sweep)))
