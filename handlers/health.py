"""Health: whether the process lives, and whether it can keep what it is sent."""

from __future__ import annotations

from handlers import service
from letterbox.errors import NotReady, Unavailable

Health = dict[str, str]


def live() -> Health:
    return {"status": "live"}


def ready() -> Health:
    try:
        service().require_ready()
    except Unavailable as reason:
        raise NotReady(reason.detail) from None
    return {"status": "ready"}
