"""What is sent: whole requests as bytes, in a file that both load generators read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

TURN = "0123456789-turn-"  # of one length with the number that stands for it, so that lengths hold


class Letter(NamedTuple):
    """One request. Where its headers or its body say TURN, each time that it is sent another number is said."""

    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    method: str = "POST"

    def as_bytes(self, host: str) -> bytes:
        """Head and body, as they are on the wire."""
        length = {"content-length": str(len(self.body))} if self.body else {}
        fields = {"host": host, **self.headers, **length}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def packed(letters: Iterable[Letter], host: str) -> bytes:
    """All of them, each after a line with its length in bytes."""
    return b"".join(b"%d\n%s" % (len(sent), sent) for sent in (letter.as_bytes(host) for letter in letters))


def unpacked(content: bytes) -> Sequence[bytes]:
    """What was packed, request by request."""
    found, at = [], 0
    while at < len(content):
        start = content.index(b"\n", at) + 1
        at = start + int(content[at:start])
        found.append(content[start:at])
    return found
