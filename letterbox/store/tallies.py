"""Tallies: how many requests came in, by span of time, endpoint and verdict, as they were judged then.

Beside them, how many attempts to deliver began, by destination and outcome: in the same columns, since they are folded
and forgotten alike, and no id is one of both. Requests are counted by the minute as they are kept (see tallying.py),
attempts as they are settled. What is old is folded: minutes become hours, hours become days, and days stay. What was
counted stays when requests are deleted, and goes with its endpoint or destination.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, select, tuple_

from letterbox.store import bulk
from letterbox.store.slots import slot_of
from letterbox.store.tables import project, tally

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000  # spans, in milliseconds
MINUTES_KEPT = 48 * HOUR  # as minutes
HOURS_KEPT = 60 * DAY  # as hours
ROWS_AT_ONCE = 512
NO_ENDPOINT = ""
OUTCOMES = ("succeeded", "failed")  # of attempts

Counts = dict[
    tuple[str, int, str, str], int
]  # by project, beginning of the minute, endpoint or destination, verdict or outcome

_COLUMNS = ("project_id", "span", "start", "endpoint_id", "verdict", "slot", "requests")
_KEY = ("project_id", "span", "start", "endpoint_id", "verdict", "slot")
_ADDED = f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET requests = tally.requests + excluded.requests"


class Old(NamedTuple):
    """What a project has counted by a span, and is to be counted by a wider one: all that began before a time."""

    project_id: str
    span: int
    wider: int
    before: int


class Tallied(NamedTuple):
    """How many requests of a verdict, or attempts of an outcome, there were within a span that begins at `at`."""

    at: int
    verdict: str
    requests: int


def add(connection: Connection, counts: Counts) -> None:
    """Count requests that came, or attempts."""
    slot = slot_of(connection)
    rows = [(cell[0], MINUTE, *cell[1:], slot, count) for cell, count in sorted(counts.items())]
    bulk.insert(connection, tally, _COLUMNS, rows, _ADDED)


def between(
    connection: Connection, project_id: str, span: int, first: int, before: int, owner_id: str | None = None
) -> list[Tallied]:
    """What was counted by spans of this length that begin in a time, in no order; where nothing was, none.

    Of one endpoint or destination alone, if it is said which one.
    """
    narrower = [each for each in (MINUTE, HOUR, DAY) if each <= span]
    at = tally.c.start - tally.c.start % span
    query = select(at, tally.c.verdict, func.sum(tally.c.requests)).group_by(at, tally.c.verdict)
    query = query.where(tally.c.project_id == project_id, tally.c.span.in_(narrower))
    query = query.where(tally.c.start >= first, tally.c.start < before)
    if owner_id is not None:
        query = query.where(tally.c.endpoint_id == owner_id)
    return [Tallied(row[0], row[1], int(row[2])) for row in connection.execute(query)]


def old(connection: Connection, now: int) -> list[Old]:
    """What is to be folded. An hour more than is promised stays, so that nobody asks for what is half folded."""
    found = []
    for span, wider, kept in ((MINUTE, HOUR, MINUTES_KEPT), (HOUR, DAY, HOURS_KEPT)):
        before = begun(now - kept - HOUR, wider)
        has_some = select(tally.c.slot).where(tally.c.project_id == project.c.id, *_begun_before(span, before)).exists()
        ids = connection.execute(select(project.c.id).where(has_some)).scalars()
        found += [Old(project_id, span, wider, before) for project_id in ids]
    return found


def fold(connection: Connection, old: Old) -> bool:
    """Count some of it by the wider span instead; whether there is more."""
    columns = [tally.c[name] for name in ("start", "endpoint_id", "verdict", "slot")]
    which: list[ColumnElement[bool]] = [tally.c.project_id == old.project_id, *_begun_before(old.span, old.before)]
    next_rows = select(*columns).where(*which).order_by(*columns)
    last = connection.execute(next_rows.offset(ROWS_AT_ONCE - 1).limit(1)).first()
    if last is not None:
        which += [tally.c.start <= last[0], tuple_(*columns) <= tuple_(*last)]
    # What is counted anew is what this very statement has taken out, whoever else counts meanwhile.
    taken = connection.execute(delete(tally).where(*which).returning(*columns[:3], tally.c.requests)).all()
    counts: Counter[tuple[int, str, str]] = Counter()  # by beginning of the wider span, endpoint, verdict
    for row in taken:
        counts[begun(row[0], old.wider), row[1], row[2]] += row[3]
    slot = slot_of(connection)
    rows = [(old.project_id, old.wider, *cell, slot, count) for cell, count in sorted(counts.items())]
    bulk.insert(connection, tally, _COLUMNS, rows, _ADDED)
    return last is not None


def forget(connection: Connection, project_id: str, owner_id: str | None = None) -> bool:
    """Forget some of what was counted for an endpoint or destination, or all of a project; whether there is more."""
    which = tally.c.project_id == project_id
    if owner_id is not None:
        which &= tally.c.endpoint_id == owner_id
    key = [tally.c[name] for name in _KEY]
    some = select(*key).where(which).limit(ROWS_AT_ONCE)
    return connection.execute(delete(tally).where(tuple_(*key).in_(some))).rowcount == ROWS_AT_ONCE


def begun(moment: int, span: int) -> int:
    """The beginning of the span that a moment is in."""
    return moment - moment % span


def _begun_before(span: int, before: int) -> Sequence[ColumnElement[bool]]:
    return tally.c.span == span, tally.c.start < before
