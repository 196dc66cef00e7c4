"""What a follower wants to hear of."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from letterbox.store.requests import Request
from letterbox.store.tailing import DELIVERY, NOUNS, REQUEST, Happened, Wanted

ALL = "all"


class Interest(NamedTuple):
    """What happens in a project, perhaps at one endpoint alone; to requests and deliveries, or to one of both.

    Who wants one verdict alone wants requests.
    """

    project_id: str
    endpoint_id: str | None = None
    verdict: str | None = None
    events: str = ALL  # or what it is that something happens to

    @property
    def nouns(self) -> tuple[str, ...]:
        return NOUNS if self.events == ALL else (self.events,)

    @property
    def wanted(self) -> Wanted:
        endpoint_ids = None if self.endpoint_id is None else (self.endpoint_id,)
        return Wanted((self.project_id,), endpoint_ids, self.verdict, self.nouns)


def interests_in(happened: Happened) -> tuple[Interest, ...]:
    """All that this is of interest to."""
    project, endpoint = happened.to.project_id, happened.endpoint_id
    some: list[tuple[str | None, str]] = [(None, ALL), (None, DELIVERY)]
    if isinstance(happened.to, Request):
        some = [(None, ALL), (None, REQUEST), (happened.to.verdict, REQUEST)]
    places = (None,) if endpoint is None else (None, endpoint)
    return tuple(Interest(project, place, verdict, events) for place in places for verdict, events in some)


def wanted_by(interests: Collection[Interest]) -> Wanted:
    """What has to be read so that nothing of interest is left out."""
    projects = {interest.project_id for interest in interests}
    endpoints = {interest.endpoint_id for interest in interests}
    nouns = [noun for noun in NOUNS if any(noun in interest.nouns for interest in interests)]
    endpoint_ids = None if None in endpoints else [name for name in endpoints if name is not None]
    return Wanted(projects, endpoint_ids, nouns=nouns)
