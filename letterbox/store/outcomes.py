"""Outcomes: what came of attempts, settled many at once by whoever still holds the lease of their destination."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from letterbox.store import bulk, dedupe, leases, requests, tallies
from letterbox.store.deliveries import ATTEMPT_FIELDS, NO_HEADERS, Delivery, line_of, move_up, note
from letterbox.store.delivery_tables import attempt, delivery, destination, health
from letterbox.store.tallies import MINUTE, begun

DISABLED_AFTER_MILLISECONDS = 5 * 86_400_000  # of nothing but failure

_ASKED = ("id", "status", "queue", "due_at", "attempts", "spent", "last_error", "reason", "updated_at")
_asked_of = attrgetter(*_ASKED)
# Somebody may have cancelled it, or wished for another try, while it was being sent: the first stays as it is.
_SETTLE = """
UPDATE delivery SET status = asked.status, queue = CAST(asked.queue AS smallint),
due_at = CAST(asked.due_at AS bigint), attempts = CAST(asked.attempts AS integer), spent = CAST(asked.spent AS integer),
last_error = CAST(asked.last_error AS text), reason = CAST(asked.reason AS text),
updated_at = CAST(asked.updated_at AS bigint)
FROM asked WHERE delivery.id = asked.id AND delivery.status IN ('waiting', 'sending') RETURNING delivery.id
"""
_THERE = """
SELECT delivery.id, request.erased_at IS NOT NULL FROM asked JOIN delivery ON delivery.id = asked.id
LEFT JOIN request ON request.project_id = delivery.project_id AND request.id = delivery.request_id
"""
_HEALTH = ("destination_id", "failing_since", "last_success_at", "last_failure_at", "last_error", "opened_until")
_SEEN = """ON CONFLICT (destination_id) DO UPDATE SET
failing_since = CASE WHEN excluded.failing_since IS NULL THEN NULL
ELSE coalesce(health.failing_since, excluded.failing_since) END,
last_success_at = coalesce(excluded.last_success_at, health.last_success_at),
last_failure_at = coalesce(excluded.last_failure_at, health.last_failure_at),
last_error = coalesce(excluded.last_error, health.last_error)"""
_SEEN_BY_LANE = f"{_SEEN}, opened_until = excluded.opened_until"  # what is sent beside it says nothing of its breaker


class Tried(NamedTuple):
    """The row of an attempt; the headers are JSON already."""

    delivery_id: str
    number: int
    id: str
    started_at: int
    duration_ms: int
    status: int | None
    error: str | None
    response_headers: str
    response_body: bytes
    is_truncated: bool

    def without_answer(self) -> Tried:
        """The same, but for what the destination said."""
        return self._replace(response_headers=NO_HEADERS, response_body=b"")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A delivery as it is after an attempt, or after there could be none, under the lease of this token.

    `is_gone`: its destination wants nothing any more. `opened_until`: so long nothing else is sent there.
    """

    delivery: Delivery
    token: int
    tried: Tried | None = None
    is_gone: bool = False
    opened_until: int | None = None


class Again(NamedTuple):
    """A reply that came from a destination: its status, and as it is given again (None if it is too large for that)."""

    status: int
    encoded: bytes | None


class Settled(NamedTuple):
    """The destinations that were disabled, and those where another delivery of a line may be sent now."""

    disabled: list[str]
    moved: set[str]


def settle(connection: Connection, outcomes: Sequence[Outcome], now: int) -> Settled:
    """Write what came of attempts; what is of a lease that is lost is left out, since another process sees to it."""
    tokens = leases.tokens_of(connection, {each.delivery.destination_id for each in outcomes})
    ours = [each for each in outcomes if tokens.get(each.delivery.destination_id) == each.token]
    return _settle(connection, ours, now, _SEEN_BY_LANE) if ours else Settled([], set())


def settle_errand(connection: Connection, kept: Delivery, outcome: Outcome, reply: Again | None, now: int) -> Settled:
    """Write what came of a delivery that its sender waits for, unless another process has sent it meanwhile.

    It was kept as being sent and not due before its time is over, so no lease is needed for it.
    """
    still = (delivery.c.id == kept.id) & (delivery.c.status == "sending") & (delivery.c.due_at == kept.due_at)
    if connection.execute(select(delivery.c.id).where(still)).first() is None:
        return Settled([], set())
    if reply is not None:
        dedupe.answer_again(connection, kept.request_id, reply.encoded)  # first, see there
        requests.note_reply(connection, kept.project_id, kept.request_id, reply.status)
    return _settle(connection, [outcome], now, _SEEN)


def _settle(connection: Connection, ours: Sequence[Outcome], now: int, seen: str) -> Settled:
    asked = [_asked_of(each.delivery) for each in ours]
    changed = {row[0] for row in bulk.find(connection, _SETTLE, _ASKED, asked)}
    _keep_attempts(connection, _worth_keeping(connection, ours, changed))
    note(connection, [each.delivery for each in ours if each.delivery.id in changed], now)
    moved = set()
    for each in ours:
        line = line_of(each.delivery)
        if line is not None:
            move_up(connection, line, now)
            moved.add(each.delivery.destination_id)
    return Settled(_see_health(connection, ours, now, seen), moved)


def mark_sending(connection: Connection, ids: Sequence[str], now: int) -> None:
    """Show that these are on their way, since they are for longer than a moment."""
    waiting = delivery.c.id.in_(ids) & (delivery.c.status == "waiting")
    connection.execute(update(delivery).where(waiting).values(status="sending", updated_at=now))


def _worth_keeping(
    connection: Connection, ours: Sequence[Outcome], changed: Collection[str]
) -> list[tuple[Delivery, Tried]]:
    """The attempts, but for those of deliveries that were deleted meanwhile; no answer to a request that was erased."""
    tried = [(each.delivery, each.tried) for each in ours if each.tried is not None]
    rest = [(one.id,) for one, _ in tried if one.id not in changed]  # they have ended, or are gone
    if not rest:
        return tried
    erased = dict.fromkeys(changed, False)  # whether its request is, by delivery
    erased |= {row[0]: bool(row[1]) for row in bulk.find(connection, _THERE, ("id",), rest)}
    return [(one, each.without_answer() if erased[one.id] else each) for one, each in tried if one.id in erased]


def _keep_attempts(connection: Connection, some: Sequence[tuple[Delivery, Tried]]) -> None:
    """Keep attempts, and count them; not those that are there, since a commit may stand that seemed to have failed."""
    rows = [tried for _, tried in some]
    kept = bulk.insert_returning(connection, attempt, ATTEMPT_FIELDS, rows, "ON CONFLICT DO NOTHING RETURNING id")
    new = {row[0] for row in kept}
    tallies.add(connection, Counter(_cell_of(one, tried) for one, tried in some if tried.id in new))


def _cell_of(one: Delivery, tried: Tried) -> tuple[str, int, str, str]:
    outcome = "failed" if tried.error else "succeeded"
    return one.project_id, begun(tried.started_at, MINUTE), one.destination_id, outcome


def _see_health(connection: Connection, ours: Sequence[Outcome], now: int, seen: str) -> list[str]:
    """Note how the destinations have answered; those that are disabled for it."""
    lately: dict[str, list[Outcome]] = {}
    for each in ours:
        if each.tried is not None:
            lately.setdefault(each.delivery.destination_id, []).append(each)
    bulk.insert(connection, health, _HEALTH, [_health_row(name, some) for name, some in sorted(lately.items())], seen)
    gone = [name for name, some in lately.items() if any(each.is_gone for each in some)]
    failing = [name for name, some in lately.items() if some[-1].tried.error is not None]  # type: ignore[union-attr]
    return [
        *_disable(connection, gone, "gone", now),
        *_disable(connection, _long_failing(connection, failing, now), "failing", now),
    ]


def _health_row(destination_id: str, some: Sequence[Outcome]) -> tuple[Any, ...]:
    succeeded = [each.tried for each in some if each.tried is not None and each.tried.error is None]
    failed = [each.tried for each in some if each.tried is not None and each.tried.error is not None]
    return (
        destination_id,
        None if succeeded else min(each.started_at for each in failed),
        max((_end_of(each) for each in succeeded), default=None),
        max((_end_of(each) for each in failed), default=None),
        failed[-1].error if failed else None,
        some[-1].opened_until,
    )


def _end_of(tried: Tried) -> int:
    return tried.started_at + tried.duration_ms


def _long_failing(connection: Connection, names: Sequence[str], now: int) -> list[str]:
    if not names:
        return []
    long = health.c.failing_since <= now - DISABLED_AFTER_MILLISECONDS
    query = select(health.c.destination_id).where(health.c.destination_id.in_(names), long)
    return [*connection.execute(query).scalars()]


def _disable(connection: Connection, names: Sequence[str], reason: str, now: int) -> list[str]:
    if not names:
        return []
    able = destination.c.id.in_(names) & destination.c.disabled_at.is_(None) & destination.c.removed_at.is_(None)
    disabled = update(destination).where(able).values(disabled_at=now, disabled_reason=reason, updated_at=now)
    return [*connection.execute(disabled.returning(destination.c.id)).scalars()]
