"""How deliveries stand: counted by destination and by replay, and whether a request was routed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from letterbox.store import (
    bulk_jobs,
    deliveries,
    destinations,
    health,
    markers,
    requests,
    routing,
    standing,
    subscriptions,
)
from letterbox.store.bulk_jobs import Job
from letterbox.store.deliveries import Cancelled
from letterbox.store.health import Health
from letterbox.store.standing import Standing
from letterbox.store.tables import journal
from tests.store.rows import PROJECT, a_destination, a_row, a_subscription, declare
from tests.store.sent import a_delivery


@pytest.fixture
def subscribed(connection: Connection) -> Connection:
    """An endpoint, a destination and a subscription from the one to the other."""
    declare(connection, "ep_1")
    destinations.add(connection, a_destination())
    subscriptions.add(connection, a_subscription())
    return connection


def kept(connection: Connection, **changes: Any) -> None:
    deliveries.add(connection, [a_delivery(**changes)])


def test_what_waits_is_counted_held_or_not_and_what_has_failed(
    subscribed: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert standing.of_destination(subscribed, "dst_1") == Standing(0, None, 0)
    for created_at in (7, 5):
        kept(subscribed, ordering_key="a", created_at=created_at)
    kept(subscribed, status="sending", created_at=6)
    kept(subscribed, destination_id="dst_2", subscription_id="sub_2", created_at=1)
    for status in ("failed", "failed", "succeeded", "cancelled"):
        kept(subscribed, status=status, due_at=None)
    assert standing.of_destination(subscribed, "dst_1") == Standing(3, 5, 2)
    monkeypatch.setattr(standing, "MOST_COUNTED", 1)
    assert standing.of_destination(subscribed, "dst_1")[::2] == (1, 1)


def test_nothing_is_known_of_a_destination_that_was_not_tried(subscribed: Connection) -> None:
    assert health.find(subscribed, "dst_1") == Health()


def test_deliveries_of_a_replay_are_counted_by_status(connection: Connection) -> None:
    for status in ("waiting", "waiting", "failed"):
        kept(connection, replay_id="rpl_1", status=status)
    kept(connection, replay_id="rpl_2")
    kept(connection)
    assert standing.of_replays(connection, ["rpl_1", "rpl_3"]) == {"rpl_1": {"waiting": 2, "failed": 1}}


def test_what_waits_of_a_cancelled_replay_is_cancelled_some_at_a_time(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "MOST_AT_ONCE", 1)
    for identity, status in (("rpl_1", "cancelled"), ("rpl_2", "running"), ("rpl_3", "cancelled")):
        bulk_jobs.add(connection, Job(identity, PROJECT, "replay", status, {}, {}, None, 0, 0, "key_1"))
    for replay_id in ("rpl_1", "rpl_1", "rpl_2"):
        kept(connection, replay_id=replay_id)
    assert standing.cancelled_replays(connection, "replay") == ["rpl_1"]
    said = [deliveries.cancel_of_replay(connection, "rpl_1", "why", 1) for _ in range(3)]
    assert said == [
        Cancelled({"dst_1"}, is_more=True),
        Cancelled({"dst_1"}, is_more=True),
        Cancelled(set(), is_more=False),
    ]
    assert standing.cancelled_replays(connection, "replay") == []


def test_all_that_waits_for_a_destination_is_cancelled_also_what_is_held_behind_a_failed_one(
    connection: Connection,
) -> None:
    for status in ("failed", "waiting", "waiting"):
        kept(connection, ordering_key="a", status=status)
    kept(connection)
    kept(connection, destination_id="dst_2")
    while deliveries.cancel_of_destination(connection, "dst_1", "why", 1).is_more:
        pass
    assert standing.of_destination(connection, "dst_1") == Standing(0, None, 1)
    assert standing.of_destination(connection, "dst_2").waiting == 1


@pytest.mark.parametrize("span", [1, 5_000])
def test_a_request_is_routed_once_the_mark_is_behind_it(
    connection: Connection, span: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "SPAN", span)
    rows = [a_row() for _ in range(4)]
    requests.keep(connection, rows)
    sequences = [*connection.execute(select(journal.c.sequence).order_by(journal.c.sequence)).scalars()]

    def routed() -> list[bool]:
        return [routing.is_routed(connection, row.id, row.received_at) for row in rows]

    for passed, sequence in enumerate([sequences[0] - 1, *sequences]):
        markers.put(connection, routing.MARKER, str(sequence).encode())
        assert routed() == [number < passed for number in range(4)]


def test_the_mark_is_never_set_back_by_one_who_does_not_know_yet_how_much_is_settled(connection: Connection) -> None:
    assert routing.page_of(connection, after=7, until=0).reached == 7
