"""Rows to keep, each with what a test says and the rest made up."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select

from letterbox.ids import first_id_at
from letterbox.store import endpoints, projects, tables
from letterbox.store.database import Database
from letterbox.store.destinations import Destination
from letterbox.store.endpoints import Endpoint
from letterbox.store.projects import Project
from letterbox.store.requests import Row
from letterbox.store.schema import metadata
from letterbox.store.subscriptions import Subscription
from letterbox.store.tables import UNBOUNDED

PROJECT = "prj_1"
MILLISECONDS = itertools.count(1_700_000_000_000)  # each row has a time of its own, later than the one before


def a_row(body: bytes | None = b"body", *, at: int | None = None, **changes: Any) -> Row:
    """A row that came later than all before it, or at this time."""
    moment = next(MILLISECONDS) if at is None else at
    made = Row(
        id=first_id_at("req", moment),
        project_id=PROJECT,
        endpoint_id="ep_1",
        verdict="accepted",
        causes="[]",
        contract_version=None,
        violations="[]",
        method="POST",
        path="/orders",
        path_parameters="{}",
        query="",
        headers="[]",
        remote_address=None,
        media_type=None,
        event_type=None,
        reply_status=202,
        received_at=moment,
        body_bytes=len(body or b""),
        body_sha256=None if body is None else hashlib.sha256(body).hexdigest(),
        trail="[]",
        credential=None,
        body=body,
    )
    return made._replace(**changes)


def add_project(connection: Connection, identity: str = PROJECT) -> None:
    projects.add(connection, Project(identity, f"slug-of-{identity}", "A project", {}, {}, UNBOUNDED, 0, 0))


def declare(
    connection: Connection, identity: str = "ep_1", *, path: str | None = None, **retention: int | None
) -> None:
    """Declare an endpoint, named as its id; what is said of its retention may be left out."""
    made = Endpoint(
        id=identity,
        project_id=PROJECT,
        name=identity,
        path=path or f"/{identity}",
        methods=("POST",),
        verification={},
        contract_mode="enforce",
        replies=(),
        max_body_bytes=1,
        requests_per_second=None,
        cors={},
        retention={**UNBOUNDED, **retention},
        paused=False,
        created_at=0,
        updated_at=0,
    )
    endpoints.add(connection, made, made.path)


def a_destination(identity: str = "dst_1", **changes: Any) -> Destination:
    """A destination, named as its id."""
    made = Destination(
        id=identity,
        project_id=PROJECT,
        name=identity,
        url="https://app.example.com/hook",
        headers={},
        timeout_seconds=15,
        max_in_flight=16,
        rate_per_second=None,
        retry_schedule_seconds=(0, 5),
        forward_credentials=False,
        paused=False,
        secrets=(),
        created_at=0,
        updated_at=0,
    )
    return replace(made, **changes)


def a_subscription(identity: str = "sub_1", **changes: Any) -> Subscription:
    """A subscription of ep_1 to dst_1 without an expression."""
    return replace(Subscription(identity, PROJECT, "ep_1", "dst_1", 0, 0), **changes)


def furnish(opened: Database) -> None:
    """Make the tables, empty, with one project."""
    with opened.writing.begin() as connection:
        metadata.create_all(connection)
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        if connection.dialect.name == "postgresql":  # whose numbers go on where SQLite's begin anew
            connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('journal', 'sequence'), 1, false)")
        add_project(connection)


def kept(connection: Connection) -> int:
    """How many requests there are."""
    return connection.execute(select(func.count()).select_from(tables.request)).scalar_one()


def journal(connection: Connection) -> list[str]:
    """The requests that came in, in the order of the journal."""
    return list(connection.execute(select(tables.journal.c.request).order_by(tables.journal.c.sequence)).scalars())
