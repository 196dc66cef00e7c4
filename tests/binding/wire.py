"""Asks an ASGI application without a network, so that a test can frame a request as it likes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

JSON = {"content-type": "application/json"}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        values = [value.decode("latin-1") for key, value in self.headers if key == name.encode()]
        return ", ".join(values) if values else None

    @property
    def slug(self) -> str:
        return str(self.json["type"].removeprefix("/problems/"))


def ask(
    app: Any,
    method: str,
    path: str,
    *,
    query: bytes = b"",
    headers: dict[str, str] | Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    chunks: Sequence[bytes] = (),
    key: str | None = "writer",
    client: tuple[str, int] | None = ("192.0.2.1", 1),
    raw_path: bytes | None = None,
) -> Answer:
    """One request. With `chunks` it carries no Content-Length; a client that leaves early ends them with b"left"."""
    listed = [*(headers.items() if isinstance(headers, dict) else headers)]
    if key:
        listed.append(("authorization", f"Bearer {key}"))
    if chunks:
        listed.append(("transfer-encoding", "chunked"))
    elif body:
        listed.append(("content-length", str(len(body))))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": raw_path or path.encode("utf-8", "surrogatepass"),
        "root_path": "",
        "query_string": query,
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in listed],
        "client": client,
        "server": ("testserver", 80),
    }
    return asyncio.run(converse(app, scope, list(chunks) or [body]))


async def converse(app: Any, scope: dict[str, Any], pieces: list[bytes]) -> Answer:
    """Give the pieces of the body one by one, and collect the answer."""
    sent: list[Any] = []

    async def receive() -> Any:
        piece = pieces.pop(0) if pieces else b"left"
        if piece == b"left":
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if not sent:
        return Answer(0, [], b"")
    assert [message["type"] for message in sent].count("http.response.start") == 1
    return Answer(sent[0]["status"], sent[0]["headers"], b"".join(message["body"] for message in sent[1:]))
