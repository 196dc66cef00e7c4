"""Endpoints: what the caller's project has declared."""

from __future__ import annotations

from typing import Any

from flask import request

from handlers import service
from handlers.answers import checked, created, once, page
from letterbox import checks, endpoints, projects
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.representation import require_match
from letterbox.service import Unit

Body = dict[str, Any]


def search(user: Caller, limit: int = 50, cursor: str | None = None) -> Body:
    with service().reading() as connection:
        items, next_cursor = endpoints.search(connection, user.project_id, cursor, limit)
    address = _address(user)
    return page([endpoints.shown(endpoint, address) for endpoint in items], next_cursor)


def create(user: Caller, body: Body, idempotency_key: str | None = None) -> Answer:
    endpoints.require_sensible(body)
    address, seal = _address(user), service().seal

    def make(unit: Unit) -> Answer:
        project = projects.read(unit.connection, user.project_id)
        return created(endpoints.shown(endpoints.create(unit, project, body, seal), address), "endpoints")

    return once(user, idempotency_key, body, make)


def read(user: Caller, endpoint: str) -> Body:
    with service().reading() as connection:
        found = endpoints.read(connection, user.project_id, endpoint)
    return endpoints.shown(found, _address(user))


def replace(user: Caller, endpoint: str, body: Body, if_match: str | None = None) -> Body | Answer:
    endpoints.require_sensible(body)
    address, seal = _address(user), service().seal

    def work(unit: Unit) -> Body | Answer:
        project = projects.read(unit.connection, user.project_id)
        found = endpoints.read_or_free(unit.connection, user.project_id, endpoint)
        require_match(if_match, found and endpoints.shown(found, address))
        if found is not None:
            return endpoints.shown(endpoints.replace_all(unit, project, found, body, seal), address)
        made = endpoints.create(unit, project, {**body, "name": endpoint}, seal)
        return created(endpoints.shown(made, address), "endpoints")

    return service().run(work)


def change(user: Caller, endpoint: str, body: Body, if_match: str | None = None) -> Body:
    endpoints.require_sensible(body)
    address, seal = _address(user), service().seal

    def work(unit: Unit) -> Body:
        found = endpoints.read(unit.connection, user.project_id, endpoint)
        require_match(if_match, endpoints.shown(found, address))
        return endpoints.shown(endpoints.change(unit, found, body, seal), address)

    return service().run(work)


def remove(user: Caller, endpoint: str, requests: str | None = None, if_match: str | None = None) -> None:
    address = _address(user)

    def work(unit: Unit) -> None:
        found = endpoints.read(unit.connection, user.project_id, endpoint)
        require_match(if_match, endpoints.shown(found, address))
        endpoints.remove(unit, found, with_requests=requests is not None)

    service().run(work)


def check(user: Caller, endpoint: str, body: Body | None = None, idempotency_key: str | None = None) -> Answer:
    with service().reading() as connection:
        found = endpoints.read(connection, user.project_id, endpoint)
    asked = checks.question(found, body or {}, request.remote_addr)
    return checked(user, idempotency_key, body, asked)


def _address(user: Caller) -> str:
    """Where the caller's project receives; asked before a unit of work, which runs outside of Flask's context."""
    return service().address_of(user.project_id)
