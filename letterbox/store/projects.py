"""Projects: the tenants, each with a URL prefix of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from letterbox.errors import NameTaken
from letterbox.store import journal, tables
from letterbox.store.tables import project


@dataclass(frozen=True, slots=True)
class Project:
    """A tenant. `defaults` and `limits` have the shapes of the specification, every property there."""

    id: str
    slug: str
    name: str
    defaults: dict[str, Any]
    limits: dict[str, int | None]
    created_at: int
    updated_at: int


COLUMNS = (
    project.c.id,
    project.c.slug,
    project.c.name,
    project.c.defaults,
    project.c.limits,
    project.c.created_at,
    project.c.updated_at,
)


# Made once: each commit of the receive plane runs it.
_COUNTED = (
    update(project)
    .where(project.c.id == bindparam("project"))
    .values(stored_bytes=project.c.stored_bytes + bindparam("change"))
    .returning(project.c.stored_bytes)
)


def find(connection: Connection, project_id_or_slug: str) -> Project | None:
    either = or_(project.c.id == project_id_or_slug, project.c.slug == project_id_or_slug)
    row = connection.execute(select(*COLUMNS).where(either)).first()
    return Project(*row) if row else None


def all_of(connection: Connection) -> list[Project]:
    return [Project(*row) for row in connection.execute(select(*COLUMNS))]


def page_of(connection: Connection, *, after: str | None, limit: int) -> list[Project]:
    """The next projects in the order they were made, newest first."""
    query = select(*COLUMNS).order_by(project.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(project.c.id < after)
    return [Project(*row) for row in connection.execute(query)]


def add(connection: Connection, new: Project) -> None:
    """Raises NameTaken if another project has this slug."""
    try:
        connection.execute(insert(project).values(stored_bytes=0, **_values(new)))
    except IntegrityError:
        raise NameTaken(f"The slug {new.slug} is taken.") from None


def change(connection: Connection, changed: Project) -> None:
    connection.execute(update(project).where(project.c.id == changed.id).values(**_values(changed)))


def remove(connection: Connection, project_id: str) -> None:
    """Remove a project that has no endpoints, with its keys and the unmatched requests that it kept."""
    journal.forget(connection, select(tables.request.c.id).where(tables.request.c.project_id == project_id))
    for table in (tables.request, tables.idempotency, tables.key, tables.route, tables.endpoint):
        connection.execute(delete(table).where(table.c.project_id == project_id))
    connection.execute(delete(project).where(project.c.id == project_id))


def stored_bytes(connection: Connection) -> dict[str, int]:
    """How many body bytes each project keeps."""
    return {row.id: row.stored_bytes for row in connection.execute(select(project.c.id, project.c.stored_bytes))}


def add_stored_bytes(connection: Connection, changes: dict[str, int]) -> dict[str, int]:
    """Count bytes that came (or went, if negative); returns what each of these projects keeps now."""
    totals = {}
    for project_id, change in sorted(changes.items()):
        total = connection.execute(_COUNTED, {"project": project_id, "change": change}).scalar()
        if total is not None:
            totals[project_id] = total
    return totals


def _values(record: Project) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Project.__dataclass_fields__}
