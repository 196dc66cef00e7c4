"""Statistics, span by span: how much came in, by the verdict with which it did, and how attempts to deliver it went."""

from __future__ import annotations

from typing import Any, NamedTuple

from letterbox import destinations, endpoints
from letterbox.errors import Unprocessable
from letterbox.ids import now
from letterbox.representation import as_time, moment_of
from letterbox.store import tallies
from letterbox.store.journal import VERDICTS
from letterbox.store.tallies import DAY, HOUR, HOURS_KEPT, MINUTE, MINUTES_KEPT, OUTCOMES, begun
from letterbox.store.writer import Connection

MOST_SPANS = 1500
YEAR_ONE = -62_135_596_800_000  # before which no time can be shown


class Kind(NamedTuple):
    """A kind of span: how long it is and for how long it is told apart, in milliseconds, and how many are shown."""

    length: int
    kept: int | None
    usual: int


class Range(NamedTuple):
    """Whole spans of a kind: those that begin from `first` on, until before another time."""

    by: str
    first: int
    before: int

    @property
    def length(self) -> int:
        return KINDS[self.by].length


KINDS = {
    "minute": Kind(MINUTE, MINUTES_KEPT, 60),
    "hour": Kind(HOUR, HOURS_KEPT, 48),
    "day": Kind(DAY, None, 30),
}
WIDER = {"minute": "hour", "hour": "day"}


def wanted(by: str, received_after: str | None, received_before: str | None) -> Range:
    """The spans that hold a range of time, of which each end may be left out. Raises Unprocessable."""
    kind, moment = KINDS[by], now()
    after, until = moment_of(received_after), moment_of(received_before)
    last = begun(moment if until is None else until - 1, kind.length)
    first = last - (kind.usual - 1) * kind.length if after is None else begun(after, kind.length)
    found = Range(by, max(first, YEAR_ONE), last + kind.length)
    if after is not None and after >= (moment + 1 if until is None else until):
        raise Unprocessable("received_after has to be earlier than received_before, which is now unless it is sent.")
    _require_told_apart(found, moment)
    _require_few(found)
    return found


def read(
    connection: Connection, project_id: str, wanted: Range, *, endpoint: str | None, destination: str | None
) -> dict[str, Any]:
    """Every span of the range, oldest first. Raises Unprocessable, and NotFound for what is not there."""
    owner_id = _owner_id(connection, project_id, endpoint, destination)
    counts = dict.fromkeys((*VERDICTS, *OUTCOMES), 0)
    items = {at: {"at": as_time(at), **counts} for at in range(wanted.first, wanted.before, wanted.length)}
    found = tallies.between(connection, project_id, wanted.length, wanted.first, wanted.before, owner_id)
    for each in found:
        items[each.at][each.verdict] = each.requests
    return {"by": wanted.by, "items": list(items.values())}


def _owner_id(connection: Connection, project_id: str, endpoint: str | None, destination: str | None) -> str | None:
    """Whose counts are asked for; None: all."""
    if endpoint is not None and destination is not None:
        raise Unprocessable("Requests are counted by endpoint and attempts by destination: ask for one of both.")
    if endpoint is not None:
        return endpoints.read(connection, project_id, endpoint).id
    return None if destination is None else destinations.read(connection, project_id, destination).id


def _require_few(wanted: Range) -> None:
    spans = (wanted.before - wanted.first) // wanted.length
    if spans > MOST_SPANS:
        raise Unprocessable(
            f"This range has {spans} spans, and {MOST_SPANS} are the most: "
            f"ask for a shorter one{_or_by_wider(wanted.by)}."
        )


def _require_told_apart(wanted: Range, moment: int) -> None:
    kept = KINDS[wanted.by].kept
    if kept is not None and wanted.first < begun(moment - kept, wanted.length):
        raise Unprocessable(
            f"What came in is told apart by the {wanted.by} for {kept // HOUR} hours: "
            f"ask for what was received later{_or_by_wider(wanted.by)}."
        )


def _or_by_wider(by: str) -> str:
    return f", or by={WIDER[by]}" if by in WIDER else ""
