"""Deliveries that are sent again, or not at all, and what that means for those behind them in line."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from letterbox.ids import milliseconds_of
from letterbox.store import deliveries, destinations, requests, resending, subscriptions
from letterbox.store.deliveries import REPLAYED, TRIED, Delivery, Filter
from tests.store.rows import PROJECT, a_destination, a_row, a_subscription, declare
from tests.store.sent import a_delivery

NOW = 1_000_000


def kept(connection: Connection, **changes: Any) -> Delivery:
    one = a_delivery(**changes)
    deliveries.add(connection, [one])
    return one


def now(connection: Connection, one: Delivery) -> Delivery:
    (found,) = deliveries.these(connection, [one.id])
    return found


def due(connection: Connection, *some: Delivery) -> list[bool]:
    """Which of these may be sent."""
    return [now(connection, each).due_at is not None for each in some]


@pytest.mark.parametrize(("queue", "then"), [(0, TRIED), (1, TRIED), (2, REPLAYED)])
def test_it_is_due_with_its_schedule_anew_and_a_replay_stays_one(connection: Connection, queue: int, then: int) -> None:
    one = kept(connection, status="failed", due_at=None, queue=queue, spent=9, attempts=9, reason="why")
    resending.resend(connection, [one], NOW)
    again = now(connection, one)
    assert (again.status, again.due_at, again.spent, again.queue) == ("waiting", NOW, 0, then)
    assert (again.attempts, again.reason) == (9, None)


def test_in_line_it_waits_for_those_before_it_and_those_behind_wait_for_it(connection: Connection) -> None:
    first, second, third = (kept(connection, ordering_key="a", sequence=number) for number in (1, 2, 3))
    elsewhere = kept(connection, ordering_key="b", sequence=2)
    assert due(connection, first, second, third) == [True, False, False]
    resending.cancel(connection, first, "why", NOW)
    assert due(connection, first, second, third) == [False, True, False]
    resending.resend(connection, [now(connection, first), now(connection, third)], NOW)
    assert due(connection, first, second, third, elsewhere) == [True, False, False, True]


def test_a_failed_one_holds_its_line_until_it_is_sent_again_or_cancelled(connection: Connection) -> None:
    declare(connection)
    destinations.add(connection, a_destination())
    subscriptions.add(connection, a_subscription())
    first, second = (kept(connection, ordering_key="a", sequence=number) for number in (1, 2))
    deliveries.change(connection, first.id, status="failed", due_at=None)
    resending.resend(connection, [now(connection, second)], NOW)
    assert due(connection, second) == [False]
    resending.resend(connection, [now(connection, first)], NOW)
    assert due(connection, first, second) == [True, False]
    resending.cancel(connection, now(connection, first), "why", NOW)
    assert due(connection, second) == [True]


def test_of_what_has_failed_the_oldest_come_first_as_far_as_they_can_be_sent(connection: Connection) -> None:
    rows = [a_row() for _ in range(2)]
    requests.keep(connection, rows)
    erased = requests.find(connection, PROJECT, rows[1].id)
    assert erased is not None
    requests.erase(connection, erased, NOW)
    for identity in ("dst_1", "dst_2"):
        destinations.add(connection, a_destination(identity))
    destinations.retire(connection, "dst_2", NOW)
    failed = {"status": "failed", "due_at": None, "request_id": rows[0].id}
    first, second = (kept(connection, **failed) for _ in range(2))
    third = kept(connection, **failed, endpoint_id="ep_2")
    kept(connection, request_id=rows[0].id)
    kept(connection, **{**failed, "request_id": rows[1].id})
    kept(connection, **failed, destination_id="dst_2")

    def found(limit: int = 9, **wanted: Any) -> list[Delivery]:
        return resending.failed_of(connection, PROJECT, Filter(**wanted), limit=limit)

    assert found() == found(destination_id="dst_1") == [first, second, third]
    assert found(limit=1) == [first]
    assert found(endpoint_id="ep_2") == [third]
    at = milliseconds_of(second.id)
    assert (found(created_before=at), found(created_after=at)) == ([first], [second, third])


def test_when_the_head_of_a_line_is_deleted_with_its_request_the_next_one_goes(connection: Connection) -> None:
    first, second = (
        kept(connection, ordering_key="a", sequence=number, request_id=f"req_{number}") for number in (1, 2)
    )
    deliveries.change(connection, first.id, status="failed", due_at=None)
    deliveries.forget(connection, [first.request_id], NOW)
    assert due(connection, second) == [True]


def test_a_failed_head_whose_request_is_erased_holds_up_nobody(connection: Connection) -> None:
    first, second = (
        kept(connection, ordering_key="a", sequence=number, request_id=f"req_{number}") for number in (1, 2)
    )
    deliveries.change(connection, first.id, status="failed", due_at=None)
    deliveries.cancel_of_request(connection, first.request_id, "erased", NOW)
    assert (now(connection, first).status, due(connection, second)) == ("cancelled", [True])


def test_who_was_let_go_before_its_time_stands_back_when_the_line_moves_up(connection: Connection) -> None:
    first, second = (kept(connection, ordering_key="a", sequence=number) for number in (1, 2))
    deliveries.change(connection, second.id, due_at=NOW)
    deliveries.move_up(connection, deliveries.Line("sub_1", "a"), NOW)
    assert due(connection, first, second) == [True, False]
