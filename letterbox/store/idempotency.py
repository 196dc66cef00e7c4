"""Answers remembered under an Idempotency-Key, so that a POST sent twice happens once."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from letterbox.store.tables import idempotency


def find(connection: Connection, project_id: str, key: str, since: int) -> tuple[str, bytes] | None:
    """The (fingerprint, sealed answer) remembered under this key, unless it is older than `since`."""
    query = select(idempotency.c.fingerprint, idempotency.c.answer).where(
        idempotency.c.project_id == project_id, idempotency.c.key == key, idempotency.c.created_at >= since
    )
    row = connection.execute(query).first()
    return (row.fingerprint, row.answer) if row else None


def remember(connection: Connection, project_id: str, key: str, fingerprint: str, answer: bytes, now: int) -> None:
    connection.execute(
        insert(idempotency).values(
            project_id=project_id, key=key, fingerprint=fingerprint, answer=answer, created_at=now
        )
    )


def forget_before(connection: Connection, moment: int) -> None:
    connection.execute(delete(idempotency).where(idempotency.c.created_at < moment))
