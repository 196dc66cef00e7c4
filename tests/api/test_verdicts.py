"""Verdicts: refused requests taken in again, quarantined ones released or rejected, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from letterbox.errors import NotFound
from letterbox.receive.again import Weighed
from letterbox.receive.arrival import Arrival
from letterbox.service import Service
from letterbox.verdicts import Request
from tests.conftest import Tenant

POSITIVE = {"body": {"type": "object", "required": ["amount"], "properties": {"amount": {"minimum": 0}}}}
ANYTHING: dict[str, Any] = {"body": {}}
BAD = {"amount": -1}


@pytest.fixture
def orders(tenant: Tenant) -> Tenant:
    """A tenant whose endpoint /orders takes amounts that are not negative."""
    tenant.declare("/orders")
    contract(tenant, POSITIVE)
    return tenant


def contract(tenant: Tenant, document: dict[str, Any]) -> None:
    answer = tenant.client.post("/v1/endpoints/orders/contracts", json={**document, "active": True})
    assert answer.status_code == 201, answer.text


def quarantined(tenant: Tenant) -> str:
    tenant.client.patch("/v1/endpoints/orders", json={"contract_mode": "quarantine"})
    return str(tenant.send("/orders", json=BAD).json()["id"])


def refused(tenant: Tenant, **more: Any) -> str:
    return str(tenant.send("/orders", json=BAD, **more).json()["request_id"])


def settle(tenant: Tenant, request: str, verb: str) -> httpx.Response:
    return tenant.client.post(f"/v1/requests/{request}/{verb}")


def stored_bytes(house: Service, tenant: Tenant) -> int:
    found = house.directory.tenant(tenant.slug)
    assert found is not None
    return found.stored_bytes


def test_a_refused_request_is_accepted_once_the_contract_is_right(orders: Tenant) -> None:
    request = refused(orders)
    contract(orders, ANYTHING)
    answer = settle(orders, request, "readmit").json()
    assert (answer["verdict"], answer["causes"], answer["contract_version"]) == ("accepted", [], 2)


def test_a_refused_request_that_is_still_wrong_stays_refused(orders: Tenant) -> None:
    request = refused(orders)
    answer = settle(orders, request, "readmit").json()
    assert (answer["verdict"], answer["causes"]) == ("refused", ["contract_violation"])


def test_what_the_sender_was_answered_stays_as_it_was(orders: Tenant) -> None:
    request = refused(orders)
    contract(orders, ANYTHING)
    assert settle(orders, request, "readmit").json()["reply_status"] == 422


def test_an_unmatched_request_goes_to_whoever_listens_there_by_now(tenant: Tenant) -> None:
    request = tenant.send("/late/17", json={}).json()["request_id"]
    endpoint = tenant.declare("/late/{number}")
    answer = settle(tenant, request, "readmit").json()
    assert (answer["verdict"], answer["endpoint_id"]) == ("accepted", endpoint["id"])
    assert answer["path_parameters"] == {"number": "17"}


def test_a_request_that_was_not_verified_is_once_the_secret_is_right(tenant: Tenant) -> None:
    tenant.declare("/signed", verification={"scheme": "bearer", "secrets": ["a-wrong-secret-0123456789"]})
    sent = tenant.send("/signed", headers={"authorization": "Bearer the-right-secret-0123456789"})
    assert sent.status_code == 401
    right = {"scheme": "bearer", "secrets": ["the-right-secret-0123456789"]}
    tenant.client.patch("/v1/endpoints/signed", json={"verification": right})
    assert settle(tenant, sent.json()["request_id"], "readmit").json()["verdict"] == "accepted"


def test_a_body_that_was_not_read_cannot_be_judged_again(tenant: Tenant) -> None:
    tenant.declare("/small", max_body_bytes=1)
    request = tenant.send("/small", content=b"too much").json()["request_id"]
    assert settle(tenant, request, "readmit").json()["type"] == "/problems/body-not-kept"


def test_a_released_request_is_accepted_whatever_the_contract_says(orders: Tenant) -> None:
    request = quarantined(orders)
    answer = settle(orders, request, "release").json()
    assert (answer["verdict"], answer["causes"]) == ("accepted", ["contract_violation"])


def test_a_rejected_request_is_refused(orders: Tenant) -> None:
    assert settle(orders, quarantined(orders), "reject").json()["verdict"] == "refused"


@pytest.mark.parametrize("verb", ["release", "reject", "readmit"])
def test_an_accepted_request_is_settled_by_nothing(tenant: Tenant, verb: str) -> None:
    tenant.declare("/open")
    answer = settle(tenant, tenant.send("/open").json()["id"], verb)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-verdict")


def test_a_request_is_settled_once(orders: Tenant) -> None:
    request = quarantined(orders)
    settle(orders, request, "reject")
    assert settle(orders, request, "release").status_code == 409


def test_a_repeated_call_is_answered_as_the_first_one(orders: Tenant) -> None:
    request = quarantined(orders)
    both = [
        orders.client.post(f"/v1/requests/{request}/release", headers={"idempotency-key": "release-once"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in both] == [200, 200]
    assert both[0].json() == both[1].json()


def test_the_history_tells_who_did_what_under_which_version(orders: Tenant) -> None:
    request = refused(orders)
    contract(orders, ANYTHING)
    settle(orders, request, "readmit")
    history = orders.client.get(f"/v1/requests/{request}").json()["history"]
    admin = orders.project["admin_key"]["id"]
    assert [(each["verdict"], each["contract_version"], each["by"]) for each in history] == [
        ("refused", 1, None),
        ("accepted", 2, admin),
    ]


def test_the_bytes_of_a_readmitted_request_count_and_those_of_a_rejected_one_no_longer(
    orders: Tenant, house: Service
) -> None:
    before = stored_bytes(house, orders)
    request = quarantined(orders)
    kept = stored_bytes(house, orders)
    settle(orders, request, "reject")
    rejected = stored_bytes(house, orders)
    contract(orders, ANYTHING)
    settle(orders, request, "readmit")
    assert (kept > before, rejected, stored_bytes(house, orders)) == (True, before, kept)


def test_a_readmitted_duplicate_is_found_to_be_one(orders: Tenant) -> None:
    dedupe = {"key": "request.headers['x-id']", "window_seconds": 60}
    orders.client.patch("/v1/endpoints/orders", json={"dedupe": dedupe})
    request = refused(orders, headers={"x-id": "1"})
    contract(orders, ANYTHING)
    orders.send("/orders", json=BAD, headers={"x-id": "1"})
    assert settle(orders, request, "readmit").json()["verdict"] == "duplicate"


def test_the_trail_names_each_step_with_its_outcome(orders: Tenant) -> None:
    trail = orders.client.get(f"/v1/requests/{refused(orders)}").json()["trail"]
    assert [(step["step"], step["outcome"]) for step in trail] == [
        ("match", "passed"),
        ("contract", "contract_violation"),
    ]


def test_a_remembered_answer_shows_no_credential_to_whoever_repeats_the_call(
    tenant: Tenant, client_for: Callable[[str], httpx.Client]
) -> None:
    request = tenant.send("/late", headers={"authorization": "Bearer very-secret"}).json()["request_id"]
    tenant.declare("/late")
    other = {"name": "other", "scopes": ["read", "replay"]}
    stranger = client_for(tenant.client.post("/v1/keys", json=other).json()["secret"])
    answers = [
        each.post(f"/v1/requests/{request}/readmit", headers={"idempotency-key": "once"})
        for each in (tenant.client, stranger)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("very-secret" not in answer.text for answer in answers)


def test_a_key_sent_to_no_endpoint_is_masked_as_it_would_be_at_the_one_that_asks_for_it(tenant: Tenant) -> None:
    asks = {"scheme": "api-key", "in": "query", "name": "token", "secrets": ["a-long-secret-of-the-sender"]}
    tenant.declare("/asks", verification=asks)
    tenant.send("/ask", params={"token": "a-long-secret-of-the-sender"})
    assert tenant.requests()[0]["query"] == "token=***"


def test_a_readmitted_request_is_masked_as_its_endpoint_masks(tenant: Tenant) -> None:
    request = tenant.send("/late", params={"token": "a-long-secret-of-the-sender"}).json()["request_id"]
    asks = {"scheme": "api-key", "in": "query", "name": "token", "secrets": ["a-long-secret-of-the-sender"]}
    tenant.declare("/late", verification=asks)
    assert settle(tenant, request, "readmit").json()["verdict"] == "accepted"
    assert tenant.requests()[0]["query"] == "token=***"
    assert tenant.client.get(f"/v1/requests/{request}").json()["query"] == "token=a-long-secret-of-the-sender"


def test_what_was_masked_stays_so_where_nobody_asks_for_it_any_more(tenant: Tenant) -> None:
    asks = {"scheme": "api-key", "in": "header", "name": "x-key", "secrets": ["a-long-secret-of-the-sender"]}
    tenant.declare("/asks", verification=asks)
    request = tenant.send("/late", headers={"x-key": "a-long-secret-of-the-sender"}).json()["request_id"]
    tenant.declare("/late")
    assert settle(tenant, request, "readmit").json()["verdict"] == "accepted"
    assert ["x-key", "***"] in tenant.requests()[0]["headers"]


def test_a_readmitted_request_holds_its_key_from_then_on(tenant: Tenant) -> None:
    first, second = (tenant.send("/late", headers={"x-id": "1"}).json()["request_id"] for _ in range(2))
    tenant.declare("/late", dedupe={"key": "request.headers['x-id']", "window_seconds": 60})
    with pytest.MonkeyPatch.context() as patched:  # as if they had come long ago
        patched.setattr("letterbox.service.Service.weigh", _weighed_as_of_1970)
        verdicts = [settle(tenant, request, "readmit").json()["verdict"] for request in (first, second)]
    assert verdicts == ["accepted", "duplicate"]


def _weighed_as_of_1970(service: Service, request: Request, arrival: Arrival) -> Weighed:
    return service.door.weigh(request.project_id, (request.id, 0), arrival)


def test_an_endpoint_that_goes_while_a_request_is_weighed_again_is_none(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = tenant.send("/late").json()["request_id"]
    tenant.declare("/late")

    async def gone(*_: object, **__: object) -> None:
        raise NotFound

    monkeypatch.setattr("letterbox.receive.weighing.Weighing.weigh", gone)
    assert settle(tenant, request, "readmit").json()["causes"] == ["no_endpoint"]


def test_a_readmitted_request_has_to_come_from_where_the_endpoint_allows_now(tenant: Tenant) -> None:
    request = tenant.send("/late").json()["request_id"]
    tenant.declare("/late", allow_from=["203.0.113.0/24"])
    answer = settle(tenant, request, "readmit").json()
    assert (answer["verdict"], answer["causes"]) == ("refused", ["verification_failed"])


def test_an_unproven_request_takes_no_key_from_those_that_have_to_prove_it(tenant: Tenant) -> None:
    bearer = {"scheme": "bearer", "secrets": ["the-right-secret-0123456789"], "methods": ["POST"]}
    dedupe = {"key": "request.headers['x-id']", "window_seconds": 60}
    tenant.declare("/both", methods=["GET", "POST"], verification=bearer, dedupe=dedupe)
    tenant.send("/both", method="GET", headers={"x-id": "1"})
    tenant.send("/both", headers={"x-id": "1", "authorization": "Bearer the-right-secret-0123456789"})
    assert [request["verdict"] for request in tenant.requests()] == ["accepted", "accepted"]


def test_the_trail_says_why_a_request_was_not_verified(tenant: Tenant) -> None:
    tenant.declare("/signed", verification={"scheme": "bearer", "secrets": ["the-right-secret-0123456789"]})
    request = tenant.send("/signed").json()["request_id"]
    trail = tenant.client.get(f"/v1/requests/{request}").json()["trail"]
    assert trail[-1]["note"] == "The header authorization is missing or empty."


def test_a_reply_that_is_too_large_to_be_kept_makes_every_request_new(tenant: Tenant) -> None:
    dedupe = {"key": "request.headers['x-id']", "window_seconds": 60}
    tenant.declare("/large", dedupe=dedupe, replies=[{"status": 200, "body": "x" * 70_000}])
    for _ in range(2):
        tenant.send("/large", headers={"x-id": "1"})
    assert [request["verdict"] for request in tenant.requests()] == ["accepted", "accepted"]
