"""Readmissions: requests readmitted, released or rejected in bulk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import service
from handlers.answers import created, done, once, page
from letterbox import readmissions
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.readmissions import Job
from letterbox.service import Unit

Body = dict[str, Any]


def search(user: Caller, limit: int = 50, cursor: str | None = None) -> Body:
    with service().reading() as connection:
        items, next_cursor = readmissions.search(connection, user.project_id, cursor, limit)
    return page([readmissions.shown(job) for job in items], next_cursor)


def create(user: Caller, body: Body, idempotency_key: str | None = None) -> Answer:
    with service().reading() as connection:
        planned = readmissions.plan(connection, user.project_id, user.id, body)

    def add(unit: Unit) -> Answer:
        return created(readmissions.shown(readmissions.add(unit, planned)), "readmissions")

    return once(user, idempotency_key, body, add)


def read(user: Caller, readmission: str) -> Body:
    with service().reading() as connection:
        return readmissions.shown(readmissions.read(connection, user.project_id, readmission))


def run(user: Caller, readmission: str, idempotency_key: str | None = None) -> Answer:
    answer = _change(user, readmission, idempotency_key, readmissions.run)
    service().go_on()
    return answer


def cancel(user: Caller, readmission: str, idempotency_key: str | None = None) -> Answer:
    return _change(user, readmission, idempotency_key, readmissions.cancel)


def _change(user: Caller, readmission: str, idempotency_key: str | None, change: Callable[[Unit, Job], Job]) -> Answer:
    def work(unit: Unit) -> Answer:
        found = readmissions.read(unit.connection, user.project_id, readmission)
        return done(readmissions.shown(change(unit, found)))

    return once(user, idempotency_key, None, work)
