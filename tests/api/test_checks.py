"""Checks: an endpoint says of a request what would become of it, as if it were sent, and keeps nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import httpx
import pytest

from tests.conftest import Tenant

AMOUNT = {"type": "object", "required": ["amount"], "properties": {"amount": {"minimum": 0}}}
CONTRACT = {"body": AMOUNT, "path": {"properties": {"order_id": {"pattern": "^[0-9]+$"}}}, "active": True}
SECRET = "it's a secret to everybody"
JSON = ["content-type", "application/json"]
GOOD, BAD = '{"amount": 1}', '{"amount": -1}'
SAME = ("verdict", "causes", "violations", "contract_version", "event_type", "path_parameters", "reply_status")
SIGNATURE = "sha256=" + hmac.new(SECRET.encode(), GOOD.encode(), hashlib.sha256).hexdigest()
WITHOUT_TIMES = ("step", "outcome", "note")

QUESTIONS: dict[str, dict[str, Any]] = {
    "accepted": {"path": "/orders/17", "query": "a=1", "headers": [JSON], "body": GOOD},
    "a violation": {"path": "/orders/17", "headers": [JSON], "body": BAD},
    "a violation of the path": {"path": "/orders/x", "headers": [["Content-Type", " application/json "]], "body": GOOD},
    "unparsable": {"path": "/orders/17", "headers": [JSON], "body": '{"amount"'},
    "no text": {"path": "/orders/17", "headers": [JSON], "body_base64": base64.b64encode(b"\xff\0").decode()},
    "another media type": {"path": "/orders/17", "headers": [["content-type", "text/csv"]], "body": GOOD},
    "too large": {"path": "/orders/17", "headers": [JSON], "body": "x" * 65},
    "another method": {"method": "DELETE", "path": "/orders/17", "headers": [JSON], "body": GOOD},
    "another path": {"path": "/elsewhere", "headers": [JSON], "body": GOOD},
    "no credentials": {"path": "/signed", "headers": [JSON], "body": GOOD, "verified": False},
    "signed": {
        "path": "/signed",
        "headers": [JSON, ["X-Hub-Signature-256", SIGNATURE]],
        "body": GOOD,
        "verified": False,
    },
    "from elsewhere": {"path": "/guarded", "headers": [JSON], "body": GOOD, "verified": False},
}
ENDPOINTS = {"/signed": "signed", "/guarded": "guarded"}


@pytest.fixture
def orders(tenant: Tenant) -> Tenant:
    """A tenant with an endpoint for orders, one that wants signatures, and one for a network alone."""
    tenant.declare("/orders/{order_id}", name="orders", max_body_bytes=64, dedupe=key_of("request.query.a"))
    tenant.declare("/signed", name="signed", verification={"scheme": "github", "secrets": [SECRET]})
    tenant.declare("/guarded", name="guarded", allow_from=["203.0.113.0/24"])
    answer = tenant.client.post("/v1/endpoints/orders/contracts", json=CONTRACT)
    assert answer.status_code == 201, answer.text
    return tenant


def key_of(expression: str) -> dict[str, Any]:
    return {"key": expression, "window_seconds": 60}


def check(tenant: Tenant, endpoint: str = "orders", **asked: Any) -> httpx.Response:
    return tenant.client.post(f"/v1/endpoints/{endpoint}/check", json=asked)


def checked(tenant: Tenant, endpoint: str = "orders", **asked: Any) -> dict[str, Any]:
    answer = check(tenant, endpoint, **asked)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def sent(tenant: Tenant, asked: dict[str, Any]) -> dict[str, Any]:
    """What became of the same request when it was sent."""
    body = base64.b64decode(asked["body_base64"]) if "body_base64" in asked else asked["body"].encode()
    path = asked["path"] + (f"?{asked['query']}" if "query" in asked else "")
    tenant.send(path, asked.get("method", "POST"), headers=asked["headers"], content=body)
    kept: dict[str, Any] = tenant.client.get(f"/v1/requests/{tenant.requests()[0]['id']}").json()
    return kept


def steps(said: dict[str, Any]) -> list[list[Any]]:
    return [[step[name] for name in WITHOUT_TIMES] for step in said["trail"]]


@pytest.mark.parametrize("mode", ["enforce", "quarantine", "observe"])
@pytest.mark.parametrize("asked", QUESTIONS.values(), ids=QUESTIONS)
def test_a_check_says_what_sending_the_same_comes_to(orders: Tenant, asked: dict[str, Any], mode: str) -> None:
    orders.client.patch("/v1/endpoints/orders", json={"contract_mode": mode})
    said = checked(orders, ENDPOINTS.get(asked["path"], "orders"), **asked)
    assert orders.requests() == []
    kept = sent(orders, asked)
    assert {name: said[name] for name in SAME} == {name: kept[name] for name in SAME}
    assert steps(said) == steps(kept)


@pytest.mark.parametrize("endpoint", ["signed", "guarded"])
def test_who_is_taken_as_verified_needs_no_credentials(orders: Tenant, endpoint: str) -> None:
    said = checked(orders, endpoint, body=GOOD)
    assert (said["verdict"], said["reply_status"], [step["step"] for step in said["trail"]]) == (
        "accepted",
        202,
        ["match"],
    )


def test_what_is_left_out_is_the_endpoints_own(orders: Tenant) -> None:
    orders.declare("/empty", methods=["GET", "PUT"], replies=[{"when": "request.method == 'GET'", "status": 418}])
    said = checked(orders, "empty")
    assert (said["verdict"], said["reply_status"], said["path_parameters"]) == ("accepted", 418, {})


def test_a_check_claims_no_key_and_is_no_duplicate(orders: Tenant) -> None:
    asked = QUESTIONS["accepted"]
    assert [checked(orders, **asked)["verdict"] for _ in range(2)] == ["accepted"] * 2
    assert sent(orders, asked)["verdict"] == "accepted"
    assert checked(orders, **asked)["verdict"] == "accepted"


def test_what_another_endpoint_takes_is_refused_and_the_trail_names_it(orders: Tenant) -> None:
    orders.declare("/orders/special", name="special")
    orders.declare("/orders/{order_id}", name="changes", methods=["PUT"])
    elsewhere = checked(orders, path="/orders/special", body=GOOD)
    otherwise = checked(orders, method="PUT", path="/orders/17", body=GOOD)
    assert [each["causes"] for each in (elsewhere, otherwise)] == [["no_endpoint"], ["method_not_allowed"]]
    assert [each["trail"][0]["note"] for each in (elsewhere, otherwise)] == ["special takes it", "changes takes it"]


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "two bodies": ({"body": "a", "body_base64": "YQ=="}, 422, "either body or body_base64"),
    "no base64": ({"body_base64": "a b"}, 422, "no base64"),
    "a name that is none": ({"headers": [["a b", "c"]]}, 422, "name of a header"),
    "a value of two lines": ({"headers": [["a", "b\r\nc: d"]]}, 422, "one line"),
    "a value beyond a byte": ({"headers": [["a", "\u20ac"]]}, 422, "ISO-8859-1"),
    "a head that is too long": ({"headers": [["a", "b" * 8000]] * 9}, 422, "431"),
    "a method that has no verdict": ({"method": "OPTIONS"}, 422, "always answered"),
    "a path with a query": ({"path": "/orders/1?a=1"}, 400, "without a query"),
    "what nobody knows": ({"bodies": "a"}, 400, "bodies"),
}


@pytest.mark.parametrize(("asked", "status", "says"), REFUSED.values(), ids=REFUSED)
def test_what_nobody_could_send_is_refused_and_said(
    orders: Tenant, asked: dict[str, Any], status: int, says: str
) -> None:
    answer = check(orders, **asked)
    problem = answer.json()
    assert answer.status_code == status, answer.text
    assert says in " ".join([problem["detail"], *(each["message"] for each in problem.get("errors", ()))])


def test_a_check_needs_no_more_than_read(orders: Tenant) -> None:
    made = orders.client.post("/v1/keys", json={"name": "reader", "scopes": ["read"]}).json()
    headers = {"authorization": f"Bearer {made['secret']}"}
    assert orders.client.post("/v1/endpoints/orders/check", json={}, headers=headers).status_code == 200
