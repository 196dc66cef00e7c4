"""Destinations: where the caller's project has its requests delivered."""

from __future__ import annotations

from typing import Any

from handlers import service
from handlers.answers import created, done, once, page, started
from letterbox import deliveries, destination_health, destinations, projects, sampling
from letterbox.delivery.egress import Egress
from letterbox.destinations import Issued
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.representation import as_json, etag_of, require_match
from letterbox.service import Unit

Body = dict[str, Any]


def search(user: Caller, limit: int = 50, cursor: str | None = None) -> Body:
    with service().reading() as connection:
        items, next_cursor = destinations.search(connection, user.project_id, cursor, limit)
    return page([destinations.shown(destination) for destination in items], next_cursor)


def create(user: Caller, body: Body, idempotency_key: str | None = None) -> Answer:
    _require_sensible(body)
    seal = service().seal

    def make(unit: Unit) -> Answer:
        project = projects.read(unit.connection, user.project_id)
        return _issued(destinations.create(unit, project.id, body, seal))

    return once(user, idempotency_key, body, make)


def read(user: Caller, destination: str) -> Body:
    with service().reading() as connection:
        return destinations.shown(destinations.read(connection, user.project_id, destination))


def replace(user: Caller, destination: str, body: Body, if_match: str | None = None) -> Body | Answer:
    _require_sensible(body)
    seal = service().seal

    def work(unit: Unit) -> Body | Answer:
        project = projects.read(unit.connection, user.project_id)
        found = destinations.read_or_free(unit.connection, project.id, destination)
        require_match(if_match, found and destinations.shown(found))
        if found is not None:
            return destinations.shown(destinations.replace_all(unit, found, body))
        return _issued(destinations.create(unit, project.id, {**body, "name": destination}, seal))

    return service().run(work)


def change(user: Caller, destination: str, body: Body, if_match: str | None = None) -> Body:
    _require_sensible(body)

    def work(unit: Unit) -> Body:
        found = destinations.read(unit.connection, user.project_id, destination)
        require_match(if_match, destinations.shown(found))
        return destinations.shown(destinations.change(unit, found, body))

    return service().run(work)


def remove(user: Caller, destination: str, if_match: str | None = None) -> None:
    def work(unit: Unit) -> None:
        found = destinations.read(unit.connection, user.project_id, destination)
        require_match(if_match, destinations.shown(found))
        destinations.remove(unit, found)

    service().run(work)


def rotate_secret(
    user: Caller, destination: str, body: Body | None = None, idempotency_key: str | None = None
) -> Answer:
    overlap_seconds = (body or {}).get("overlap_seconds", destinations.OVERLAP_SECONDS)
    seal = service().seal

    def work(unit: Unit) -> Answer:
        found = destinations.read(unit.connection, user.project_id, destination)
        return done(destinations.shown_once(destinations.rotate_secret(unit, found, seal, overlap_seconds)))

    return once(user, idempotency_key, body, work)


def enable(user: Caller, destination: str, idempotency_key: str | None = None) -> Answer:
    def work(unit: Unit) -> Answer:
        found = destinations.read(unit.connection, user.project_id, destination)
        return done(destinations.shown(destinations.enable(unit, found)))

    return once(user, idempotency_key, None, work)


def send_test(user: Caller, destination: str, body: Body | None = None, idempotency_key: str | None = None) -> Answer:
    def work(unit: Unit) -> Answer:
        found = destinations.read(unit.connection, user.project_id, destination)
        return started(deliveries.shown(sampling.send(unit, found, body or {})), "deliveries")

    answer = once(user, idempotency_key, body, work)
    service().send_on()
    return answer


def read_health(user: Caller, destination: str) -> Body:
    with service().reading() as connection:
        return destination_health.shown(connection, destinations.read(connection, user.project_id, destination))


def _require_sensible(body: Body) -> None:
    destinations.require_sensible(body, Egress(service().settings.egress_allow))


def _issued(issued: Issued) -> Answer:
    """201 with the secret, and with the tag of what is read without it."""
    answer = created(destinations.shown_once(issued), "destinations")
    tag = etag_of(as_json(destinations.shown(issued.destination)))
    return answer._replace(headers={**answer.headers, "ETag": tag})
