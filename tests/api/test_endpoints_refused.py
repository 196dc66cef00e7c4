"""What can't be served is refused when it is declared, in a sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Tenant

SIGNS = "hex(sign('sha256', request.id))"
SIGNING: list[tuple[dict[str, Any], str]] = [
    ({"replies": [{"body_from": SIGNS}]}, "/replies/0/body_from"),
    ({"replies": [{}, {"when": f"{SIGNS} == ''"}]}, "/replies/1/when"),
    ({"dedupe": {"key": SIGNS, "window_seconds": 60}}, "/dedupe/key"),
]
VERIFIED = {"verification": {"scheme": "bearer", "secrets": ["a-secret"]}}


def refusal(tenant: Tenant, declared: dict[str, Any]) -> dict[str, str]:
    """The first violation that is said about an endpoint."""
    answer = tenant.client.post("/v1/endpoints", json={"path": "/refused", **declared})
    assert answer.status_code in (400, 422), answer.text
    violation: dict[str, str] = answer.json()["errors"][0]
    return violation


@pytest.mark.parametrize(("declared", "place"), SIGNING)
def test_nothing_signs_where_there_is_no_secret(tenant: Tenant, declared: dict[str, Any], place: str) -> None:
    violation = refusal(tenant, declared)
    assert (violation["pointer"], violation["keyword"]) == (place, "expression")
    assert "`sign`" in violation["message"]


@pytest.mark.parametrize(("declared", "_place"), SIGNING)
def test_a_secret_that_is_signed_with_can_not_be_taken_away(
    tenant: Tenant, declared: dict[str, Any], _place: str
) -> None:
    endpoint = tenant.declare("/signed", **declared, **VERIFIED)
    changed = tenant.client.patch(f"/v1/endpoints/{endpoint['id']}", json={"verification": {"scheme": "none"}})
    assert changed.status_code == 422


@pytest.mark.parametrize(
    ("declared", "place", "said"),
    [
        ({"methods": ["post"]}, "/methods/0", '"GET", "POST", "PUT", "PATCH", "DELETE"'),
        ({"verification": {"scheme": "hub"}}, "/verification/scheme", '"shopify", "hmac", "basic"'),
        ({"path": "orders"}, "/path", "begins with a slash"),
        ({"path": "/"}, "/path", "no slash alone"),
        ({"name": "My Orders"}, "/name", "a-z"),
        ({"allow_from": ["localhost"]}, "/allow_from/0", "203.0.113.0/24"),
        ({"allow_from": ["10.0.0.1/8"]}, "/allow_from/0", "10.0.0.0/8"),
        ({"cors": {"origins": ["https://shop.example.com/"]}}, "/cors/origins/0", "no slash at the end"),
        ({"replies": [{"media_type": "text"}]}, "/replies/0/media_type", "text/plain; charset=utf-8"),
        ({"replies": [{"when": "len(request.body) > 1"}]}, "/replies/0/when", "`size(…)`"),
    ],
)
def test_a_refusal_says_what_is_taken(tenant: Tenant, declared: dict[str, Any], place: str, said: str) -> None:
    violation = refusal(tenant, declared)
    assert violation["pointer"] == place
    assert said in violation["message"]
