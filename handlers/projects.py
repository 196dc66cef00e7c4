"""Projects: the tenants, managed by the admin of the project `default` alone."""

from __future__ import annotations

from typing import Any

from handlers import service
from handlers.answers import created, once, page
from letterbox import keys, projects
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.representation import require_match
from letterbox.service import Unit

Body = dict[str, Any]


def search(user: Caller, limit: int = 50, cursor: str | None = None) -> Body:
    _require_manager(user)
    with service().reading() as connection:
        items, next_cursor = projects.search(connection, cursor, limit)
    return page([projects.shown(project) for project in items], next_cursor)


def create(user: Caller, body: Body, idempotency_key: str | None = None) -> Answer:
    _require_manager(user)
    projects.require_safe(body)
    seal = service().seal

    def make(unit: Unit) -> Answer:
        project, admin_key = projects.create(unit, body, seal)
        return created(projects.shown(project) | {"admin_key": keys.shown_once(admin_key)}, "projects")

    return once(user, idempotency_key, body, make)


def read(user: Caller, project: str) -> Body:
    _require_manager(user)
    with service().reading() as connection:
        return projects.shown(projects.read(connection, project))


def change(user: Caller, project: str, body: Body, if_match: str | None = None) -> Body:
    _require_manager(user)
    projects.require_safe(body)
    seal = service().seal

    def work(unit: Unit) -> Body:
        found = projects.read(unit.connection, project)
        require_match(if_match, projects.shown(found))
        return projects.shown(projects.change(unit, found, body, seal))

    return service().run(work)


def remove(user: Caller, project: str, if_match: str | None = None) -> None:
    _require_manager(user)

    def work(unit: Unit) -> None:
        found = projects.read(unit.connection, project)
        require_match(if_match, projects.shown(found))
        projects.remove(unit, found)

    service().run(work)


def _require_manager(user: Caller) -> None:
    projects.require_manager(user, service().default_project_id)
