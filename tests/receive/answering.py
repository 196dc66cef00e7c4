"""Replies chosen for requests, without a service: every expression is evaluated in this process."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Sequence
from typing import Any

from letterbox.expressions import Expression
from letterbox.facts.request import Facts
from letterbox.receive.reply import Reply
from letterbox.receive.rules import choose, compiled

SECRET = b"It's a Secret to Everybody"


def sign(algorithm: str, message: bytes) -> bytes:
    return hmac.digest(SECRET, message, algorithm)


async def evaluate(expression: Expression, facts: Facts) -> Any:
    return expression.value(facts, sign)


def answer(replies: Sequence[Any], facts: Facts) -> tuple[Reply, list[str]]:
    """What these rules answer to a request, with the notes for its trail."""
    return asyncio.run(choose(compiled(replies), facts, evaluate))


def received(
    *,
    method: str = "POST",
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> Facts:
    return Facts(
        id="req_1",
        method=method,
        path="/hook",
        path_parameters={},
        raw_query=query,
        raw_headers=[(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()],
        raw_body=body,
        received_at=1_700_000_000_123,
    )
