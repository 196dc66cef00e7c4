"""Requests and destinations as the tests of this room send them."""

from __future__ import annotations

from typing import Any

from letterbox.delivery.outgoing import Header, Letter, Outgoing, Target, outgoing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_764_000_000


def target(url: str = "https://app.example/hook", **said: Any) -> Target:
    return Target(**{"url": url, "headers": {}, "secrets": (SECRET,), "forward_credentials": False, **said})


def letter(**said: Any) -> Letter:
    return Letter(**{"request_id": "req_1", "method": "POST", "query": "", "headers": [], "body": b"{}", **said})


def to(url: str, **said: Any) -> Outgoing:
    return outgoing(target(url), letter(**said), NOW)


def values(headers: list[Header], name: bytes) -> list[bytes]:
    return [value for one, value in headers if one == name]
