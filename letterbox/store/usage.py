"""Usage: how many body bytes each endpoint and project keeps of what was accepted or quarantined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, func, select

from letterbox.store import bulk
from letterbox.store.slots import slot_of
from letterbox.store.tables import usage

Owner = tuple[str, str]  # the ids of a project and of its endpoint

_COLUMNS = ("project_id", "endpoint_id", "slot", "bytes")
_ADDED = "ON CONFLICT (project_id, endpoint_id, slot) DO UPDATE SET bytes = usage.bytes + excluded.bytes"


def add(connection: Connection, changes: Mapping[Owner, int]) -> dict[str, int]:
    """Count bytes that came (or went, if negative); returns the changes by project."""
    slot = slot_of(connection)
    rows = [(*owner, slot, change) for owner, change in sorted(changes.items()) if change]
    bulk.insert(connection, usage, _COLUMNS, rows, _ADDED)
    by_project: dict[str, int] = {}
    for project_id, _, _, change in rows:
        by_project[project_id] = by_project.get(project_id, 0) + change
    return by_project


def of_projects(connection: Connection, project_ids: Iterable[str] | None = None) -> dict[str, int]:
    """The bytes of each project, or of these; one that never kept any may be left out."""
    query = select(usage.c.project_id, func.sum(usage.c.bytes)).group_by(usage.c.project_id)
    if project_ids is not None:
        query = query.where(usage.c.project_id.in_([*project_ids]))
    return {project_id: int(total) for project_id, total in connection.execute(query)}


def forget(connection: Connection, project_id: str, endpoint_id: str) -> None:
    """Forget the count of an endpoint that is removed."""
    connection.execute(delete(usage).where(usage.c.project_id == project_id, usage.c.endpoint_id == endpoint_id))
