"""GET /v1/tail: what is told, from where, and to whom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.sending import Sending
from tests.conftest import Tenant

AT = re.compile(r": at (\d+)\n\n")


def follow(tenant: Tenant, last_event_id: str | None = None, **wanted: Any) -> str:
    """What the tail says until its limit."""
    headers = {} if last_event_id is None else {"last-event-id": last_event_id}
    answer = tenant.client.get("/v1/tail", params=wanted, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def now(tenant: Tenant) -> str:
    """Where the tail stands."""
    found = AT.fullmatch(follow(tenant, limit=0))
    assert found is not None
    return found[1]


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The id and the data of each event; raises ValueError for what is neither an event nor a comment."""
    told = []
    for block in text.split("\n\n")[:-1]:
        if not block.startswith(":"):
            identity, kind, data = block.split("\n")
            assert kind in ("event: request", "event: delivery")
            told.append((identity.removeprefix("id: "), json.loads(data.removeprefix("data: "))))
    return told


@pytest.fixture
def told_from(tenant: Tenant) -> str:
    tenant.declare("/one")
    tenant.declare("/two")
    return now(tenant)


def test_an_event_is_the_request_as_lists_show_it(tenant: Tenant, told_from: str) -> None:
    tenant.send("/one?a=1", content=b"\x00\xff", headers={"x-what": "caf\u00e9".encode("latin-1")})
    ((_, told),) = events(follow(tenant, told_from, limit=1))
    assert [told] == tenant.requests()


def test_it_is_a_stream_that_nobody_keeps(tenant: Tenant) -> None:
    answer = tenant.client.get("/v1/tail", params={"limit": 0})
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-store"
    assert "content-length" not in answer.headers


def test_asked_for_its_head_alone_it_ends_at_once(tenant: Tenant) -> None:
    answer = tenant.client.head("/v1/tail")
    assert (answer.status_code, answer.content) == (200, b"")


def test_it_goes_on_behind_any_event_without_a_gap(tenant: Tenant, told_from: str) -> None:
    ids = [tenant.send("/one").json()["id"] for _ in range(3)]
    told = events(follow(tenant, told_from, limit=3))
    assert [each["id"] for _, each in told] == ids
    again = [events(follow(tenant, last, limit=1))[0][1]["id"] for last in (told_from, told[0][0], told[1][0])]
    assert again == ids


def test_it_tells_of_one_endpoint_or_verdict_alone(tenant: Tenant, told_from: str) -> None:
    tenant.send("/nowhere")
    tenant.send("/one")
    two = tenant.send("/two").json()["id"]
    assert [each["id"] for _, each in events(follow(tenant, told_from, limit=1, endpoint="two"))] == [two]
    refused = events(follow(tenant, told_from, limit=1, verdict="refused"))
    assert [each["path"] for _, each in refused] == ["/nowhere"]


def test_an_event_is_the_delivery_as_lists_show_it_after_each_attempt(sending: Sending) -> None:
    told_from = now(sending.tenant)
    sent = sending.tested()["id"]
    sending.tried(sent, "failed")
    told = events(follow(sending.tenant, told_from, limit=1, events="delivery"))
    assert [each for _, each in told] == sending.read("/v1/deliveries")["items"]
    sending.client.post(f"/v1/deliveries/{sent}/retry")
    sending.client.post(f"/v1/deliveries/{sent}/cancel")
    again = events(follow(sending.tenant, told[0][0], limit=2, events="delivery"))
    assert [(each["id"], each["status"]) for _, each in again] == [(sent, "cancelled")] * 2


def test_an_endpoints_deliveries_are_told_of_unless_requests_alone_are_asked_for(sending: Sending) -> None:
    sending.subscribed()
    told_from = now(sending.tenant)
    sending.tried(sending.tested()["id"], "failed")
    (sent,) = sending.received({})["deliveries"]
    sending.tried(sent["id"], "succeeded", answered=200)
    later = sending.tenant.send("/in", json={}).json()["id"]
    for wanted, expected in (
        ({}, [sent["request_id"], sent["id"], later]),
        ({"events": "request"}, [sent["request_id"], later]),
        ({"verdict": "accepted"}, [sent["request_id"], later]),
        ({"events": "delivery"}, [sent["id"]]),
    ):
        told = events(follow(sending.tenant, told_from, endpoint="in", limit=len(expected), **wanted))
        assert [each["id"] for _, each in told] == expected


def test_deliveries_alone_can_not_be_asked_for_by_verdict(tenant: Tenant) -> None:
    answer = tenant.client.get("/v1/tail", params={"verdict": "refused", "events": "delivery"})
    assert (answer.status_code, "leave out verdict" in answer.json()["detail"]) == (422, True)


def test_another_project_is_told_of_nothing(tenant: Tenant, make_tenant: Callable[[], Tenant], told_from: str) -> None:
    another = make_tenant()
    another.declare("/one")
    another.send("/one")
    ours = tenant.send("/one").json()["id"]
    assert [each["id"] for _, each in events(follow(tenant, told_from, limit=1))] == [ours]


def test_it_begins_with_what_was_received_since_a_time(tenant: Tenant) -> None:
    tenant.declare("/one")
    tenant.send("/one")
    tenant.send("/one")
    newest, *_ = tenant.requests()
    told = events(follow(tenant, since=newest["received_at"], limit=1))
    assert told[0][1]["received_at"] >= newest["received_at"]


def test_where_one_has_come_to_counts_more_than_since(tenant: Tenant, told_from: str) -> None:
    ours = tenant.send("/one").json()["id"]
    told = events(follow(tenant, told_from, since="2100-01-01T00:00:00Z", limit=1))
    assert [each["id"] for _, each in told] == [ours]


def test_a_verdict_that_somebody_gives_is_told(tenant: Tenant, told_from: str) -> None:
    tenant.client.post("/v1/endpoints/one/contracts", json={"body": {"type": "object"}, "active": True})
    tenant.client.patch("/v1/endpoints/one", json={"contract_mode": "quarantine"})
    held = tenant.send("/one", json=[]).json()["id"]
    tenant.client.post(f"/v1/requests/{held}/release")
    told = events(follow(tenant, told_from, limit=2, endpoint="one"))
    assert [(each["id"], each["verdict"]) for _, each in told] == [(held, "quarantined"), (held, "accepted")]


def test_what_is_erased_is_told_without_what_was_sent(tenant: Tenant, told_from: str) -> None:
    name = tenant.send("/one?secret=1", content=b"secret").json()["id"]
    tenant.client.delete(f"/v1/requests/{name}")
    told = events(follow(tenant, told_from, limit=2))
    assert [each["erased_at"] is not None for _, each in told] == [True, True]
    assert "secret" not in json.dumps(told)


def test_an_event_that_this_store_never_had_is_refused_with_what_to_do(tenant: Tenant) -> None:
    answer = tenant.client.get("/v1/tail", headers={"last-event-id": "99999999999"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unprocessable")
    assert "Leave it out" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"params": {"endpoint": "nobody"}}, 404),
        ({"params": {"verdict": "kept"}}, 400),
        ({"params": {"events": "none"}}, 400),
        ({"params": {"since": "yesterday"}}, 400),
        ({"params": {"limit": -1}}, 400),
        ({"headers": {"last-event-id": "one"}}, 400),
        ({"headers": {"authorization": "Bearer nobody"}}, 401),
    ],
)
def test_bad_input_is_refused_before_anything_is_told(tenant: Tenant, given: dict[str, Any], status: int) -> None:
    answer: httpx.Response = tenant.client.get("/v1/tail", **given)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
