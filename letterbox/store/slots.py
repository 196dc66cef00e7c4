"""Slots: where processes count alike, each has rows of its own, so that no commit waits for another."""

from __future__ import annotations

from sqlalchemy import Connection

SLOTS = 64  # more processes than this may share one, and wait for each other now and then


def slot_of(connection: Connection) -> int:
    """By the server's number for this connection: in containers, all processes have the same number."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.connection.driver_connection.info.backend_pid) % SLOTS  # type: ignore[union-attr]
