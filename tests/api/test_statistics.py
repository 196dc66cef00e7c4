"""Statistics: every span of a range, with what came in by its verdict then, and attempts by their outcome."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.ids import now
from letterbox.representation import as_time
from letterbox.store.tallies import DAY, HOUR, MINUTE
from tests.api.sending import Sending
from tests.conftest import Tenant

LENGTHS = {"minute": MINUTE, "hour": HOUR, "day": DAY}
NOTHING = {"accepted": 0, "quarantined": 0, "refused": 0, "duplicate": 0, "succeeded": 0, "failed": 0}


def statistics(tenant: Tenant, **wanted: Any) -> list[dict[str, Any]]:
    answer = tenant.client.get("/v1/statistics", params=wanted)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def sums(items: list[dict[str, Any]]) -> dict[str, int]:
    return {verdict: sum(each[verdict] for each in items) for verdict in NOTHING}


@pytest.fixture
def busy(tenant: Tenant) -> Tenant:
    """A tenant that was sent something of each verdict."""
    tenant.declare("/orders", contract_mode="quarantine", dedupe={"key": "request.query.key", "window_seconds": 60})
    tenant.declare("/other")
    contract = {"body": {"type": "object"}, "active": True}
    assert tenant.client.post("/v1/endpoints/orders/contracts", json=contract).status_code == 201
    for path in ("/orders?key=1", "/orders?key=1", "/orders", "/other", "/nowhere"):
        tenant.send(path, json={})
    tenant.send("/orders", json=[])
    return tenant


def test_what_came_in_is_there_as_soon_as_it_is_answered(busy: Tenant) -> None:
    assert sums(statistics(busy)) == NOTHING | {"accepted": 3, "quarantined": 1, "refused": 1, "duplicate": 1}
    assert sums(statistics(busy, endpoint="other")) == NOTHING | {"accepted": 1}


def test_it_counts_by_the_verdict_with_which_it_came_in_whatever_was_done_since(busy: Tenant) -> None:
    (quarantined,) = busy.requests(verdict="quarantined")
    assert busy.client.post(f"/v1/requests/{quarantined['id']}/release").status_code == 200
    assert busy.client.delete(f"/v1/requests/{busy.requests(endpoint='other')[0]['id']}").status_code == 204
    assert sums(statistics(busy, by="day")) == NOTHING | {"accepted": 3, "quarantined": 1, "refused": 1, "duplicate": 1}


@pytest.mark.parametrize(("by", "usual"), [("minute", 60), ("hour", 48), ("day", 30)])
def test_left_out_the_range_ends_with_the_present_span_and_has_every_one(tenant: Tenant, by: str, usual: int) -> None:
    earliest = now()
    items = statistics(tenant, by=by)
    length, ends = LENGTHS[by], {as_time(moment // LENGTHS[by] * LENGTHS[by]) for moment in (earliest, now())}
    assert len(items) == usual
    assert items[-1]["at"] in ends
    assert items[0] | {"at": ""} == {"at": ""} | NOTHING
    last = next(moment for moment in (earliest, now()) if as_time(moment // length * length) == items[-1]["at"])
    assert [each["at"] for each in items] == [
        as_time(last // length * length - before * length) for before in reversed(range(usual))
    ]


def test_the_spans_hold_the_range_that_is_asked_for(tenant: Tenant) -> None:
    wanted = {"received_after": "2025-09-17T23:59:59Z", "received_before": "2025-09-19T00:00:00.001Z"}
    days = [each["at"][:10] for each in statistics(tenant, by="day", **wanted)]
    assert days == ["2025-09-17", "2025-09-18", "2025-09-19"]
    wanted["received_before"] = "2025-09-19T02:00:00+02:00"
    assert len(statistics(tenant, by="day", **wanted)) == 2


def test_attempts_are_counted_by_outcome_and_for_one_destination_alone(sending: Sending) -> None:
    sending.destination("other")
    retried, elsewhere = sending.tested()["id"], sending.tested("other")["id"]
    sending.tried(retried, "waiting")
    sending.tried(retried, "succeeded")
    sending.tried(elsewhere, "failed")
    tenant = sending.tenant
    tenant.send("/in")
    assert sums(statistics(tenant)) == NOTHING | {"accepted": 1, "succeeded": 1, "failed": 2}
    assert sums(statistics(tenant, destination="app", by="minute")) == NOTHING | {"succeeded": 1, "failed": 1}
    assert sums(statistics(tenant, endpoint="in")) == NOTHING | {"accepted": 1}


def test_an_endpoint_and_a_destination_at_once_are_refused(sending: Sending) -> None:
    answer = sending.client.get("/v1/statistics", params={"endpoint": "in", "destination": "app"})
    assert (answer.status_code, "ask for one of both" in answer.json()["detail"]) == (422, True)


@pytest.mark.usefixtures("busy")
def test_another_projects_requests_and_endpoints_are_not_there(make_tenant: Any) -> None:
    other = make_tenant()
    assert sums(statistics(other)) == NOTHING
    assert other.client.get("/v1/statistics", params={"endpoint": "orders"}).status_code == 404
    assert other.client.get("/v1/statistics", params={"destination": "app"}).status_code == 404


@pytest.mark.parametrize("by", LENGTHS)
def test_a_range_of_any_years_is_answered_or_refused(tenant: Tenant, by: str) -> None:
    for wanted in ({"received_before": "0001-01-01T00:00:00Z"}, {"received_after": "9999-12-31T23:59:59Z"}):
        for other in ({}, {"received_before": "9999-12-31T23:59:59.999Z"}):
            answer = tenant.client.get("/v1/statistics", params={"by": by, **wanted, **other})
            assert answer.status_code in (200, 422), answer.text


REFUSED = {
    "too many": ({"by": "day", "received_after": "2001-01-01T00:00:00Z"}, "1500 are the most"),
    "too many minutes": ({"by": "minute", "received_after": as_time(now() - 30 * HOUR)}, "or by=hour"),
    "minutes of long ago": ({"by": "minute", "received_before": as_time(now() - 49 * HOUR)}, "by the minute for 48"),
    "hours of long ago": ({"by": "hour", "received_before": as_time(now() - 61 * DAY)}, "or by=day"),
    "backwards": ({"received_after": as_time(now()), "received_before": as_time(now() - 1)}, "has to be earlier"),
    "the future": ({"received_after": as_time(now() + DAY)}, "has to be earlier"),
    "no time": ({"received_after": "2016-12-31T23:59:60Z"}, "cannot be used"),
}


@pytest.mark.parametrize(("wanted", "says"), REFUSED.values(), ids=REFUSED)
def test_a_range_that_can_not_be_shown_is_refused_and_says_why(
    tenant: Tenant, wanted: dict[str, str], says: str
) -> None:
    answer = tenant.client.get("/v1/statistics", params=wanted)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unprocessable")
    assert says in answer.json()["detail"]
