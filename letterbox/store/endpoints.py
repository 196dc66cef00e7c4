"""Endpoints, and the routes that decide which of them takes a method at a path."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Text, cast, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from letterbox.errors import NameTaken, PathTaken
from letterbox.ids import now
from letterbox.store import dedupe, tallies, usage
from letterbox.store.delivery_tables import subscription
from letterbox.store.tables import UNBOUNDED, contract, endpoint, request, route


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests come in. The nested values have the shapes of the specification."""

    id: str
    project_id: str
    name: str
    path: str
    methods: tuple[str, ...]
    verification: dict[str, Any]
    contract_mode: str
    replies: tuple[dict[str, Any], ...]
    max_body_bytes: int
    requests_per_second: int | None
    cors: dict[str, list[str]]
    retention: dict[str, int | None]
    paused: bool
    created_at: int
    updated_at: int
    dedupe: dict[str, Any] | None = None
    allow_from: tuple[str, ...] = ()
    public_docs: bool = False
    contract_version: int | None = None  # the active one
    contract_digest: str | None = None  # and the SHA-256 of its document, in hex


FIELDS = tuple(field.name for field in fields(Endpoint))
COLUMNS = tuple(endpoint.c[name] for name in FIELDS)
LISTS = ("methods", "replies", "allow_from")
LIVE = endpoint.c.removed_at.is_(None)


def find(connection: Connection, project_id: str, endpoint_id_or_name: str) -> Endpoint | None:
    either = or_(endpoint.c.id == endpoint_id_or_name, endpoint.c.name == endpoint_id_or_name)
    row = connection.execute(select(*COLUMNS).where(endpoint.c.project_id == project_id, either, LIVE)).first()
    return _endpoint(row) if row else None


def all_of(connection: Connection, project_id: str | None = None) -> list[Endpoint]:
    query = select(*COLUMNS).where(LIVE)
    if project_id is not None:
        query = query.where(endpoint.c.project_id == project_id)
    return [_endpoint(row) for row in connection.execute(query)]


def asking(connection: Connection, project_id: str) -> list[Endpoint]:
    """The project's endpoints with replies that come from destinations, and perhaps some that only say the word."""
    may_ask = cast(endpoint.c.replies, Text).contains("from_destination", autoescape=True)
    query = select(*COLUMNS).where(endpoint.c.project_id == project_id, LIVE, may_ask).order_by(endpoint.c.name)
    return [_endpoint(row) for row in connection.execute(query)]


def page_of(connection: Connection, project_id: str, *, after: str | None, limit: int) -> list[Endpoint]:
    """The project's next endpoints, newest first."""
    query = select(*COLUMNS).where(endpoint.c.project_id == project_id, LIVE)
    query = query.order_by(endpoint.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(endpoint.c.id < after)
    return [_endpoint(row) for row in connection.execute(query)]


def count(connection: Connection, project_id: str) -> int:
    query = select(func.count()).where(endpoint.c.project_id == project_id, LIVE)
    return connection.execute(query).scalar_one()


def names_like(connection: Connection, project_id: str, stem: str) -> set[str]:
    """The project's endpoint names that begin with this stem."""
    mine = (endpoint.c.project_id == project_id) & endpoint.c.name.startswith(stem, autoescape=True)
    return set(connection.execute(select(endpoint.c.name).where(mine)).scalars())


def add(connection: Connection, new: Endpoint, shape: str) -> None:
    """Raises NameTaken or PathTaken; `shape` is the path with its parameters' names left out."""
    try:
        connection.execute(insert(endpoint).values(**_values(new)))
    except IntegrityError:
        raise NameTaken(f"The project has an endpoint named {new.name}.") from None
    _add_routes(connection, new, shape)


def change(connection: Connection, changed: Endpoint, shape: str) -> None:
    """Raises NameTaken or PathTaken."""
    try:
        connection.execute(update(endpoint).where(endpoint.c.id == changed.id).values(**_values(changed)))
    except IntegrityError:
        raise NameTaken(f"The project has an endpoint named {changed.name}.") from None
    connection.execute(delete(route).where(route.c.endpoint_id == changed.id))
    _add_routes(connection, changed, shape)


def holds_requests(connection: Connection, endpoint_id: str) -> bool:
    query = select(request.c.id).where(request.c.endpoint_id == endpoint_id).limit(1)
    return connection.execute(query).first() is not None


def retire(connection: Connection, endpoint_id: str, now: int) -> None:
    """Make an endpoint and its requests invisible, and give its name and path free; the requests are deleted next."""
    connection.execute(delete(route).where(route.c.endpoint_id == endpoint_id))
    gone = update(endpoint).where(endpoint.c.id == endpoint_id)
    connection.execute(gone.values(name=endpoint_id, retention=UNBOUNDED, removed_at=now))
    connection.execute(delete(subscription).where(subscription.c.endpoint_id == endpoint_id))


def remove(connection: Connection, project_id: str, endpoint_id: str) -> None:
    """Remove an endpoint that keeps no requests. If it has many keys or tallies it is retired, and they go later."""
    if forget(connection, project_id, endpoint_id):
        retire(connection, endpoint_id, now())


def forget(connection: Connection, project_id: str, endpoint_id: str) -> bool:
    """Forget an endpoint that keeps no requests, or first some of its keys and tallies; whether there is more."""
    if dedupe.forget(connection, endpoint_id) or tallies.forget(connection, project_id, endpoint_id):
        return True
    for table in (route, contract, subscription):
        connection.execute(delete(table).where(table.c.endpoint_id == endpoint_id))
    connection.execute(delete(endpoint).where(endpoint.c.id == endpoint_id))
    usage.forget(connection, project_id, endpoint_id)
    return False


def _add_routes(connection: Connection, record: Endpoint, shape: str) -> None:
    rows = [
        {"project_id": record.project_id, "shape": shape, "method": method, "endpoint_id": record.id}
        for method in record.methods
    ]
    try:
        connection.execute(insert(route), rows)
    except IntegrityError:
        raise PathTaken(
            f"Another endpoint takes one of {', '.join(record.methods)} at {record.path}; "
            "endpoints may share a path if their methods are disjoint."
        ) from None


def _endpoint(row: Any) -> Endpoint:
    lists = {name: tuple(getattr(row, name)) for name in LISTS}
    return Endpoint(**{**row._asdict(), **lists})


def _values(record: Endpoint) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIELDS}
