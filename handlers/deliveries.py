"""Deliveries: what is on its way to the destinations of the caller's project."""

from __future__ import annotations

from typing import Any

from handlers import service
from handlers.answers import done, once, page
from letterbox import deliveries
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.service import Unit

Body = dict[str, Any]


def search(
    user: Caller,
    limit: int = 50,
    cursor: str | None = None,
    status: str | None = None,
    destination: str | None = None,
    endpoint: str | None = None,
    request: str | None = None,
    replay: str | None = None,
    created_after: str | None = None,
    created_before: str | None = None,
) -> Body:
    wanted = {"status": status, "destination": destination, "endpoint": endpoint, "request": request, "replay": replay}
    wanted |= {"created_after": created_after, "created_before": created_before}
    with service().reading() as connection:
        items, next_cursor = deliveries.search(connection, user.project_id, cursor, limit, wanted)
    return page([deliveries.shown(delivery) for delivery in items], next_cursor)


def read(user: Caller, delivery: str) -> Body:
    with service().reading() as connection:
        return deliveries.shown(deliveries.read(connection, user.project_id, delivery))


def read_attempts(user: Caller, delivery: str, limit: int = 50, cursor: str | None = None) -> Body:
    with service().reading() as connection:
        found = deliveries.read(connection, user.project_id, delivery)
        items, next_cursor = deliveries.attempts(connection, found, cursor, limit)
    return page([deliveries.shown_attempt(attempt) for attempt in items], next_cursor)


def retry(user: Caller, delivery: str, idempotency_key: str | None = None) -> Answer:
    def work(unit: Unit) -> Answer:
        found = deliveries.read(unit.connection, user.project_id, delivery)
        return done(deliveries.shown(deliveries.retry(unit, found)))

    return _sent_on(once(user, idempotency_key, None, work))


def retry_failed(user: Caller, body: Body, idempotency_key: str | None = None) -> Answer:
    def work(unit: Unit) -> Answer:
        return done(deliveries.retry_failed(unit, user.project_id, body))

    return _sent_on(once(user, idempotency_key, body, work))


def cancel(user: Caller, delivery: str, idempotency_key: str | None = None) -> Answer:
    def work(unit: Unit) -> Answer:
        found = deliveries.read(unit.connection, user.project_id, delivery)
        return done(deliveries.shown(deliveries.cancel(unit, found)))

    return _sent_on(once(user, idempotency_key, None, work))


def _sent_on(answer: Answer) -> Answer:
    """Have the dispatcher look at once at what is due now."""
    service().send_on()
    return answer
