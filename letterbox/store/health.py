"""Health: what is known of how a destination has answered lately."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select, update

from letterbox.store.delivery_tables import health


class Health(NamedTuple):
    """How a destination has answered lately; nothing of one that was not tried yet."""

    failing_since: int | None = None
    last_success_at: int | None = None
    last_failure_at: int | None = None
    last_error: str | None = None
    opened_until: int | None = None


def find(connection: Connection, destination_id: str) -> Health:
    columns = [health.c[name] for name in Health._fields]
    row = connection.execute(select(*columns).where(health.c.destination_id == destination_id)).first()
    return Health(*row) if row else Health()


def pardon(connection: Connection, destination_id: str) -> None:
    """Forget how a destination has failed, so that it is not left alone for that, nor disabled again at once."""
    mine = health.c.destination_id == destination_id
    connection.execute(update(health).where(mine).values(failing_since=None, opened_until=None))
