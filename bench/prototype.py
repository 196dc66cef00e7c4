"""How fast the receiving path could be: one function that routes, verifies, parses, judges and keeps in groups.

It has no errors, no limits and no tables but one, so it is a bound to compare with, and not a service. One wake-up of
the loop per commit, and nothing between requests and commits but appending to a list, is what makes it fast.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import jsonschema_rs
import orjson
import psycopg
import uuid_utils
from starlette.types import Receive, Scope, Send

KEY = b"a key that sender and receiver share"
CONTRACT = {
    "type": "object",
    "required": ["type", "data"],
    "properties": {
        "type": {"type": "string"},
        "data": {
            "type": "object",
            "required": ["amount"],
            "properties": {"amount": {"type": "integer", "minimum": 0}},
        },
    },
}
ENDPOINTS = {f"/in/default/shop-{number}": number for number in range(1000)}
TABLE = (
    "CREATE TABLE request (id TEXT PRIMARY KEY, endpoint INTEGER, method TEXT, path TEXT,"
    " query {bytes}, headers {bytes}, body {bytes}, at BIGINT)"
)


class Row(NamedTuple):
    id: str
    endpoint: int
    method: str
    path: str
    query: bytes
    headers: bytes
    body: bytes
    at: int  # nanoseconds since 1970


Commit = Callable[[Sequence[Row]], None]


def sqlite_commit(path: str) -> Commit:
    """Commits rows to a new SQLite database, each commit on stable storage."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(TABLE.format(bytes="BLOB") + " WITHOUT ROWID")

    def commit(rows: Sequence[Row]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO request VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        database.execute("COMMIT")

    return commit


def postgres_commit(url: str) -> Commit:
    """Commits rows to an empty Postgres database."""
    database = psycopg.connect(url)
    database.execute(TABLE.format(bytes="BYTEA").encode())
    database.commit()

    def commit(rows: Sequence[Row]) -> None:
        with database.cursor() as cursor, cursor.copy("COPY request FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["text", "int4", "text", "text", "bytea", "bytea", "bytea", "int8"])
            for row in rows:
                copy.write_row(row)
        database.commit()

    return commit


class Writer:
    """One thread; each commit takes all that gathered during the last one."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[Row, asyncio.Future[None]]] = deque()
        self._wake = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def put(self, row: Row) -> asyncio.Future[None]:
        future = self._loop.create_future()
        self._waiting.append((row, future))
        self._wake.set()
        return future

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if batch := [self._waiting.popleft() for _ in range(len(self._waiting))]:
                self._commit([row for row, _ in batch])
                self._loop.call_soon_threadsafe(_answer, batch)


def _answer(batch: Sequence[tuple[Row, asyncio.Future[None]]]) -> None:
    for _, future in batch:
        if not future.done():
            future.set_result(None)


class Prototype:
    """The ASGI application. It takes valid, signed requests to known endpoints, and answers others by an exception."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._writer: Writer | None = None
        self._judge = jsonschema_rs.validator_for(CONTRACT, offline=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._receive(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "lifespan.startup":
            path = self._url.removeprefix("sqlite:///")
            self._writer = Writer(postgres_commit(path) if path.startswith("postgresql:") else sqlite_commit(path))
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    async def _receive(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._writer is not None  # noqa: S101 # the server has begun its life
        endpoint = ENDPOINTS[scope["path"]]
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self._require_valid(scope, body)
        identity = f"req_{uuid_utils.uuid7().hex}"
        headers = orjson.dumps([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
        at = time.time_ns()
        row = Row(identity, endpoint, scope["method"], scope["path"], scope["query_string"], headers, body, at)
        await self._writer.put(row)
        await _send(send, b'{"id":"%s"}' % identity.encode())

    def _require_valid(self, scope: Scope, body: bytes) -> None:
        """Raise ValueError unless the sender signed these bytes, and they keep the contract."""
        signature = next((value for name, value in scope["headers"] if name == b"x-hub-signature-256"), b"")
        if not hmac.compare_digest(signed(body).encode(), signature):
            raise ValueError("This was not signed by the key.")
        if not self._judge.is_valid(orjson.loads(body)):
            raise ValueError("This breaks the contract.")


def signed(body: bytes) -> str:
    """The signature of a body as GitHub writes it: HMAC-SHA256 in hex."""
    return f"sha256={hmac.digest(KEY, body, 'sha256').hex()}"


async def _send(send: Send, answer: bytes) -> None:
    length = str(len(answer)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


def app() -> Prototype:
    """For uvicorn --factory."""
    return Prototype(os.environ["LETTERBOX_DATABASE_URL"])
