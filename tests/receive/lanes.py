"""Two whole services in this process, alike but for the lane that answers, and the traffic that both are sent."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

from anyio.from_thread import BlockingPortal
from sqlalchemy import select
from starlette.testclient import TestClient

import app as building
from letterbox.binding.edge import Edge
from letterbox.config import Settings
from letterbox.service import Service
from letterbox.store.tables import request
from tests.receive.stage import held_by

ADMIN_KEY = "an-admin-key-of-the-lanes-0123456789abcdef"
SECRET_KEY = (b"l" * 32,)
LEFT = object()  # in place of a piece of a body: the sender leaves
MADE_UP = re.compile(rb"(req_)[0-9a-z]{26}|(\"trace_id\":\")[0-9a-f]{32}")
MASKED = ("id", "received_at")


@dataclass(frozen=True)
class Arrival:
    """A request as a server hands it on: the raw path, headers in lower case, the body in pieces."""

    method: str
    path: bytes
    query: bytes = b""
    headers: Sequence[tuple[bytes, bytes]] = ()
    pieces: Sequence[Any] = (b"",)

    @property
    def scope(self) -> dict[str, Any]:
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(self.path.decode("latin-1")),
            "raw_path": self.path,
            "root_path": "",
            "query_string": self.query,
            "headers": [(b"host", b"testserver"), *self.headers],
            "client": ("192.0.2.1", 4711),
            "server": ("testserver", 80),
        }


@dataclass(frozen=True)
class Outcome:
    """What came of an arrival: the answer (status 0 for none) and the rows that were stored, without ids and times."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    rows: list[dict[str, Any]]

    def header(self, name: bytes) -> bytes | None:
        return dict(self.headers).get(name)


class Lane:
    """A service of its own behind one lane; `with` it runs."""

    def __init__(self, folder: Path, *, express: bool, **settings: Any) -> None:
        url = f"sqlite:///{folder / 'letterbox.db'}"
        given: dict[str, Any] = {
            "admin_key": ADMIN_KEY,
            "secret_key": SECRET_KEY,
            "port": 80,
            "threads": 2,
            "deliver": False,
        } | settings
        self.service = Service(Settings(database_url=url, express=express, **given))
        self.app: Edge = building.create_app(service=self.service)
        self._client = TestClient(self.app, headers={"authorization": f"Bearer {ADMIN_KEY}"})
        self._names: dict[str, str] = {}
        self._seen = 0

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(self, *gone: object) -> None:
        self._client.__exit__(*gone)

    @property
    def portal(self) -> BlockingPortal:
        """The way to the loop that the service runs on."""
        assert self._client.portal is not None
        return self._client.portal

    @property
    def held(self) -> int:
        """The bytes that its gauge says are in flight."""
        self.service.run(lambda _: None)  # whatever waited to be written behind is written then
        return held_by(self.service.receiver)

    def create(self, noun: str, body: dict[str, Any]) -> None:
        """Create an endpoint or a project; its path or slug stands for its id in every outcome."""
        made = self._client.post(f"/v1/{noun}", json=body).raise_for_status().json()
        self._names[made["id"]] = made.get("path") or made["slug"]

    def send(self, arrival: Arrival) -> Outcome:
        sent: list[dict[str, Any]] = self.portal.call(self._converse, arrival)
        status, headers = (sent[0]["status"], sent[0]["headers"]) if sent else (0, [])
        body = MADE_UP.sub(rb"\1\2masked", b"".join(message["body"] for message in sent[1:]))
        return Outcome(status, headers, body, self._new_rows())

    async def _converse(self, arrival: Arrival) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        pieces = list(arrival.pieces)

        async def receive() -> dict[str, Any]:
            piece = pieces.pop(0) if pieces else LEFT
            if piece is LEFT:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(arrival.scope, receive, send)
        return sent

    def _new_rows(self) -> list[dict[str, Any]]:
        """The rows since the last time, what is written behind included."""
        self.service.run(lambda _: None)
        with self.service.reading() as connection:
            found = connection.execute(select(request).order_by(request.c.id).offset(self._seen)).mappings().all()
        self._seen += len(found)
        return [self._masked(dict(row)) for row in found]

    def _masked(self, row: dict[str, Any]) -> dict[str, Any]:
        owners = {name: self._names.get(row[name], "its first") for name in ("project_id", "endpoint_id") if row[name]}
        alike = {
            "trail": [(step, outcome) for step, outcome, *_ in json.loads(row["trail"])],
            "credential": row["credential"] is not None,  # sealed, it is another one each time
        }
        return {name: value for name, value in row.items() if name not in MASKED} | owners | alike
