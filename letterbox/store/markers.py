"""Small facts about the store itself, by name."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from letterbox.store.tables import marker


def find(connection: Connection, name: str) -> bytes | None:
    return connection.execute(select(marker.c.value).where(marker.c.name == name)).scalar()


def put(connection: Connection, name: str, value: bytes) -> None:
    connection.execute(delete(marker).where(marker.c.name == name))
    connection.execute(insert(marker).values(name=name, value=value))
