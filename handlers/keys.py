"""Keys: the bearer keys of the caller's own project."""

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
    with service().reading() as connection:
        items, next_cursor = keys.search(connection, user.project_id, cursor, limit)
    return page([keys.shown(key) for key in items], next_cursor)


def create(user: Caller, body: Body, idempotency_key: str | None = None) -> Answer:
    def make(unit: Unit) -> Answer:
        project = projects.read(unit.connection, user.project_id)  # it may have been removed a moment ago
        return created(keys.shown_once(keys.create(unit, project.id, body)), "keys")

    return once(user, idempotency_key, body, make)


def read(user: Caller, key: str) -> Body:
    with service().reading() as connection:
        return keys.shown(keys.read(connection, user.project_id, key))


def rotate(user: Caller, key: str, body: Body | None = None, idempotency_key: str | None = None) -> Answer:
    overlap_seconds = (body or {}).get("overlap_seconds", keys.OVERLAP_SECONDS)

    def work(unit: Unit) -> Answer:
        found = keys.read(unit.connection, user.project_id, key)
        return Answer(keys.shown_once(keys.rotate(unit, found, overlap_seconds)), 200, {})

    return once(user, idempotency_key, body, work)


def remove(user: Caller, key: str, if_match: str | None = None) -> None:
    def work(unit: Unit) -> None:
        found = keys.read(unit.connection, user.project_id, key)
        require_match(if_match, keys.shown(found))
        keys.remove(unit, found)

    service().run(work)
