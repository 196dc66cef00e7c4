"""Subscriptions: which requests of an endpoint go where, as data."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox import destinations, endpoints
from letterbox.service import Service, Unit
from letterbox.store.changes import Removed
from tests.conftest import Tenant

AT = "/v1/subscriptions"
WRONG = [
    ({"filter": "request.method =="}, "/filter", "line 1, column"),
    ({"transform": "nothing.here"}, "/transform", "line 1, column"),
    ({"ordering_key": "hex(sign('sha256', request.body.order))"}, "/ordering_key", "`hmac` takes a key of its own"),
]


@pytest.fixture(autouse=True)
def ends(tenant: Tenant) -> dict[str, str]:
    """The ids of an endpoint and a destination to join, named orders and app."""
    made = tenant.client.post("/v1/destinations", json={"url": "https://app.example.com/", "name": "app"})
    return {"endpoint": tenant.declare("/orders", name="orders")["id"], "destination": made.json()["id"]}


def subscribed(tenant: Tenant, **more: Any) -> dict[str, Any]:
    answer = tenant.client.post(AT, json={"endpoint": "orders", "destination": "app", **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_subscription_joins_by_name_or_id_and_shows_ids(tenant: Tenant, ends: dict[str, str]) -> None:
    for made in (subscribed(tenant), subscribed(tenant, **ends)):
        assert (made["endpoint_id"], made["destination_id"]) == (ends["endpoint"], ends["destination"])
        assert (made["filter"], made["transform"], made["ordering_key"]) == (None, None, None)


@pytest.mark.parametrize("missing", ["endpoint", "destination"])
def test_a_subscription_of_what_is_not_there_is_404_and_says_what(
    tenant: Tenant, ends: dict[str, str], missing: str
) -> None:
    answer = tenant.client.post(AT, json={**ends, missing: "nowhere"})
    assert (answer.status_code, answer.json()["detail"]) == (404, f"There is no such {missing} in this project.")
    assert tenant.client.get(AT, params={missing: "nowhere"}).status_code == 404


@pytest.mark.parametrize(("body", "pointer", "says"), WRONG)
def test_an_expression_that_cannot_be_evaluated_is_refused_with_its_place(
    tenant: Tenant, ends: dict[str, str], body: dict[str, str], pointer: str, says: str
) -> None:
    made = subscribed(tenant)
    for answer in (
        tenant.client.post(AT, json={**ends, **body}),
        tenant.client.patch(f"{AT}/{made['id']}", json=body),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
        assert says in answer.json()["errors"][0]["message"]


def test_a_change_keeps_what_it_does_not_name_and_null_takes_an_expression_away(tenant: Tenant) -> None:
    made = subscribed(tenant, filter="true", ordering_key="request.id")
    changed = tenant.client.patch(f"{AT}/{made['id']}", json={"filter": None, "transform": "request.body"}).json()
    assert changed == {**made, "filter": None, "transform": "request.body", "updated_at": changed["updated_at"]}


def test_a_subscription_stays_where_it_is(tenant: Tenant) -> None:
    made = subscribed(tenant)
    assert tenant.client.patch(f"{AT}/{made['id']}", json={"destination": "app"}).status_code == 400


def test_subscriptions_are_found_by_what_they_join(tenant: Tenant, ends: dict[str, str]) -> None:
    tenant.declare("/others", name="others")
    made = [subscribed(tenant), subscribed(tenant, endpoint="others")]

    def listed(**wanted: str) -> list[str]:
        return [each["id"] for each in tenant.client.get(AT, params=wanted).json()["items"]]

    assert listed() == listed(destination="app") == [made[1]["id"], made[0]["id"]]
    assert listed(endpoint=ends["endpoint"], destination="app") == [made[0]["id"]]


@pytest.mark.parametrize("query", ["", "?requests=delete"])
def test_a_removed_endpoint_takes_its_subscriptions(tenant: Tenant, query: str) -> None:
    made = subscribed(tenant)
    assert tenant.client.delete(f"/v1/endpoints/orders{query}").status_code == 204
    assert tenant.client.get(f"{AT}/{made['id']}").status_code == 404


def test_an_endpoint_that_stays_keeps_its_subscriptions(tenant: Tenant) -> None:
    made = subscribed(tenant)
    tenant.send("/orders", content=b"x")
    assert tenant.client.delete("/v1/endpoints/orders").status_code == 409
    assert tenant.client.get(f"{AT}/{made['id']}").json() == made


@pytest.mark.parametrize("end", ["endpoint", "destination"])
def test_whoever_keeps_subscriptions_in_memory_is_told_of_those_that_go_along(
    tenant: Tenant, house: Service, end: str
) -> None:
    made, project_id = subscribed(tenant), tenant.project["id"]

    def remove(unit: Unit) -> list[object]:
        if end == "endpoint":
            endpoints.remove(unit, endpoints.read(unit.connection, project_id, "orders"))
        else:
            destinations.remove(unit, destinations.read(unit.connection, project_id, "app"))
        return unit.changes

    told = [change.record.id for change in house.run(remove) if isinstance(change, Removed)]
    assert told == [made["id"], made[f"{end}_id"]]
