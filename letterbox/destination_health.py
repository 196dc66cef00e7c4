"""The health of a destination: how it has answered lately, and how much waits for it."""

from __future__ import annotations

from typing import Any

from letterbox.ids import now
from letterbox.representation import as_time
from letterbox.store import health as stored
from letterbox.store import standing
from letterbox.store.destinations import Destination
from letterbox.store.health import Health
from letterbox.store.writer import Connection


def shown(connection: Connection, destination: Destination) -> dict[str, Any]:
    """As the specification shows it."""
    health = stored.find(connection, destination.id)
    found = standing.of_destination(connection, destination.id)
    opened_until = health.opened_until if _is_open(health, now()) else None
    return {
        "state": state_of(destination, health, now()),
        "failing_since": _time(health.failing_since),
        "last_success_at": _time(health.last_success_at),
        "last_failure_at": _time(health.last_failure_at),
        "last_error": health.last_error,
        "opened_until": _time(opened_until),
        "waiting": found.waiting,
        "oldest_waiting_at": _time(found.oldest_waiting_at),
        "failed": found.failed,
    }


def state_of(destination: Destination, health: Health, moment: int) -> str:
    """The one word for it: what keeps deliveries waiting comes first."""
    if destination.disabled_at is not None:
        return "disabled"
    if destination.paused:
        return "paused"
    if _is_open(health, moment):
        return "open"
    if health.failing_since is not None:
        return "failing"
    return "unknown" if health.last_success_at is None else "healthy"


def _is_open(health: Health, moment: int) -> bool:
    return health.opened_until is not None and health.opened_until > moment


def _time(moment: int | None) -> str | None:
    return None if moment is None else as_time(moment)
