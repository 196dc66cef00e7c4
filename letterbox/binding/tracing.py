"""The trace id of a request, and its line in the access log."""

from __future__ import annotations

import logging
import re
import secrets
import time
from http import HTTPStatus
from typing import Any

from starlette.types import Message, Scope, Send

from letterbox.binding.rules import shortened
from letterbox.binding.security import Caller

access_log = logging.getLogger("letterbox.access")

_TRACEPARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")


def trace_id_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The id of a valid `traceparent` (W3C Trace Context), else a new one: 32 hexadecimal digits."""
    sent = [value for name, value in headers if name == b"traceparent"]
    found = _TRACEPARENT.fullmatch(sent[0]) if len(sent) == 1 else None
    return found[1].decode() if found else secrets.token_hex(16)


def loggable(path: str) -> str:
    """The path, bounded, and without characters that could forge a line of the log."""
    return shortened(path if path.isprintable() else ascii(path))


class Trace:
    """One management request: its id, its scope, and the status that was sent once there is one."""

    def __init__(self, scope: Scope) -> None:
        self.id = trace_id_of(scope["headers"])
        self.status: int | None = None
        self._began = time.monotonic()
        self._context: dict[str, Any] = {"trace_id": self.id}
        scope["extensions"]["connexion_context"] = self._context
        self.scope = scope

    def watching(self, send: Send) -> Send:
        """The same `send`, whose status we see."""

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
            await send(message)

        return watched

    def log(self) -> None:
        """One record per request. The query stays out: it may hold what nobody should read."""
        caller: Caller | None = self._context.get("user")
        line = {
            "method": self.scope["method"],
            "path": loggable(self.scope["path"]),
            "status": self.status,
            "duration_ms": round((time.monotonic() - self._began) * 1000, 3),
            "trace_id": self.id,
            "key": caller.id if caller else None,
        }
        # A page that asks every other second whether anything is new would drown what is.
        level = logging.DEBUG if self.status == HTTPStatus.NOT_MODIFIED else logging.INFO
        access_log.log(level, "%s %s %s", line["method"], line["path"], line["status"], extra=line)
