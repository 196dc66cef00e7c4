"""Replays: kept requests of the caller's project delivered again in bulk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import service
from handlers.answers import created, done, once, page
from letterbox import replays
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.replays import Job
from letterbox.service import Connection, Unit

Body = dict[str, Any]


def search(user: Caller, limit: int = 50, cursor: str | None = None) -> Body:
    with service().reading() as connection:
        items, next_cursor = replays.search(connection, user.project_id, cursor, limit)
        return page(replays.shown(connection, items), next_cursor)


def create(user: Caller, body: Body, idempotency_key: str | None = None) -> Answer:
    with service().reading() as connection:
        planned = replays.plan(connection, user.project_id, user.id, body)

    def add(unit: Unit) -> Answer:
        return created(_shown(unit.connection, replays.add(unit, planned)), "replays")

    return once(user, idempotency_key, body, add)


def read(user: Caller, replay: str) -> Body:
    with service().reading() as connection:
        return _shown(connection, replays.read(connection, user.project_id, replay))


def run(user: Caller, replay: str, idempotency_key: str | None = None) -> Answer:
    return _change(user, replay, idempotency_key, replays.run)


def cancel(user: Caller, replay: str, idempotency_key: str | None = None) -> Answer:
    return _change(user, replay, idempotency_key, replays.cancel)


def _change(user: Caller, replay: str, idempotency_key: str | None, change: Callable[[Unit, Job], Job]) -> Answer:
    def work(unit: Unit) -> Answer:
        found = replays.read(unit.connection, user.project_id, replay)
        return done(_shown(unit.connection, change(unit, found)))

    answer = once(user, idempotency_key, None, work)
    service().go_on()
    service().send_on()
    return answer


def _shown(connection: Connection, job: Job) -> Body:
    return replays.shown(connection, [job])[0]
