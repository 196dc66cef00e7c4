"""Stores to dump and to load into, and dumps that somebody has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from letterbox.config import Settings
from letterbox.service import Service
from letterbox.store import contracts, database, delivery_tables, dump, load, requests, tables
from letterbox.store.contracts import Contract
from letterbox.store.dump_file import Header
from letterbox.store.schema import metadata
from letterbox.store.tallying import Tallying
from letterbox.store.writer import Unit
from tests.store.rows import a_row

SEAL = "seal"
EMPTY: dict[str, list[str]] = {table.name: [] for table in metadata.sorted_tables}
EVERY_BYTE = bytes(range(256))
EVERY_CHARACTER = EVERY_BYTE[1:].decode("latin-1") + "€\U0001f4ec"  # but NUL, which Postgres can't keep

Change = Callable[[list[Any]], None]


def furnished(database_url: str) -> Settings:
    """A store that was served from, and has something in each of its tables."""
    settings = Settings(database_url=database_url, secret_key=(bytes(32),), admin_key="key-" * 10)
    service = Service(settings)
    service.open()
    service.run(_furnish)
    service.close()
    return settings


def _furnish(unit: Unit) -> None:
    connection = unit.connection
    project_id = connection.execute(select(tables.project.c.id)).scalar_one()
    bounded = {"max_age_seconds": None, "max_bytes": 2**40}
    connection.execute(tables.endpoint.update().values(retention=bounded, requests_per_second=5))
    rows = [
        a_row(EVERY_BYTE, path=EVERY_CHARACTER, headers=f'[["x","{chr(0xFF)}"]]', event_type=""),
        a_row(b"", endpoint_id=None, verdict="refused", causes='["no_endpoint"]', contract_version=2**31 - 1),
        a_row(None, query="\\u0000", reply_status=503),
        *(a_row(b"%d" % number, project_id=project_id) for number in range(1100)),  # more than go at once
    ]
    requests.keep(connection, rows)
    Tallying().count(connection, rows)
    newest = connection.execute(select(tables.journal.c.sequence).order_by(tables.journal.c.sequence.desc())).scalar()
    connection.execute(tables.journal.delete().where(tables.journal.c.sequence == newest))
    remembered = {
        "project_id": project_id,
        "key": "a key",
        "fingerprint": "",
        "answer": EVERY_BYTE,
        "created_at": 2**62,
    }
    connection.execute(insert(tables.idempotency).values(**remembered))
    _furnish_beside_requests(connection, project_id)


def _furnish_beside_requests(connection: Connection, project_id: str) -> None:
    """A contract, a key that is held, an edit, and a job."""
    endpoint_id = connection.execute(select(tables.endpoint.c.id)).scalar_one()
    contracts.add(connection, Contract("ctr_1", endpoint_id, project_id, 1, 2**62, "", EVERY_BYTE))
    held = {"key": EVERY_CHARACTER, "request_id": "req_1", "expires_at": 2**62, "reply": EVERY_BYTE}
    connection.execute(insert(tables.dedupe).values(endpoint_id=endpoint_id, **held))
    connection.execute(insert(tables.edit).values(request_id="req_2", origin_id="req_1", is_routed=True))
    job = {"id": "job_1", "kind": "try", "status": "running", "plan": {"since": None}, "result": [EVERY_CHARACTER]}
    when = {"created_at": 0, "updated_at": 2**62, "created_by": "key_1"}
    connection.execute(insert(tables.job).values(project_id=project_id, **job, **when))
    _furnish_deliveries(connection, project_id, endpoint_id)


def _furnish_deliveries(connection: Connection, project_id: str, endpoint_id: str) -> None:
    """A destination with all that belongs to it."""
    when = {"created_at": 0, "updated_at": 2**62}
    limits = {
        "timeout_seconds": 15,
        "max_in_flight": 16,
        "retry_schedule_seconds": [0, 5],
        "secrets": [{"id": "sec_1"}],
    }
    switches = {"forward_credentials": True, "paused": False}
    owned = {"project_id": project_id, **when}
    ends = {"endpoint_id": endpoint_id, "destination_id": "dst_1"}
    counted = {"queue": 1, "due_at": 2**62, "attempts": 3, "spent": 2, "sequence": 2**62}
    answered = {"status": 502, "error": "http_status", "response_headers": "[]", "response_body": EVERY_BYTE}
    rows: dict[str, dict[str, Any]] = {
        "destination": {
            "id": "dst_1",
            "name": "a",
            "url": "http://a",
            "headers": {"x": "ÿ"},
            **limits,
            **switches,
            **owned,
        },
        "subscription": {"id": "sub_1", "filter": EVERY_CHARACTER, "begins_after": 2**62, **ends, **owned},
        "delivery": {"id": "dlv_1", "request_id": "req_1", "status": "waiting", **ends, **counted, **owned},
        "attempt": {"id": "att_1", "delivery_id": "dlv_1", "number": 1, "started_at": 0, "duration_ms": 5, **answered}
        | {"is_truncated": True},
        "health": {"destination_id": "dst_1", "failing_since": 2**62, "last_error": "timeout"},
        "lease": {"name": "dst_1", "holder": "somebody", "token": 2**62, "expires_at": 0},
        "routing": {"request_id": "req_1", "at": 0, "notes": [{"subscription_id": "sub_1", "note": None}]},
    }
    for name, row in rows.items():
        connection.execute(insert(getattr(delivery_tables, name)).values(**row))


def look(settings: Settings, ask: Callable[[Connection], Any]) -> Any:
    opened = database.opened(settings)
    try:
        with opened.writing.begin() as connection:
            return ask(connection)
    finally:
        opened.close()


def everything_in(settings: Settings) -> dict[str, list[str]]:
    """Every row of every table, as Python sees it."""

    def ask(connection: Connection) -> dict[str, list[str]]:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }

    found: dict[str, list[str]] = look(settings, ask)
    return found


def dumped(settings: Settings, target: Path) -> Header:
    return dump.dump(settings, target, seal_marker=SEAL, progress=ignore)


def loaded(settings: Settings, source: Path) -> Header:
    return load.load(settings, source, approve=ignore, progress=ignore)


def ignore(*_of_no_interest: object) -> None:
    """Nobody looks on, and everything is approved."""


def rewritten(path: Path, change: Change) -> Path:
    """The dump with its lines changed, each of them parsed, and a checksum that fits again."""
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()][:-1]
    change(lines)
    content = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    path.write_bytes(content + orjson.dumps({"sha256": hashlib.sha256(content).hexdigest()}) + b"\n")
    return path


def first_line_of(table: str, lines: list[Any]) -> int:
    """The place of a table's first row among the lines."""
    place = 1
    for contents in lines[0]["tables"]:
        if contents["name"] == table:
            return place
        place += contents["rows"]
    raise LookupError(table)
