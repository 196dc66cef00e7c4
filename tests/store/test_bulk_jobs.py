"""Jobs in the store: gone on with by whoever comes first, and forgotten when they have long ended."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from letterbox.ids import new_id
from letterbox.store import bulk_jobs, tables
from letterbox.store.bulk_jobs import KEPT_MILLISECONDS, ROWS_AT_ONCE, Job
from letterbox.store.database import Database
from tests.store.rows import PROJECT

NOW = 10 * KEPT_MILLISECONDS


def a_job(status: str = "running", updated_at: int = NOW) -> Job:
    return Job(new_id("rdm"), PROJECT, "readmission", status, {}, {}, None, updated_at, updated_at, "key_1")


def left(connection: Connection) -> int:
    return len(connection.execute(select(tables.job.c.id)).all())


def test_a_page_is_written_once_whoever_is_faster(opened: Database) -> None:
    seen = a_job()
    moved = replace(seen, cursor="req_1")
    with opened.writing.begin() as connection:
        bulk_jobs.add(connection, seen)
        assert [bulk_jobs.put(connection, moved, seen=seen) for _ in range(2)] == [True, False]


def test_a_cancelled_job_goes_no_further(opened: Database) -> None:
    seen = a_job()
    with opened.writing.begin() as connection:
        bulk_jobs.add(connection, replace(seen, status="cancelled"))
        assert not bulk_jobs.put(connection, replace(seen, cursor="req_1"), seen=seen)
        assert bulk_jobs.running(connection) == []


def test_what_has_long_ended_is_forgotten_and_what_runs_never_is(opened: Database) -> None:
    long_ago = NOW - KEPT_MILLISECONDS
    with opened.writing.begin() as connection:
        for job in (
            a_job("succeeded", long_ago),
            a_job("planned", long_ago),
            a_job("running", long_ago),
            a_job("failed"),
        ):
            bulk_jobs.add(connection, job)
        assert not bulk_jobs.purge(connection, NOW)
        assert left(connection) == 2


def test_many_are_forgotten_some_at_a_time(opened: Database) -> None:
    with opened.writing.begin() as connection:
        for _ in range(ROWS_AT_ONCE + 1):
            bulk_jobs.add(connection, a_job("succeeded", 0))
        assert [bulk_jobs.purge(connection, NOW) for _ in range(2)] == [True, False]
        assert left(connection) == 0
