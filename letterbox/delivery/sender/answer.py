"""What came of one try."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

SUCCESS = range(200, 300)

Error = Literal[
    "timeout",
    "connection_refused",
    "connection_reset",
    "dns_failure",
    "tls_failure",
    "blocked_address",
    "response_too_large",
    "http_status",
    "invalid_response",
]
ERRORS: tuple[str, ...] = get_args(Error)


@dataclass(slots=True)
class Answer:
    """Of a try that ended early there is what had come until then, beside the error."""

    status: int | None = None
    error: str | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    is_truncated: bool = False
    duration_ms: int = 0
