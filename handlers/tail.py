"""Tail: requests of the caller's project as they arrive, and what becomes of their deliveries."""

from __future__ import annotations

from handlers import service
from letterbox.keyring import Caller
from letterbox.tail.follower import Follower


def follow(
    user: Caller,
    endpoint: str | None = None,
    verdict: str | None = None,
    events: str = "all",
    since: str | None = None,
    limit: int | None = None,
    last_event_id: str | None = None,
) -> Follower:
    return service().tail.open(
        user.project_id,
        endpoint=endpoint,
        verdict=verdict,
        events=events,
        since=since,
        last_event_id=last_event_id,
        limit=limit,
    )
