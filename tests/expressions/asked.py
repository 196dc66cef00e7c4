"""Requests that expressions are asked about."""

from __future__ import annotations

from typing import Any

import orjson

from letterbox.facts.request import Facts

RECEIVED_AT = 1_700_000_000_123  # 2023-11-14T22:13:20.123Z

BODY: dict[str, Any] = {
    "zen": "Keep it small.",
    "nothing": None,
    "amount": 99.5,
    "count": 3,
    "large": 2**63,
    "paid": True,
    "items": [{"id": 1, "tags": ["a"]}, {"id": 2, "tags": []}],
    "data": {"object": {"id": "ch_1", "zen": "inner"}},
    "": "empty",
    "x-y": "dashed",
}


def asked(
    body: Any = BODY,
    *,
    query: str = "a=1&a=2&crc_token=challenge",
    headers: dict[str, str] | None = None,
    raw_body: bytes | None = None,
) -> Facts:
    """A request with this JSON body, or with these bytes."""
    sent = {"content-type": "application/json", "x-github-event": "push", **(headers or {})}
    facts = Facts(
        id="req_1",
        method="POST",
        path="/orders/7",
        path_parameters={"order_id": "7"},
        raw_query=query,
        raw_headers=[(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        raw_body=orjson.dumps(body) if raw_body is None else raw_body,
        received_at=RECEIVED_AT,
    )
    facts.event_type = "push"
    return facts
