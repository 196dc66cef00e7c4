"""What a follower wants to hear of."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from letterbox.store.tailing import Happened, Wanted


class Interest(NamedTuple):
    """Requests of a project, perhaps of one endpoint alone, perhaps of one verdict alone."""

    project_id: str
    endpoint_id: str | None = None
    verdict: str | None = None

    @property
    def wanted(self) -> Wanted:
        return Wanted((self.project_id,), None if self.endpoint_id is None else (self.endpoint_id,), self.verdict)


def interests_in(happened: Happened) -> tuple[Interest, ...]:
    """All that this is of interest to."""
    project, endpoint, verdict = happened.request.project_id, happened.endpoint_id, happened.request.verdict
    wide = (Interest(project), Interest(project, None, verdict))
    return wide if endpoint is None else (*wide, Interest(project, endpoint), Interest(project, endpoint, verdict))


def wanted_by(interests: Collection[Interest]) -> Wanted:
    """What has to be read so that nothing of interest is left out."""
    projects = {interest.project_id for interest in interests}
    endpoints = {interest.endpoint_id for interest in interests}
    return Wanted(projects, None if None in endpoints else [name for name in endpoints if name is not None])
