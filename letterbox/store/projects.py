"""Projects: the tenants, each with a URL prefix of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from letterbox.errors import NameTaken
from letterbox.store import delivery_tables, endpoints, tables, tallies
from letterbox.store.tables import UNBOUNDED, project


@dataclass(frozen=True, slots=True)
class Project:
    """A tenant. `defaults`, `limits` and `retention` have the shapes of the specification, every property there."""

    id: str
    slug: str
    name: str
    defaults: dict[str, Any]
    limits: dict[str, int | None]
    retention: dict[str, int | None]
    created_at: int
    updated_at: int


COLUMNS = (
    project.c.id,
    project.c.slug,
    project.c.name,
    project.c.defaults,
    project.c.limits,
    project.c.retention,
    project.c.created_at,
    project.c.updated_at,
)
LIVE = project.c.removed_at.is_(None)
FORGOTTEN = (  # with a project, when its endpoints are
    delivery_tables.subscription,
    delivery_tables.destination,
    tables.usage,
    tables.route,
    tables.idempotency,
    tables.job,
    tables.key,
)


def find(connection: Connection, project_id_or_slug: str) -> Project | None:
    either = or_(project.c.id == project_id_or_slug, project.c.slug == project_id_or_slug)
    row = connection.execute(select(*COLUMNS).where(either, LIVE)).first()
    return Project(*row) if row else None


def all_of(connection: Connection) -> list[Project]:
    return [Project(*row) for row in connection.execute(select(*COLUMNS).where(LIVE))]


def page_of(connection: Connection, *, after: str | None, limit: int) -> list[Project]:
    """The next projects in the order they were made, newest first."""
    query = select(*COLUMNS).where(LIVE).order_by(project.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(project.c.id < after)
    return [Project(*row) for row in connection.execute(query)]


def add(connection: Connection, new: Project) -> None:
    """Raises NameTaken if another project has this slug."""
    try:
        connection.execute(insert(project).values(**_values(new)))
    except IntegrityError:
        raise NameTaken(f"The slug {new.slug} is taken.") from None


def change(connection: Connection, changed: Project) -> None:
    connection.execute(update(project).where(project.c.id == changed.id).values(**_values(changed)))


def retire(connection: Connection, project_id: str, now: int) -> None:
    """Remove a project that has no endpoints, with its keys and jobs; its row stays until what it kept is deleted."""
    for table in (tables.idempotency, tables.job, tables.key):
        connection.execute(delete(table).where(table.c.project_id == project_id))
    gone = update(project).where(project.c.id == project_id)
    connection.execute(gone.values(slug=project_id, retention=UNBOUNDED, removed_at=now))


def forget(connection: Connection, project_id: str) -> bool:
    """Forget a project that is retired, and keeps no more requests, with whatever came to it at the last moment.

    Its endpoints go first, one at a time, then what was counted; whether there is more.
    """
    its_own = select(tables.endpoint.c.id).where(tables.endpoint.c.project_id == project_id)
    endpoint_id = connection.execute(its_own.limit(1)).scalar()
    if endpoint_id is not None:
        endpoints.forget(connection, project_id, endpoint_id)
        return True
    if tallies.forget(connection, project_id):
        return True
    for table in FORGOTTEN:
        connection.execute(delete(table).where(table.c.project_id == project_id))
    connection.execute(delete(project).where(project.c.id == project_id))
    return False


def _values(record: Project) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Project.__dataclass_fields__}
