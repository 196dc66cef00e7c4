"""Words that no log may repeat, calls that say them wherever a caller can, and who listens for them in the lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import httpx

ADMIN_KEY = "canary-admin-key-0123456789-abcdefgh"
SECRET_KEY = b"canary-canary-canary-canary-cana"
HEADERS = {"authorization": f"Bearer {ADMIN_KEY}", "cookie": "canary=canary", "x-canary": "canary"}
CANARIES = ("canary", "Y2FuYXJ5")
INBOX = "/in/default/inbox?secret=canary"
ANSWERS = [201, 201, 400, 400, 422, 401, 401, 404, 200, 200]  # to the calls below


def strictly(line: str) -> dict[str, Any]:
    """A JSON object by RFC 8259, which has no NaN."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    loaded = json.loads(line, parse_constant=refuse)
    assert isinstance(loaded, dict)
    return loaded


def require_silent(lines: Iterable[str]) -> None:
    """Every line is JSON, and no canary sings."""
    for line in lines:
        strictly(line)
        assert not [canary for canary in CANARIES if canary in line], line


def call_everything(caller: httpx.Client) -> list[int]:
    """Good calls, bad ones and refused ones, each with canaries wherever a caller can put them; their statuses."""
    wrong = {"authorization": "Bearer canary-that-nobody-knows"}
    kept = caller.post(INBOX, content=b"canary").json()["id"]
    answers = [
        caller.post("/v1/keys", json={"name": "canary-key", "scopes": ["read"]}, headers={"idempotency-key": "canary"}),
        caller.post("/v1/endpoints", json={"path": "/orders", "replies": [{"body": "canary"}]}),
        caller.post("/v1/endpoints", json={"path": "/x", "name": "canary name!"}),
        caller.post("/v1/endpoints", content=b'{"path": "canary', headers={"content-type": "application/json"}),
        caller.get("/v1/requests", params={"search": "canary", "cursor": "canary"}),
        caller.get("/v1/endpoints", headers=wrong),
        caller.get("/v1/endpoints", headers={"authorization": "Basic Y2FuYXJ5OmNhbmFyeQ=="}),
        caller.post("/in/default/nowhere?canary", content=b"canary"),
        caller.get("/v1/requests?search=canary"),
        caller.get(f"/v1/requests/{kept}/body"),
    ]
    return [answer.status_code for answer in answers]
