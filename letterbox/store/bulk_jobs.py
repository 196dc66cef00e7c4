"""Jobs: work on many requests in the background, page by page. Whoever goes on with one begins at its cursor."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from letterbox.store.tables import RUNNING, job

ENDED = ("succeeded", "cancelled", "failed")
KEPT_MILLISECONDS = 30 * 86_400_000  # of what is not running, since it last changed
ROWS_AT_ONCE = 20  # a trial can be long


@dataclass(frozen=True, slots=True)
class Job:
    """What to do (`plan`), what came of it so far (`result`), and the last request that was looked at (`cursor`)."""

    id: str
    project_id: str
    kind: str
    status: str
    plan: dict[str, Any]
    result: dict[str, Any]
    cursor: str | None
    created_at: int
    updated_at: int
    created_by: str


def add(connection: Connection, new: Job) -> None:
    connection.execute(insert(job).values(**asdict(new)))


def find(connection: Connection, project_id: str, kind: str, job_id: str) -> Job | None:
    this = (job.c.id == job_id) & (job.c.project_id == project_id) & (job.c.kind == kind)
    row = connection.execute(select(job).where(this)).first()
    return Job(**row._asdict()) if row else None


def page_of(connection: Connection, project_id: str, kind: str, *, after: str | None, limit: int) -> list[Job]:
    """The project's next jobs of a kind, newest first."""
    query = select(job).where(job.c.project_id == project_id, job.c.kind == kind).order_by(job.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(job.c.id < after)
    return [Job(**row._asdict()) for row in connection.execute(query)]


def running(connection: Connection) -> list[Job]:
    """All that are to go on, the oldest first."""
    return [Job(**row._asdict()) for row in connection.execute(select(job).where(RUNNING).order_by(job.c.id))]


def put(connection: Connection, changed: Job, *, seen: Job) -> bool:
    """Store a job, if it still is as it was seen; whether it was."""
    unchanged = (job.c.id == seen.id) & (job.c.status == seen.status)
    unchanged &= job.c.cursor.is_(None) if seen.cursor is None else job.c.cursor == seen.cursor
    values = {name: getattr(changed, name) for name in ("status", "result", "cursor", "updated_at")}
    return connection.execute(update(job).where(unchanged).values(**values)).rowcount == 1


def end(connection: Connection, ended: Job, status: str, now: int) -> None:
    """Have a running job be over, however far it has come."""
    values = {"status": status, "updated_at": now}
    connection.execute(update(job).where(job.c.id == ended.id, RUNNING).values(**values))


def purge(connection: Connection, now: int) -> bool:
    """Forget some of the jobs that have long ended or were never run; whether there are more."""
    old = (job.c.updated_at <= now - KEPT_MILLISECONDS) & (job.c.status != "running")
    ids = [*connection.execute(select(job.c.id).where(old).limit(ROWS_AT_ONCE)).scalars()]
    if ids:
        connection.execute(delete(job).where(job.c.id.in_(ids)))
    return len(ids) == ROWS_AT_ONCE
