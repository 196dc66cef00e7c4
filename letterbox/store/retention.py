"""Retention: which requests are to go, and their deletion, in batches so small that receiving goes on between two.

What is removed loses all of its requests, and what has bounds loses its oldest ones beyond them. A batch is a unit of
work: it adjusts what is counted, and leaves what the journal says of these requests to a sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from sqlalchemy import Column, ColumnElement, Connection, ScalarSelect, Select, Table, delete, func, or_, select

from letterbox.ids import first_id_at, now
from letterbox.store import dedupe, deliveries, edits, endpoints, journal, projects, usage
from letterbox.store.requests import COUNTED
from letterbox.store.tables import endpoint, project, request
from letterbox.store.tables import usage as used

ROWS_AT_ONCE = 64
BYTES_AT_ONCE = 262_144
LATE_MILLISECONDS = 600_000  # for so long another process may go on to keep requests of what was removed
ABOVE_ALL_IDS = "~"


class Scope(NamedTuple):
    """Whose requests: an endpoint's, or all of a project's."""

    project_id: str
    endpoint_id: str | None = None


class Batch(NamedTuple):
    """What a batch has done: after which request to go on (None at the end), and how many bytes more are kept."""

    after: str | None
    changes: dict[str, int]


class Candidate(NamedTuple):
    """A request that may go; `size` is that of its body in bytes."""

    id: str
    endpoint_id: str | None
    verdict: str
    size: int

    @property
    def is_counted(self) -> bool:
        return self.endpoint_id is not None and self.verdict in COUNTED


@dataclass(frozen=True)
class Owners:
    """One of the two kinds of what owns requests: their table, and what is asked of a row of it."""

    table: Table
    scope: tuple[Column[str], ...]
    oldest: ScalarSelect[str]  # the id of its oldest request
    stored: ScalarSelect[int]  # how many bytes are counted

    def removed(self, before: int) -> Select[Any]:
        """The scopes of those that are removed and keep requests, or were removed before this time."""
        removed_at = self.table.c.removed_at
        going = or_(removed_at < before, self.oldest.is_not(None))
        return select(*cast(Any, self.scope)).where(removed_at.is_not(None), going)

    def bounded(self) -> Select[Any]:
        """The bounds, oldest request, bytes and scope of those with bounds."""
        return select(self.table.c.retention, self.oldest, self.stored, *self.scope).where(self._is_bounded)

    def bounds_of(self, scope: Scope) -> Select[Any]:
        """The bounds and bytes of this one, if it has bounds."""
        return select(self.table.c.retention, self.stored).where(self._is_bounded, self.table.c.id == _owner_of(scope))

    @property
    def _is_bounded(self) -> ColumnElement[bool]:
        return self.table.c.retention.is_not(None)


_BYTES = select(func.coalesce(func.sum(used.c.bytes), 0))
ENDPOINTS = Owners(
    endpoint,
    (endpoint.c.project_id, endpoint.c.id),
    select(func.min(request.c.id)).where(request.c.endpoint_id == endpoint.c.id).scalar_subquery(),
    _BYTES.where(used.c.project_id == endpoint.c.project_id, used.c.endpoint_id == endpoint.c.id).scalar_subquery(),
)
PROJECTS = Owners(
    project,
    (project.c.id,),
    select(func.min(request.c.id)).where(request.c.project_id == project.c.id).scalar_subquery(),
    _BYTES.where(used.c.project_id == project.c.id).scalar_subquery(),
)


def removed(connection: Connection, now: int) -> list[Scope]:
    """Endpoints, then projects, that are removed and keep requests, or can be forgotten by now."""
    queries = (owners.removed(now - LATE_MILLISECONDS) for owners in (ENDPOINTS, PROJECTS))
    return [Scope(*row) for query in queries for row in connection.execute(query)]


def beyond(connection: Connection, now: int) -> list[Scope]:
    """Endpoints, then projects, that keep more than their bounds allow."""
    rows = [row for owners in (ENDPOINTS, PROJECTS) for row in connection.execute(owners.bounded())]
    return [
        Scope(*scope)
        for retention, oldest, stored, *scope in rows
        if (oldest or ABOVE_ALL_IDS) < _due_before(retention, now) or _excess(retention, stored) > 0
    ]


def delete_all(connection: Connection, scope: Scope, after: str) -> Batch:
    """Delete the next requests of what is removed, then the keys that they held."""
    batch = _delete(connection, scope, after, ABOVE_ALL_IDS, 0)
    is_last = batch.after is None and scope.endpoint_id is not None
    if is_last and dedupe.forget(connection, str(scope.endpoint_id)):
        return batch._replace(after=ABOVE_ALL_IDS)
    return batch


def delete_beyond(connection: Connection, scope: Scope, after: str, now: int) -> Batch:
    """Delete the next requests beyond the bounds as they are in this transaction: somebody may have lifted them."""
    row = connection.execute(_owners_of(scope).bounds_of(scope)).first()
    if row is None:
        return Batch(None, {})
    return _delete(connection, scope, after, _due_before(row.retention, now), _excess(row.retention, row[1]))


def forget(connection: Connection, scope: Scope, now: int) -> bool:
    """Forget some of what is removed, unless another process may still keep a request of it, or has.

    Whether there is more.
    """
    removed_at = select(_owners_of(scope).table.c.removed_at).where(_owners_of(scope).table.c.id == _owner_of(scope))
    since = connection.execute(removed_at).scalar()
    if since is None or since >= now - LATE_MILLISECONDS or connection.execute(_oldest(scope, "")).first():
        return False
    if scope.endpoint_id is None:
        return projects.forget(connection, scope.project_id)
    return endpoints.forget(connection, scope.project_id, scope.endpoint_id)


def chosen(candidates: Sequence[Candidate], due_before: str, excess: int) -> tuple[list[Candidate], str | None]:
    """Which of the oldest requests go now, and after which to go on; None if all that follow may stay.

    What came before that id goes, and as long as there are bytes in excess, the oldest of what is counted.
    """
    going: list[Candidate] = []
    size = 0
    for one in candidates:
        is_old = one.id < due_before
        if not is_old and excess <= 0:
            return going, None
        if is_old or one.is_counted:
            going.append(one)
            size += one.size
        if one.is_counted:
            excess -= one.size
        if size >= BYTES_AT_ONCE:
            return going, one.id
    return going, candidates[-1].id if len(candidates) == ROWS_AT_ONCE else None


def _delete(connection: Connection, scope: Scope, after: str, due_before: str, excess: int) -> Batch:
    candidates = [Candidate(*row) for row in connection.execute(_oldest(scope, after))]
    going, last = chosen(candidates, due_before, excess)
    if not going:
        return Batch(last, {})
    ids = [one.id for one in going]
    connection.execute(delete(request).where(request.c.project_id == scope.project_id, request.c.id.in_(ids)))
    deliveries.forget(connection, ids, now())
    edits.forget(connection, ids)
    journal.note_deleted(connection, len(ids))
    freed: dict[usage.Owner, int] = {}
    for one in going:
        if one.is_counted:
            owner = (scope.project_id, str(one.endpoint_id))
            freed[owner] = freed.get(owner, 0) - one.size
    return Batch(last, usage.add(connection, freed))


def _oldest(scope: Scope, after: str) -> Select[Any]:
    """The oldest requests of a scope after this one, as candidates."""
    column = request.c.project_id if scope.endpoint_id is None else request.c.endpoint_id
    size = func.coalesce(func.length(request.c.body), 0)
    query = select(request.c.id, request.c.endpoint_id, request.c.verdict, size)
    query = query.where(column == _owner_of(scope), request.c.id > after)
    return query.order_by(request.c.id).limit(ROWS_AT_ONCE)


def _owners_of(scope: Scope) -> Owners:
    return PROJECTS if scope.endpoint_id is None else ENDPOINTS


def _owner_of(scope: Scope) -> str:
    return scope.endpoint_id or scope.project_id


def _due_before(retention: dict[str, int | None], now: int) -> str:
    """Requests whose id is smaller are too old; an empty text if none can be."""
    seconds = retention["max_age_seconds"]
    return "" if seconds is None else first_id_at("req", now - seconds * 1000)


def _excess(retention: dict[str, int | None], stored: int) -> int:
    """How many of the stored bytes are too many."""
    most = retention["max_bytes"]
    return 0 if most is None else int(stored) - most
