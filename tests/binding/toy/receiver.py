"""A receiver that keeps nothing and answers what it was sent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

LIMIT = 1000


@dataclass
class ToyReply:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass
class ToyReception:
    method: str
    raw_path: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    peer: str | None
    wants_body: bool = True
    body: bytearray = field(default_factory=bytearray)
    abandoned: bool = False

    def feed(self, chunk: bytes) -> bool:
        self.body += chunk
        return len(self.body) <= LIMIT

    def abandon(self) -> None:
        self.abandoned = True


class ToyReceiver:
    """Remembers what was opened; paths decide what goes wrong."""

    def __init__(self) -> None:
        self.opened: list[ToyReception] = []

    def open(
        self, method: str, raw_path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], peer: str | None
    ) -> ToyReception:
        self.opened.append(ToyReception(method, raw_path, query, headers, peer, b"unread" not in raw_path))
        return self.opened[-1]

    async def answer(self, reception: ToyReception) -> ToyReply:
        return self.answer_blocking(reception)

    def answer_blocking(self, reception: ToyReception) -> ToyReply:
        if b"broken" in reception.raw_path:
            raise RuntimeError("the receiver broke")
        if len(reception.body) > LIMIT:
            return _whole(413, {}, reception.method)
        if reception.method == "OPTIONS":
            return ToyReply(204, [(b"allow", b"OPTIONS, POST")], b"")
        return _whole(299 if b"odd" in reception.raw_path else 202, _seen(reception), reception.method)


def _seen(reception: ToyReception) -> dict[str, object]:
    return {
        "method": reception.method,
        "path": reception.raw_path.decode("latin-1"),
        "query": reception.query.decode("latin-1"),
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in reception.headers],
        "peer": reception.peer,
        "sha256": hashlib.sha256(reception.body).hexdigest(),
    }


def _whole(status: int, seen: dict[str, object], method: str) -> ToyReply:
    body = json.dumps(seen).encode()
    headers = [
        (b"x-kept", b"caf\xe9"),
        (b"x-kept", b"twice"),
        (b"content-type", b"application/x-odd"),
        (b"content-length", str(len(body)).encode()),
    ]
    return ToyReply(status, headers, b"" if method == "HEAD" else body)
