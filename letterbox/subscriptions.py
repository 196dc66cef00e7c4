"""Subscriptions: the verbs of which requests go where. A change holds for the next request that comes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from letterbox import destinations, endpoints, expressions
from letterbox.errors import NotFound, Unprocessable, Violation
from letterbox.ids import new_id, now
from letterbox.paging import Page, after_of, split
from letterbox.receive.declared_replies import expression_violations
from letterbox.representation import as_time
from letterbox.store import subscriptions as stored
from letterbox.store.changes import Changed, Removed
from letterbox.store.subscriptions import Subscription
from letterbox.store.writer import Connection, Unit

EXPRESSIONS = ("filter", "transform", "ordering_key")


def require_sensible(declared: Mapping[str, Any]) -> None:
    """Raise Unprocessable for expressions that can't be evaluated: of a subscription, or of changes of one.

    Compiles what it is given, which takes long: for before the unit of work, which the receive plane waits for.
    """
    given = {name: declared[name] for name in EXPRESSIONS if declared.get(name) is not None}
    if violations := [each for name, source in given.items() for each in _violations_of(source, f"/{name}")]:
        raise Unprocessable(violations[0]["message"], errors=violations)


def create(unit: Unit, project_id: str, new: Mapping[str, Any]) -> Subscription:
    """Subscribe a destination to an endpoint, each by its id or name. Raises NotFound."""
    moment = now()
    subscription = Subscription(
        id=new_id("sub"),
        project_id=project_id,
        endpoint_id=endpoints.read(unit.connection, project_id, new["endpoint"]).id,
        destination_id=destinations.read(unit.connection, project_id, new["destination"]).id,
        created_at=moment,
        updated_at=moment,
        **{name: new.get(name) for name in EXPRESSIONS},
    )
    stored.add(unit.connection, subscription)
    unit.announce(Changed(subscription))
    return subscription


def change(unit: Unit, subscription: Subscription, changes: Mapping[str, Any]) -> Subscription:
    """Change what is given."""
    changed = replace(subscription, **changes, updated_at=now())
    stored.change(unit.connection, changed)
    unit.announce(Changed(changed))
    return changed


def remove(unit: Unit, subscription: Subscription) -> None:
    stored.remove(unit.connection, subscription.id, now())
    unit.announce(Removed(subscription))


def read(connection: Connection, project_id: str, subscription_id: str) -> Subscription:
    subscription = stored.find(connection, project_id, subscription_id)
    if subscription is None:
        raise NotFound("There is no such subscription in this project.")
    return subscription


def search(
    connection: Connection,
    project_id: str,
    cursor: str | None,
    limit: int,
    *,
    endpoint: str | None = None,
    destination: str | None = None,
) -> Page[Subscription]:
    """A page of the project's subscriptions (of one endpoint, to one destination), newest first. Raises NotFound."""
    found = stored.page_of(
        connection,
        project_id,
        after=after_of(cursor, "sub"),
        limit=limit + 1,
        endpoint_id=endpoint and endpoints.read(connection, project_id, endpoint).id,
        destination_id=destination and destinations.read(connection, project_id, destination).id,
    )
    return split(found, limit)


def shown(subscription: Subscription) -> dict[str, Any]:
    """A subscription as the specification shows it."""
    return {
        "id": subscription.id,
        "endpoint_id": subscription.endpoint_id,
        "destination_id": subscription.destination_id,
        "filter": subscription.filter,
        "transform": subscription.transform,
        "ordering_key": subscription.ordering_key,
        "created_at": as_time(subscription.created_at),
        "updated_at": as_time(subscription.updated_at),
    }


def _violations_of(source: str, pointer: str) -> Iterator[Violation]:
    wrong = list(expression_violations(source, pointer))
    yield from wrong
    if not wrong and expressions.compiled(source).uses_sign:
        message = "`sign` signs with a secret of an endpoint, and none is in scope here; `hmac` takes a key of its own."
        yield Violation(pointer=pointer, keyword="expression", message=message)
