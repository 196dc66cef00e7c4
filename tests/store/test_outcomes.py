"""Outcomes: what is kept, counted and noted of attempts, in the commit that settles them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from letterbox.ids import new_id
from letterbox.store import deliveries, destinations, health, leases, outcomes, requests, tallies
from letterbox.store.deliveries import Delivery
from letterbox.store.outcomes import Outcome, Tried
from letterbox.store.tables import journal
from letterbox.store.tallies import MINUTE, Tallied
from tests.store.rows import PROJECT, a_destination, a_row
from tests.store.sent import a_delivery

AT = 1_000 * MINUTE


@pytest.fixture
def leased(connection: Connection) -> Connection:
    """With a destination that is ours to send to, by the token 1."""
    destinations.add(connection, a_destination())
    assert leases.take(connection, ["dst_1"], "us") == {"dst_1": 1}
    return connection


def settled(one: Delivery, status: str, error: str | None = None, *, number: int = 1, at: int = AT) -> Outcome:
    tried = Tried(one.id, number, new_id("att"), at, 7, 200, error, "[]", b"", is_truncated=False)
    return Outcome(one._replace(status=status, due_at=None, attempts=number, last_error=error), 1, tried)


def counted(connection: Connection, owner_id: str = "dst_1") -> list[Tallied]:
    return sorted(tallies.between(connection, PROJECT, MINUTE, 0, 2 * AT, owner_id))


def test_attempts_are_counted_by_their_minute_and_outcome_and_once_if_a_commit_is_tried_again(
    leased: Connection,
) -> None:
    one, another = some = [a_delivery(), a_delivery()]
    deliveries.add(leased, some)
    outcome = [settled(one, "waiting", "timeout"), settled(another, "succeeded", at=AT + MINUTE)]
    for _ in range(2):
        outcomes.settle(leased, outcome, AT)
    outcomes.settle(leased, [settled(one, "failed", "timeout", number=2)], AT)
    assert counted(leased) == [Tallied(AT, "failed", 2), Tallied(AT + MINUTE, "succeeded", 1)]


def test_what_is_of_a_lease_that_is_lost_is_neither_counted_nor_noted(leased: Connection) -> None:
    deliveries.add(leased, [one := a_delivery()])
    outcomes.settle(leased, [replace(settled(one, "succeeded"), token=7)], AT)
    assert counted(leased) == []
    assert leased.execute(select(journal.c.kind)).all() == []


def test_a_removed_destination_takes_its_counts_along_some_at_a_time(
    leased: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "ROWS_AT_ONCE", 2)
    deliveries.add(leased, [one := a_delivery()])
    for number in range(1, 4):
        outcomes.settle(leased, [settled(one, "waiting", "timeout", number=number, at=AT + number * MINUTE)], AT)
    deliveries.cancel_of_destination(leased, "dst_1", "gone", AT)
    tallies.add(leased, {(PROJECT, AT, "dst_2", "failed"): 1})
    destinations.retire(leased, "dst_1", AT)
    assert [destinations.clear(leased, "dst_1", "gone", AT) for _ in range(2)] == [True, False]
    assert (counted(leased), counted(leased, "dst_2")) == ([], [Tallied(AT, "failed", 1)])


def test_no_attempt_is_kept_of_a_delivery_that_was_deleted_while_it_was_sent(leased: Connection) -> None:
    gone, there = a_delivery(request_id="req_gone"), a_delivery()
    deliveries.add(leased, [gone, there])
    deliveries.forget(leased, ["req_gone"], AT)
    outcomes.settle(leased, [settled(gone, "succeeded"), settled(there, "succeeded")], AT)
    assert [len(deliveries.attempts_of(leased, each.id)) for each in (gone, there)] == [0, 1]
    assert counted(leased) == [Tallied(AT, "succeeded", 1)]


def test_of_an_attempt_for_a_request_that_was_erased_meanwhile_no_answer_is_kept(leased: Connection) -> None:
    requests.keep(leased, [row := a_row()])
    deliveries.add(leased, [one := a_delivery(request_id=row.id)])
    erased = requests.find(leased, PROJECT, row.id)
    assert erased is not None
    requests.erase(leased, erased, AT)
    deliveries.cancel_of_request(leased, row.id, "erased", AT)
    outcome = settled(one, "succeeded")
    assert outcome.tried is not None
    said = outcome.tried._replace(response_headers='[["a", "b"]]', response_body=b"what it was sent")
    outcomes.settle(leased, [replace(outcome, tried=said)], AT)
    (attempt,) = deliveries.attempts_of(leased, one.id)
    assert (attempt.status, attempt.response_headers, attempt.response_body) == (200, [], b"")


def test_a_reply_from_a_destination_leaves_what_its_lane_says_of_the_breaker(leased: Connection) -> None:
    kept = a_delivery(status="sending", due_at=2 * AT)
    deliveries.add(leased, [tried := a_delivery(), kept])
    outcomes.settle(leased, [replace(settled(tried, "waiting", "timeout"), opened_until=AT + 5_000)], AT)
    outcomes.settle_errand(leased, kept, settled(kept, "succeeded"), None, AT)
    found = health.find(leased, "dst_1")
    assert (found.opened_until, found.failing_since) == (AT + 5_000, None)
