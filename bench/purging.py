"""Receiving while the service deletes old requests in the background."""

from __future__ import annotations

import time
from dataclasses import dataclass

import httpx

from bench.comparison import Scale, compare
from bench.contenders import ASKED, Contender
from bench.figures import Series
from bench.server import Server
from bench.stores import counting, oldest_of

DAY_SECONDS = 86_400
BEGIN_SECONDS, ANSWER_SECONDS = 120, 30


class NothingIsDeleted(Exception):
    """A new bound on the age of requests has not begun to delete any."""


@dataclass(frozen=True)
class Purge:
    """Receiving before it and during it, and how many requests it deleted in a second meanwhile."""

    before: Series
    during: Series
    deleted_per_second: float


def purge(contender: Contender, url: str, scale: Scale) -> Purge:
    """Measure, have all but the newest day's requests deleted, and measure again. Raises NothingIsDeleted."""
    before = compare([contender], scale)[contender.name]
    oldest = oldest_of(url)
    keep_for(contender.server, DAY_SECONDS)
    _wait_for_begin(url, oldest)
    began, kept = time.monotonic(), _old(url)
    during = compare([contender], scale)[contender.name]
    deleted = kept - _old(url)
    if not deleted:
        during.troubles.append("nothing was deleted meanwhile")
    return Purge(before, during, deleted / (time.monotonic() - began))


def keep_for(server: Server, seconds: int) -> None:
    """Have all requests of the project `default` deleted that are older."""
    changes = {"retention": {"max_age_seconds": seconds}}
    address = f"http://127.0.0.1:{server.port}/v1/projects/default"
    httpx.patch(address, json=changes, headers=ASKED, timeout=ANSWER_SECONDS).raise_for_status()


def _wait_for_begin(url: str, oldest: str) -> None:
    end = time.monotonic() + BEGIN_SECONDS
    while oldest_of(url) == oldest:
        if time.monotonic() > end:
            raise NothingIsDeleted(f"Nothing was deleted for {BEGIN_SECONDS} s.")
        time.sleep(0.1)


def _old(url: str) -> int:
    """How many requests are kept that came in before today's."""
    newest = int((time.time() - DAY_SECONDS) * 1000)
    return counting(url)(0) - counting(url)(newest)
