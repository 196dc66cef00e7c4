"""Destinations: where deliveries go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from letterbox.errors import NameTaken
from letterbox.store import deliveries, tallies
from letterbox.store.delivery_tables import REMOVED_DESTINATION, destination, health, lease, subscription


@dataclass(frozen=True, slots=True)
class Destination:
    """Where deliveries go, and how. Of its secrets (newest first) what signs is sealed."""

    id: str
    project_id: str
    name: str
    url: str
    headers: dict[str, str]
    timeout_seconds: int
    max_in_flight: int
    rate_per_second: int | None
    retry_schedule_seconds: tuple[int, ...]
    forward_credentials: bool
    paused: bool
    secrets: tuple[dict[str, Any], ...]
    created_at: int
    updated_at: int
    disabled_at: int | None = None
    disabled_reason: str | None = None


FIELDS = tuple(field.name for field in fields(Destination))
COLUMNS = tuple(destination.c[name] for name in FIELDS)
LISTS = ("retry_schedule_seconds", "secrets")
LIVE = destination.c.removed_at.is_(None)


def find(connection: Connection, project_id: str, destination_id_or_name: str) -> Destination | None:
    either = or_(destination.c.id == destination_id_or_name, destination.c.name == destination_id_or_name)
    row = connection.execute(select(*COLUMNS).where(destination.c.project_id == project_id, either, LIVE)).first()
    return _destination(row) if row else None


def all_of(connection: Connection, project_id: str | None = None) -> list[Destination]:
    query = select(*COLUMNS).where(LIVE)
    if project_id is not None:
        query = query.where(destination.c.project_id == project_id)
    return [_destination(row) for row in connection.execute(query)]


def these(connection: Connection, ids: Sequence[str]) -> list[Destination]:
    """Those of these ids that are not removed."""
    if not ids:
        return []
    query = select(*COLUMNS).where(destination.c.id.in_(ids), LIVE)
    return [_destination(row) for row in connection.execute(query)]


def page_of(connection: Connection, project_id: str, *, after: str | None, limit: int) -> list[Destination]:
    """The project's next destinations, newest first."""
    query = select(*COLUMNS).where(destination.c.project_id == project_id, LIVE)
    query = query.order_by(destination.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(destination.c.id < after)
    return [_destination(row) for row in connection.execute(query)]


def names_like(connection: Connection, project_id: str, stem: str) -> set[str]:
    """The project's destination names that begin with this stem."""
    mine = (destination.c.project_id == project_id) & destination.c.name.startswith(stem, autoescape=True)
    return set(connection.execute(select(destination.c.name).where(mine)).scalars())


def add(connection: Connection, new: Destination) -> None:
    """Raises NameTaken."""
    try:
        connection.execute(insert(destination).values(**_values(new)))
    except IntegrityError:
        raise NameTaken(f"The project has a destination named {new.name}.") from None


def change(connection: Connection, changed: Destination) -> None:
    """Change a destination, unless another process has removed it meanwhile. Raises NameTaken."""
    try:
        connection.execute(update(destination).where(destination.c.id == changed.id, LIVE).values(**_values(changed)))
    except IntegrityError:
        raise NameTaken(f"The project has a destination named {changed.name}.") from None


def retire(connection: Connection, destination_id: str, now: int) -> None:
    """Make a destination invisible, give its name free, and forget its secrets and subscriptions.

    Its row stays until what was on its way to it is cancelled.
    """
    gone = update(destination).where(destination.c.id == destination_id)
    connection.execute(gone.values(name=destination_id, secrets=[], removed_at=now))
    connection.execute(delete(subscription).where(subscription.c.destination_id == destination_id))


def removed(connection: Connection) -> list[str]:
    """The ids of those that are removed, and not forgotten yet."""
    return [*connection.execute(select(destination.c.id).where(REMOVED_DESTINATION)).scalars()]


def clear(connection: Connection, destination_id: str, reason: str, now: int) -> bool:
    """Cancel some of what waits for one that is removed, and forget it and its tallies; whether there is more."""
    if deliveries.cancel_of_destination(connection, destination_id, reason, now).is_more:
        return True
    this = destination.c.id == destination_id
    project_id = connection.execute(select(destination.c.project_id).where(this)).scalar()
    if project_id is not None and tallies.forget(connection, project_id, destination_id):
        return True
    connection.execute(delete(health).where(health.c.destination_id == destination_id))
    connection.execute(delete(lease).where(lease.c.name == destination_id))
    connection.execute(delete(destination).where(this))
    return False


def _destination(row: Any) -> Destination:
    lists = {name: tuple(getattr(row, name)) for name in LISTS}
    return Destination(**{**row._asdict(), **lists})


def _values(record: Destination) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in FIELDS}
    return values | {name: list(values[name]) for name in LISTS}
