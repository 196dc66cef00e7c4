"""Deliveries: where they are, what came of their attempts, and what may be done with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from letterbox import destinations, endpoints
from letterbox.errors import Conflict, NotFound, WrongStatus
from letterbox.ids import now
from letterbox.paging import Page, after_of, cursor_of, split
from letterbox.representation import as_time, moment_of
from letterbox.store import deliveries as stored
from letterbox.store import destinations as stored_destinations
from letterbox.store import requests as stored_requests
from letterbox.store import resending
from letterbox.store.changes import Recalled
from letterbox.store.deliveries import Attempt, Delivery, Filter
from letterbox.store.writer import Connection, Unit

__all__ = [
    "Delivery",
    "attempts",
    "cancel",
    "read",
    "retry",
    "retry_failed",
    "search",
    "shown",
    "shown_attempt",
    "tell",
]

CANCELLED = "It was cancelled by a user."
RETRIED_AT_ONCE = 1_000
RETRIED = ("waiting", "failed", "cancelled")
GIVEN_UP = ("waiting", "sending", "failed")


def read(connection: Connection, project_id: str, delivery_id: str) -> Delivery:
    delivery = stored.find(connection, project_id, delivery_id)
    if delivery is None:
        raise NotFound("There is no such delivery in this project.")
    return delivery


def search(
    connection: Connection, project_id: str, cursor: str | None, limit: int, wanted: Mapping[str, str | None]
) -> Page[Delivery]:
    """A page of the project's deliveries, newest first. Raises NotFound for an endpoint or a destination.

    It may hold fewer than `limit`, even none, and still have a next cursor: each page looks at a bounded number.
    """
    wished = filter_of(connection, project_id, wanted)
    found, last = stored.page_of(connection, project_id, wished, after=after_of(cursor, "dlv"), limit=limit)
    return found, cursor_of(last)


def attempts(connection: Connection, delivery: Delivery, cursor: str | None, limit: int) -> Page[Attempt]:
    """A page of a delivery's attempts, oldest first."""
    after = after_of(cursor, "att")
    return split(stored.attempts_of(connection, delivery.id, after=after, limit=limit + 1), limit)


def retry(unit: Unit, delivery: Delivery) -> Delivery:
    """Send a delivery again now, its schedule begun anew. Raises WrongStatus and Conflict."""
    if delivery.status not in RETRIED:
        raise WrongStatus(f"One that has failed, was cancelled or waits can be retried; this one is {delivery.status}.")
    if stored_requests.find(unit.connection, delivery.project_id, delivery.request_id) is None:
        raise Conflict("Its request was erased, so there is nothing to send.")
    if not stored_destinations.these(unit.connection, [delivery.destination_id]):
        raise Conflict("Its destination was removed; replay the request to another one.")
    resending.resend(unit.connection, [delivery], now())
    tell(unit, {delivery.destination_id})
    return read(unit.connection, delivery.project_id, delivery.id)


def retry_failed(unit: Unit, project_id: str, wanted: Mapping[str, str | None]) -> dict[str, Any]:
    """Send the oldest of what has failed again, as far as it matches: how many, and whether there is more."""
    wished = filter_of(unit.connection, project_id, wanted)
    found = resending.failed_of(unit.connection, project_id, wished, limit=RETRIED_AT_ONCE + 1)
    resending.resend(unit.connection, found[:RETRIED_AT_ONCE], now())
    tell(unit, {each.destination_id for each in found})
    return {"retried": len(found[:RETRIED_AT_ONCE]), "more": len(found) > RETRIED_AT_ONCE}


def cancel(unit: Unit, delivery: Delivery) -> Delivery:
    """Give a delivery up, and let the next of its line go. Raises WrongStatus."""
    if delivery.status not in GIVEN_UP:
        raise WrongStatus(f"This one is {delivery.status} already.")
    resending.cancel(unit.connection, delivery, CANCELLED, now())
    tell(unit, {delivery.destination_id})
    return read(unit.connection, delivery.project_id, delivery.id)


def tell(unit: Unit, destination_ids: Collection[str]) -> None:
    """Have whoever sends to these destinations read anew what is due: he may hold what was cancelled."""
    for destination_id in sorted(destination_ids):
        unit.announce(Recalled(destination_id))


def filter_of(connection: Connection, project_id: str, wanted: Mapping[str, str | None]) -> Filter:
    """Raises NotFound for an endpoint or a destination, and Unprocessable for a time."""
    named: dict[str, Any] = {"status": wanted.get("status")}
    named |= {f"{noun}_id": wanted.get(noun) for noun in ("request", "replay")}
    named |= {name: moment_of(wanted.get(name)) for name in ("created_after", "created_before")}
    if (endpoint := wanted.get("endpoint")) is not None:
        named["endpoint_id"] = endpoints.read(connection, project_id, endpoint).id
    if (destination := wanted.get("destination")) is not None:
        named["destination_id"] = destinations.read(connection, project_id, destination).id
    return Filter(**named)


def shown(delivery: Delivery) -> dict[str, Any]:
    is_open = delivery.status in ("waiting", "sending")
    is_due = delivery.status == "waiting" and delivery.due_at is not None
    return {
        "id": delivery.id,
        "request_id": delivery.request_id,
        "endpoint_id": delivery.endpoint_id,
        "subscription_id": delivery.subscription_id,
        "destination_id": delivery.destination_id,
        "replay_id": delivery.replay_id,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "next_attempt_at": as_time(delivery.due_at) if is_due and delivery.due_at is not None else None,
        "is_held": is_open and delivery.due_at is None,
        "ordering_key": delivery.ordering_key,
        "last_error": delivery.last_error,
        "reason": delivery.reason,
        "created_at": as_time(delivery.created_at),
        "updated_at": as_time(delivery.updated_at),
    }


def shown_attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "number": attempt.number,
        "started_at": as_time(attempt.started_at),
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "error": attempt.error,
        "response_headers": attempt.response_headers,
        "response_excerpt": attempt.response_body.decode("utf-8", "replace"),
        "is_truncated": attempt.is_truncated,
    }
