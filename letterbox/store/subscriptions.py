"""Subscriptions: which requests of an endpoint go to which destination."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from letterbox.errors import NotFound
from letterbox.store import deliveries, destinations, endpoints
from letterbox.store.delivery_tables import destination, subscription
from letterbox.store.tables import endpoint, journal


@dataclass(frozen=True, slots=True)
class Subscription:
    """From an endpoint to a destination; the expressions are CEL, as their author wrote them."""

    id: str
    project_id: str
    endpoint_id: str
    destination_id: str
    created_at: int
    updated_at: int
    filter: str | None = None
    transform: str | None = None
    ordering_key: str | None = None


FIELDS = tuple(field.name for field in fields(Subscription))
COLUMNS = tuple(subscription.c[name] for name in FIELDS)


def find(connection: Connection, project_id: str, subscription_id: str) -> Subscription | None:
    mine = (subscription.c.project_id == project_id) & (subscription.c.id == subscription_id)
    row = connection.execute(select(*COLUMNS).where(mine)).first()
    return _subscription(row) if row else None


def all_of(
    connection: Connection, project_id: str | None = None, *, destination_id: str | None = None
) -> list[Subscription]:
    """Every subscription, or those of a project or a destination."""
    query = _those_of(endpoint_id=None, destination_id=destination_id)
    if project_id is not None:
        query = query.where(subscription.c.project_id == project_id)
    return [_subscription(row) for row in connection.execute(query)]


def page_of(
    connection: Connection,
    project_id: str,
    *,
    after: str | None,
    limit: int,
    endpoint_id: str | None = None,
    destination_id: str | None = None,
) -> list[Subscription]:
    """The project's next subscriptions (of this endpoint, to this destination), newest first."""
    query = _those_of(endpoint_id, destination_id).where(subscription.c.project_id == project_id)
    query = query.order_by(subscription.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(subscription.c.id < after)
    return [_subscription(row) for row in connection.execute(query)]


def add(connection: Connection, new: Subscription) -> None:
    """Raises NotFound if another process has removed the endpoint or the destination meanwhile."""
    _hold(connection, new)
    newest = select(func.coalesce(func.max(journal.c.sequence), 0)).scalar_subquery()
    connection.execute(insert(subscription).values(begins_after=newest, **_values(new)))


def change(connection: Connection, changed: Subscription) -> None:
    connection.execute(update(subscription).where(subscription.c.id == changed.id).values(**_values(changed)))


def remove(connection: Connection, subscription_id: str, now: int) -> None:
    connection.execute(delete(subscription).where(subscription.c.id == subscription_id))
    deliveries.let_go(connection, subscription_id, now)


def remove_of_endpoint(connection: Connection, endpoint_id: str) -> list[Subscription]:
    """Remove an endpoint's subscriptions, and return them as they were."""
    gone = delete(subscription).where(subscription.c.endpoint_id == endpoint_id).returning(*COLUMNS)
    return [_subscription(row) for row in connection.execute(gone)]


def _hold(connection: Connection, new: Subscription) -> None:
    """Keep both ends from being removed until this is committed; on Postgres others could do that."""
    for table, identity, live in (
        (endpoint, new.endpoint_id, endpoints.LIVE),
        (destination, new.destination_id, destinations.LIVE),
    ):
        query = select(table.c.id).where(table.c.id == identity, live).with_for_update(read=True)
        if connection.execute(query).first() is None:
            raise NotFound(f"There is no such {table.name} in this project.")


def _those_of(endpoint_id: str | None, destination_id: str | None) -> Select[Any]:
    query = select(*COLUMNS)
    if endpoint_id is not None:
        query = query.where(subscription.c.endpoint_id == endpoint_id)
    if destination_id is not None:
        query = query.where(subscription.c.destination_id == destination_id)
    return query


def _subscription(row: Any) -> Subscription:
    return Subscription(**row._asdict())


def _values(record: Subscription) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIELDS}
