"""Contracts: the versions of what an endpoint may be sent."""

from __future__ import annotations

from functools import partial
from typing import Any

from handlers import service
from handlers.answers import once, page
from letterbox import endpoints
from letterbox.contracts import versions
from letterbox.contracts.importing.document import Choice
from letterbox.idempotency import Answer
from letterbox.keyring import Caller
from letterbox.service import Unit

Body = dict[str, Any]


def search(user: Caller, endpoint: str, limit: int = 50, cursor: str | None = None) -> Body:
    with service().reading() as connection:
        found = endpoints.read(connection, user.project_id, endpoint)
        items, next_cursor = versions.search(connection, found, cursor, limit)
    return page([versions.listed(summary, found) for summary in items], next_cursor)


def create(
    user: Caller,
    endpoint: str,
    body: Body,
    path: str | None = None,
    method: str | None = None,
    event_type: str | None = None,
    idempotency_key: str | None = None,
) -> Answer:
    with service().reading() as connection:
        endpoints.read(connection, user.project_id, endpoint)  # before the long work that a document can be
    choice, active = Choice(path, method, event_type), body.get("active", False)
    offer = versions.offered(body, choice, partial(service().door.prove, user.project_id))

    def make(unit: Unit) -> Answer:
        found = endpoints.read(unit.connection, user.project_id, endpoint)
        made = versions.create(unit, found, offer, user.id, active=active)
        location = f"/v1/endpoints/{made.endpoint_id}/contracts/{made.version}"
        return Answer(versions.shown(made, active=active, document=offer.document), 201, {"Location": location})

    return once(user, idempotency_key, [body, *choice], make)


def read(user: Caller, endpoint: str, version: str) -> Body:
    with service().reading() as connection:
        found = endpoints.read(connection, user.project_id, endpoint)
        contract = versions.read(connection, found, version)
    return versions.shown(contract, active=found.contract_version == contract.version)


def activate(user: Caller, endpoint: str, version: str, idempotency_key: str | None = None) -> Answer:
    return _turn(user, endpoint, version, idempotency_key, active=True)


def deactivate(user: Caller, endpoint: str, version: str, idempotency_key: str | None = None) -> Answer:
    return _turn(user, endpoint, version, idempotency_key, active=False)


def diff(user: Caller, endpoint: str, version: str, **sent: Any) -> Body:
    """`from` is a word of Python's, so that parameter comes among the rest of what was sent."""
    with service().reading() as connection:
        found = endpoints.read(connection, user.project_id, endpoint)
        return versions.compared(connection, found, version, sent.get("from"))


def _turn(user: Caller, endpoint: str, version: str, idempotency_key: str | None, *, active: bool) -> Answer:
    """The contract is read outside of the unit of work: it may be long, and never changes."""
    with service().reading() as connection:
        contract = versions.read(connection, endpoints.read(connection, user.project_id, endpoint), version)
    answer = Answer(versions.shown(contract, active=active), 200, {})

    def work(unit: Unit) -> Answer:
        found = endpoints.read(unit.connection, user.project_id, contract.endpoint_id)
        (versions.activate if active else versions.deactivate)(unit, found, contract)
        return answer

    return once(user, idempotency_key, None, work)
