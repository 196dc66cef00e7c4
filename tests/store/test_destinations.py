"""Destinations and subscriptions as records: what is kept comes back, and what is removed takes its own along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from letterbox.errors import NameTaken, NotFound
from letterbox.store import destinations, endpoints, health, projects, subscriptions
from letterbox.store.delivery_tables import destination
from letterbox.store.delivery_tables import health as table
from tests.store.rows import PROJECT, a_destination, a_subscription, add_project, declare

SECRET = {"id": "sec_1", "sealed": "c2VhbGVk", "created_at": 1, "expires_at": None}


@pytest.fixture
def subscribed(connection: Connection) -> Connection:
    """An endpoint, a destination and a subscription from the one to the other."""
    declare(connection, "ep_1")
    destinations.add(connection, a_destination(name="app", secrets=(SECRET,)))
    subscriptions.add(connection, a_subscription())
    return connection


def row_of(connection: Connection, identity: str) -> Any:
    return connection.execute(select(destination).where(destination.c.id == identity)).one()


def test_a_destination_comes_back_as_it_was_kept(connection: Connection) -> None:
    made = a_destination(headers={"x-env": "prod"}, rate_per_second=3, secrets=(SECRET,), retry_schedule_seconds=(0, 5))
    destinations.add(connection, made)
    assert destinations.find(connection, PROJECT, made.id) == made
    assert destinations.find(connection, PROJECT, made.name) == made
    changed = replace(made, disabled_at=5, disabled_reason="gone", secrets=())
    destinations.change(connection, changed)
    assert destinations.all_of(connection) == destinations.all_of(connection, PROJECT) == [changed]


def test_a_name_is_one_destinations(connection: Connection) -> None:
    destinations.add(connection, a_destination("dst_1", name="app"))
    destinations.add(connection, other := a_destination("dst_2", name="other"))
    for attempt in (destinations.add, destinations.change):
        with pytest.raises(NameTaken), connection.begin_nested():
            attempt(connection, replace(other, id="dst_2" if attempt is destinations.change else "dst_3", name="app"))


def test_a_retired_destination_gives_its_name_free_and_keeps_no_secret(subscribed: Connection) -> None:
    gone = a_destination(name="app", secrets=(SECRET,))
    destinations.retire(subscribed, gone.id, 7)
    assert destinations.find(subscribed, PROJECT, gone.id) is None
    assert subscriptions.all_of(subscribed) == []
    kept = row_of(subscribed, gone.id)
    assert (kept.name, kept.secrets, kept.removed_at) == (gone.id, [], 7)
    destinations.change(subscribed, gone)  # by another process, which has read it before
    assert row_of(subscribed, gone.id).secrets == []
    destinations.add(subscribed, a_destination("dst_2", name=gone.name))


def test_a_pardoned_destination_is_as_if_it_had_not_failed(connection: Connection) -> None:
    failing = {"failing_since": 1, "last_success_at": 1, "last_failure_at": 2, "last_error": "reset", "opened_until": 3}
    names = ("dst_1", "dst_2")
    connection.execute(insert(table), [{"destination_id": name, **failing} for name in names])
    health.pardon(connection, "dst_1")
    seen = select(table.c.failing_since, table.c.last_failure_at, table.c.opened_until)
    assert [*map(tuple, connection.execute(seen.order_by(table.c.destination_id)))] == [(None, 2, None), (1, 2, 3)]


def test_subscriptions_are_listed_by_what_they_join(subscribed: Connection) -> None:
    declare(subscribed, "ep_2")
    destinations.add(subscribed, a_destination("dst_2"))
    subscriptions.add(subscribed, second := a_subscription("sub_2", endpoint_id="ep_2", filter="true"))
    subscriptions.add(subscribed, third := a_subscription("sub_3", destination_id="dst_2"))

    def listed(**wanted: Any) -> list[str]:
        return [one.id for one in subscriptions.page_of(subscribed, PROJECT, **{"after": None, "limit": 9, **wanted})]

    assert listed() == ["sub_3", "sub_2", "sub_1"]
    assert listed(after="sub_3", limit=1) == ["sub_2"]
    assert listed(endpoint_id="ep_1") == ["sub_3", "sub_1"]
    assert listed(endpoint_id="ep_1", destination_id="dst_2") == ["sub_3"]
    assert subscriptions.all_of(subscribed, PROJECT, destination_id="dst_2") == [third]
    subscriptions.change(subscribed, changed := replace(second, ordering_key="request.id"))
    assert subscriptions.find(subscribed, PROJECT, "sub_2") == changed
    subscriptions.remove(subscribed, "sub_2", 0)
    assert listed() == ["sub_3", "sub_1"]
    assert subscriptions.find(subscribed, "prj_2", "sub_1") is None


def test_a_subscription_needs_both_ends(subscribed: Connection) -> None:
    destinations.retire(subscribed, "dst_1", 7)
    destinations.add(subscribed, a_destination("dst_2"))
    with pytest.raises(NotFound, match="destination"):
        subscriptions.add(subscribed, a_subscription())
    with pytest.raises(NotFound, match="endpoint"):
        subscriptions.add(subscribed, a_subscription(endpoint_id="ep_2", destination_id="dst_2"))


def test_an_endpoint_takes_its_subscriptions_along(subscribed: Connection) -> None:
    declare(subscribed, "ep_2")
    subscriptions.add(subscribed, a_subscription("sub_2", endpoint_id="ep_2"))
    endpoints.retire(subscribed, "ep_1", 7)
    endpoints.remove(subscribed, PROJECT, "ep_2")
    assert subscriptions.all_of(subscribed) == []


def test_the_subscriptions_of_an_endpoint_are_returned_as_they_are_removed(subscribed: Connection) -> None:
    assert subscriptions.remove_of_endpoint(subscribed, "ep_1") == [a_subscription()]
    assert subscriptions.remove_of_endpoint(subscribed, "ep_1") == []


def test_a_project_takes_its_destinations_along(connection: Connection) -> None:
    add_project(connection, "prj_2")
    destinations.add(connection, a_destination(project_id="prj_2"))
    projects.retire(connection, "prj_2", 7)
    assert projects.forget(connection, "prj_2") is False
    assert destinations.all_of(connection) == []
