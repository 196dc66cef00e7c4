"""Requests: what arrived, byte for byte. Written by the receive plane in groups, read by page and by id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    UnaryExpression,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from letterbox.ids import first_id_at
from letterbox.store import bulk, deliveries, journal, search, usage
from letterbox.store.tables import NOT_ACCEPTED, dedupe, edit, endpoint, request

# A page looks at no more requests than this, so that a filter that matches little costs a bounded time.
LOOKED_AT = 5000
SEARCHED = 500  # with their bodies
MOST_COUNTED = 100_000
TRIMMED_AT_ONCE = 1024
STATUS_BYTES = 2  # of a reply that is kept beside a key: the first ones


class Request(NamedTuple):
    """What is known of a request, without its body. Lists and objects are as in the specification."""

    id: str
    project_id: str
    endpoint_id: str | None
    verdict: str
    causes: list[str]
    contract_version: int | None
    violations: list[dict[str, str]]
    method: str
    path: str
    path_parameters: dict[str, str]
    query: str
    headers: list[list[str]]
    remote_address: str | None
    media_type: str | None
    event_type: str | None
    reply_status: int
    received_at: int
    erased_at: int | None
    body_bytes: int
    body_sha256: str | None
    credential: bytes | None  # sealed: what is masked in headers and query


class Row(NamedTuple):
    """A request on its way into the store, in the order of the columns. Lists and objects are JSON text."""

    id: str
    project_id: str
    endpoint_id: str | None
    verdict: str
    causes: str
    contract_version: int | None
    violations: str
    method: str
    path: str
    path_parameters: str
    query: str
    headers: str
    remote_address: str | None
    media_type: str | None
    event_type: str | None
    reply_status: int
    received_at: int
    body_bytes: int
    body_sha256: str | None
    trail: str
    credential: bytes | None
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which requests a list shows. Times are milliseconds since 1970: from the first on, until before the second."""

    endpoint_id: str | None = None
    verdict: str | None = None
    method: str | None = None
    event_type: str | None = None
    path: str | None = None
    search: str | None = None
    cause: str | None = None
    received_after: int | None = None
    received_before: int | None = None


FIELDS = Request._fields
COLUMNS = tuple(request.c[name] for name in FIELDS)
JSON_FIELDS = ("causes", "violations", "path_parameters", "headers")
_JSON = tuple(FIELDS.index(name) for name in JSON_FIELDS)
COUNTED = ("accepted", "quarantined")  # towards the bytes that a project stores
# What an erased request becomes, besides its path.
ERASED: dict[str, Any] = {
    **dict.fromkeys(("body", "remote_address", "credential", "media_type", "event_type")),
    **dict.fromkeys(("headers", "violations", "trail"), "[]"),
    "query": "",
    "path_parameters": "{}",
}


def keep(connection: Connection, rows: Sequence[Row]) -> dict[str, int]:
    """Insert arrivals and note them in the journal; returns how many bytes more each of their projects keeps."""
    with bulk.together(connection):
        more = put(connection, rows)
        journal.record_arrivals(connection, _arrivals(rows))
        return more


def put(connection: Connection, rows: Sequence[Row]) -> dict[str, int]:
    """Insert requests, whatever is noted of them; returns how many bytes more each of their projects keeps."""
    stored: dict[usage.Owner, int] = {}
    for row in rows:
        if row.body and row.endpoint_id and row.verdict in COUNTED:
            owner = (row.project_id, row.endpoint_id)
            stored[owner] = stored.get(owner, 0) + len(row.body)
    bulk.insert(connection, request, Row._fields, rows)
    return usage.add(connection, stored)


def find(connection: Connection, project_id: str, request_id: str) -> Request | None:
    """A request that was not erased."""
    row = connection.execute(select(*COLUMNS).where(_this(project_id, request_id))).first()
    return of_row(row) if row else None


def trail_of(connection: Connection, project_id: str, request_id: str) -> str:
    """The steps of a request, as JSON; none for one that is not there."""
    return connection.execute(select(request.c.trail).where(_this(project_id, request_id))).scalar() or "[]"


def body_of(connection: Connection, project_id: str, request_id: str) -> bytes | None:
    """The exact bytes; None where they were not kept."""
    return connection.execute(select(request.c.body).where(_this(project_id, request_id))).scalar()


def page_of(
    connection: Connection, project_id: str, wanted: Filter, *, after: str | None, limit: int
) -> tuple[list[Request], str | None]:
    """The project's next requests, newest first, and the id after which to go on (None at the end)."""
    beyond = None if after is None else request.c.id < after
    return _page(connection, project_id, wanted, beyond, request.c.id.desc(), limit)


def oldest_of(
    connection: Connection, project_id: str, wanted: Filter, *, after: str | None, limit: int
) -> tuple[list[Request], str | None]:
    """The same, oldest first."""
    beyond = None if after is None else request.c.id > after
    return _page(connection, project_id, wanted, beyond, request.c.id.asc(), limit)


def count(connection: Connection, project_id: str, wanted: Filter) -> int:
    """How many requests match, up to MOST_COUNTED."""
    indexed, loose = _conditions(project_id, wanted)
    some = select(request.c.id).where(indexed, *loose).limit(MOST_COUNTED).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def note_reply(connection: Connection, project_id: str, request_id: str, status: int) -> None:
    """Note what was answered, where that came later than the request was kept."""
    connection.execute(update(request).where(_this(project_id, request_id)).values(reply_status=status))


def erase(connection: Connection, found: Request, now: int) -> dict[str, int]:
    """Forget what was sent, and what was said of it; its tombstone stays. Returns how many bytes more are kept.

    It goes on holding its key of `dedupe`, with the status alone of what it was answered.
    """
    # First, since who keeps letters has such a key before anything else.
    status = func.substr(dedupe.c.reply, 1, STATUS_BYTES)
    connection.execute(update(dedupe).where(dedupe.c.request_id == found.id).values(reply=status))
    this = _this(found.project_id, found.id)
    kept = connection.execute(select(func.length(request.c.body)).where(this)).scalar()
    connection.execute(update(request).where(this).values(erased_at=now, path=_declared_path(found), **ERASED))
    if not kept or found.endpoint_id is None or found.verdict not in COUNTED:
        return {}
    return usage.add(connection, {(found.project_id, found.endpoint_id): -kept})


def trim(
    connection: Connection,
    project_id: str,
    endpoint_id: str | None,
    verdict: str,
    *,
    rows: int,
    body_bytes: int,
) -> None:
    """Delete all but the newest requests of a verdict, within both bounds: of very many, some of the oldest.

    What somebody has locked stays for now: whoever trims may hold a key of `dedupe` that this one waits for. So does
    what is in a line of deliveries: those behind it may be locked.
    """
    scope = (request.c.project_id == project_id) & (request.c.verdict == verdict) & NOT_ACCEPTED
    scope &= request.c.endpoint_id.is_(None) if endpoint_id is None else request.c.endpoint_id == endpoint_id
    newest_first = request.c.id.desc()
    sizes = select(
        request.c.id,
        func.row_number().over(order_by=newest_first).label("rows"),
        func.sum(func.coalesce(func.length(request.c.body), 0)).over(order_by=newest_first).label("bytes"),
    )
    counted = sizes.where(scope).subquery()
    beyond = select(counted.c.id).where(or_(counted.c.rows > rows, counted.c.bytes > literal(body_bytes, BigInteger)))
    newest_beyond = connection.execute(beyond.order_by(counted.c.id.desc()).limit(1)).scalar()
    if newest_beyond is not None:
        going = scope & (request.c.id <= newest_beyond) & ~deliveries.is_in_line(request.c.id)
        oldest = select(request.c.id).where(going).order_by(request.c.id)
        free = oldest.limit(TRIMMED_AT_ONCE).with_for_update(skip_locked=True)
        ids = deliveries.forget_free(connection, connection.execute(free).scalars().all())
        journal.forget(connection, ids)
        connection.execute(delete(edit).where(edit.c.request_id.in_(ids)))
        connection.execute(delete(request).where(request.c.project_id == project_id, request.c.id.in_(ids)))


def request_of(row: Row) -> Request:
    """A request as it is once it is kept."""
    return of_row(getattr(row, name, None) for name in FIELDS)


def _arrivals(rows: Sequence[Row]) -> list[journal.Arrival]:
    return [
        (row.verdict, row.project_id, row.endpoint_id, row.id, row.contract_version, row.received_at) for row in rows
    ]


def _this(project_id: str, request_id: str) -> ColumnElement[bool]:
    this = (request.c.project_id == project_id) & (request.c.id == request_id)
    return this & request.c.erased_at.is_(None) & is_shown()


def _declared_path(found: Request) -> ScalarSelect[str] | str:
    """Where a request came in, without what was sent there; an empty text where nobody listens."""
    if found.endpoint_id is None:
        return ""
    return (
        select(func.coalesce(func.max(endpoint.c.path), "")).where(endpoint.c.id == found.endpoint_id).scalar_subquery()
    )


def is_shown() -> ColumnElement[bool]:
    """Whether a request is not one of those that are being deleted together with their endpoint."""
    gone = (endpoint.c.id == request.c.endpoint_id) & endpoint.c.removed_at.is_not(None)
    return select(endpoint.c.id).where(gone).scalar_subquery().is_(None)


def _are_some_hidden(connection: Connection, project_id: str) -> bool:
    # Not as an equation of a column: SQLite would walk over all endpoints of the project, and few are removed.
    gone = (endpoint.c.project_id.concat("") == project_id) & endpoint.c.removed_at.is_not(None)
    newest = select(func.max(request.c.id)).where(request.c.endpoint_id == endpoint.c.id).scalar_subquery()
    query = select(endpoint.c.id).where(gone, newest.is_not(None)).limit(1)
    return connection.execute(query).first() is not None


def _page(
    connection: Connection,
    project_id: str,
    wanted: Filter,
    beyond: ColumnElement[bool] | None,
    order: UnaryExpression[str],
    limit: int,
) -> tuple[list[Request], str | None]:
    indexed, loose = _conditions(project_id, wanted)
    if beyond is not None:
        indexed &= beyond
    query = select(*COLUMNS).order_by(order).limit(limit + 1)
    last_looked_at = None
    if wanted.endpoint_id is None and _are_some_hidden(connection, project_id):
        loose.append(is_shown())
    if loose:
        most = SEARCHED if wanted.search else LOOKED_AT
        ids, last_looked_at = _looked_at(connection, indexed, order, most)
        query = query.where(request.c.project_id == project_id, request.c.id.in_(ids), *loose)
    else:
        query = query.where(indexed)
    found = [of_row(row) for row in connection.execute(query)]
    if len(found) > limit:
        return found[:limit], found[limit - 1].id
    return found, last_looked_at


def _conditions(project_id: str, wanted: Filter) -> tuple[ColumnElement[bool], list[ColumnElement[bool]]]:
    """The conditions that an index answers, and the loose ones that each row has to be looked at for."""
    indexed = request.c.project_id == project_id
    if wanted.endpoint_id is not None:
        indexed &= request.c.endpoint_id == wanted.endpoint_id
    if wanted.received_after is not None:
        indexed &= request.c.id >= first_id_at("req", wanted.received_after)
    if wanted.received_before is not None:
        indexed &= request.c.id < first_id_at("req", wanted.received_before)
    loose = []
    if wanted.verdict == "accepted":
        loose.append(request.c.verdict == "accepted")
    elif wanted.verdict is not None:
        indexed &= (request.c.verdict == wanted.verdict) & NOT_ACCEPTED
    named = {name: getattr(wanted, name) for name in ("method", "event_type", "path")}
    loose += [request.c[name] == value for name, value in named.items() if value is not None]
    if wanted.cause is not None:
        loose.append(request.c.causes.contains(f'"{wanted.cause}"', autoescape=True))
    if wanted.search is not None:
        loose.append(search.contains(wanted.search))
    return indexed, loose


def _looked_at(
    connection: Connection, indexed: ColumnElement[bool], order: UnaryExpression[str], most: int
) -> tuple[Select[str], str | None]:
    """The next candidates, and the last of them if there may be more."""
    candidates = select(request.c.id).where(indexed).order_by(order).limit(most)
    last = connection.execute(candidates.offset(most - 1).limit(1)).scalar()
    return candidates, last


def of_row(row: Iterable[Any], read: Callable[[str], Any] = orjson.loads) -> Request:
    """The request in a row that begins with COLUMNS. `read` can leave its lists as they are kept, to be passed on."""
    values = [*islice(row, len(FIELDS))]
    for place in _JSON:
        values[place] = read(values[place])
    return Request._make(values)
