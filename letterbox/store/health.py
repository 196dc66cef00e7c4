"""Health: what is known of how a destination has answered lately."""

from __future__ import annotations

from sqlalchemy import Connection, update

from letterbox.store.delivery_tables import health


def pardon(connection: Connection, destination_id: str) -> None:
    """Forget how a destination has failed, so that it is not left alone for that, nor disabled again at once."""
    mine = health.c.destination_id == destination_id
    connection.execute(update(health).where(mine).values(failing_since=None, opened_until=None))
