"""Subscriptions: which requests of the caller's project go where."""

from __future__ import annotations

from typing import Any

from handlers import service
from handlers.answers import created, once, page
from letterbox import projects, subscriptions
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.representation import require_match
from letterbox.service import Unit

Body = dict[str, Any]


def search(
    user: Caller,
    limit: int = 50,
    cursor: str | None = None,
    endpoint: str | None = None,
    destination: str | None = None,
) -> Body:
    with service().reading() as connection:
        items, next_cursor = subscriptions.search(
            connection, user.project_id, cursor, limit, endpoint=endpoint, destination=destination
        )
    return page([subscriptions.shown(subscription) for subscription in items], next_cursor)


def create(user: Caller, body: Body, idempotency_key: str | None = None) -> Answer:
    subscriptions.require_sensible(body)

    def make(unit: Unit) -> Answer:
        project = projects.read(unit.connection, user.project_id)
        return created(subscriptions.shown(subscriptions.create(unit, project.id, body)), "subscriptions")

    return once(user, idempotency_key, body, make)


def read(user: Caller, subscription: str) -> Body:
    with service().reading() as connection:
        return subscriptions.shown(subscriptions.read(connection, user.project_id, subscription))


def change(user: Caller, subscription: str, body: Body, if_match: str | None = None) -> Body:
    subscriptions.require_sensible(body)

    def work(unit: Unit) -> Body:
        found = subscriptions.read(unit.connection, user.project_id, subscription)
        require_match(if_match, subscriptions.shown(found))
        return subscriptions.shown(subscriptions.change(unit, found, body))

    return service().run(work)


def remove(user: Caller, subscription: str, if_match: str | None = None) -> None:
    def work(unit: Unit) -> None:
        found = subscriptions.read(unit.connection, user.project_id, subscription)
        require_match(if_match, subscriptions.shown(found))
        subscriptions.remove(unit, found)

    service().run(work)
