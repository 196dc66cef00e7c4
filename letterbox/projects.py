"""Projects: the verbs of the tenant. Only the admin of the project `default` uses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from letterbox import destinations, keys, secrets
from letterbox.errors import Forbidden, NotFound, ProjectNotEmpty, Protected, Unprocessable
from letterbox.ids import new_id, now
from letterbox.keyring import Caller
from letterbox.names import require_name
from letterbox.paging import Page, after_of, split
from letterbox.receive.declared_replies import violations_of
from letterbox.representation import as_time
from letterbox.sealing import Seal
from letterbox.store import destinations as stored_destinations
from letterbox.store import endpoints as stored_endpoints
from letterbox.store import keys as stored_keys
from letterbox.store import projects as stored
from letterbox.store.changes import Changed, Removed
from letterbox.store.projects import Project
from letterbox.store.tables import UNBOUNDED
from letterbox.store.writer import Connection, Unit

DEFAULT = "default"
DEFAULTS: dict[str, Any] = {
    "verification": {"scheme": "none"},
    "contract_mode": "enforce",
    "max_body_bytes": 1_048_576,
    "replies": [],
}
LIMITS: dict[str, int | None] = {"requests_per_second": None, "stored_bytes": None, "endpoints": None}


def require_manager(caller: Caller, default_project_id: str) -> None:
    if caller.project_id != default_project_id:
        raise Forbidden("Only an admin key of the project `default` manages projects.")


def require_safe(declared: Mapping[str, Any]) -> None:
    """Raise Unprocessable for default replies that can't be served, of a project or of changes of one.

    Compiles what it is given, which takes long: for before the unit of work, which the receive plane waits for.
    """
    replies = declared.get("defaults", {}).get("replies", ())
    if unsafe := list(violations_of(replies, "/defaults/replies")):
        raise Unprocessable(unsafe[0]["message"], errors=unsafe)


def create(unit: Unit, new: dict[str, Any], seal: Seal) -> tuple[Project, keys.Issued]:
    """A new project, its replies known to be safe, and its first admin key, which holds every scope."""
    require_name(new["slug"], "/slug")
    moment, identity = now(), new_id("prj")
    project = Project(
        id=identity,
        slug=new["slug"],
        name=new.get("name", new["slug"]),
        defaults=DEFAULTS | _defaults(new, DEFAULTS, seal, identity),
        limits=LIMITS | new.get("limits", {}),
        retention=UNBOUNDED | new.get("retention", {}),
        created_at=moment,
        updated_at=moment,
    )
    stored.add(unit.connection, project)
    unit.announce(Changed(project))
    return project, keys.create(unit, project.id, {"name": "admin", "scopes": sorted(keys.SCOPES)})


def change(unit: Unit, project: Project, changes: dict[str, Any], seal: Seal) -> Project:
    """Change what is given; of `defaults`, `limits` and `retention` only the properties that are given."""
    changed = replace(
        project,
        name=changes.get("name", project.name),
        defaults=project.defaults | _defaults(changes, project.defaults, seal, project.id),
        limits=project.limits | changes.get("limits", {}),
        retention=project.retention | changes.get("retention", {}),
        updated_at=now(),
    )
    stored.change(unit.connection, changed)
    unit.announce(Changed(changed))
    return changed


def remove(unit: Unit, project: Project) -> None:
    """Remove a project without endpoints, its destinations and its keys; the unmatched requests are deleted next."""
    if project.slug == DEFAULT:
        raise Protected("The project `default` can't be removed.")
    if stored_endpoints.count(unit.connection, project.id):
        raise ProjectNotEmpty
    for key in stored_keys.all_of(unit.connection, project.id):
        unit.announce(Removed(key))
    for destination in stored_destinations.all_of(unit.connection, project.id):
        destinations.remove(unit, destination)
    stored.retire(unit.connection, project.id, now())
    unit.announce(Removed(project))


def read(connection: Connection, project_id_or_slug: str) -> Project:
    project = stored.find(connection, project_id_or_slug)
    if project is None:
        raise NotFound("There is no such project.")
    return project


def search(connection: Connection, cursor: str | None, limit: int) -> Page[Project]:
    """A page of all projects, newest first."""
    return split(stored.page_of(connection, after=after_of(cursor, "prj"), limit=limit + 1), limit)


def shown(project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "slug": project.slug,
        "name": project.name,
        "defaults": {**project.defaults, "verification": secrets.shown(project.defaults["verification"])},
        "limits": project.limits,
        "retention": project.retention,
        "created_at": as_time(project.created_at),
        "updated_at": as_time(project.updated_at),
    }


def _defaults(new: dict[str, Any], earlier: dict[str, Any], seal: Seal, project_id: str) -> dict[str, Any]:
    """The defaults that are declared, their secrets sealed."""
    declared: dict[str, Any] = new.get("defaults", {})
    if "verification" not in declared:
        return declared
    sealed = secrets.sealed(declared["verification"], earlier["verification"], seal, project_id, now())
    return {**declared, "verification": sealed}
