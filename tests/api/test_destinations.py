"""Destinations: declared, changed and removed as data; what signs is shown once."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox import destinations, signing_secrets
from letterbox.errors import NotFound
from letterbox.ids import now
from letterbox.service import Service, Unit
from letterbox.store.destinations import Destination
from tests.conftest import Stored, Tenant

AT = "/v1/destinations"
URL = "https://app.example.com/hooks"
PRIVATE = [
    "http://127.0.0.1/",
    "http://localhost:8080/",
    "http://[::1]/",
    "http://2130706433/",
    "http://169.254.169.254/",
]
SENSELESS = [
    "ftp://app.example.com/",
    "app.example.com",
    "https://me:pw@app.example.com/",
    "https://app.example.com/#a",
]
REFUSED_HEADERS = [
    {"Host": "elsewhere"},
    {"Transfer-Encoding": "chunked"},
    {"Webhook-Signature": "v1,…"},
    {"letterbox-a": "b"},
    {"x y": "z"},
    {"x-a": "b\r\nc: d"},
]


def declared(tenant: Tenant, url: str = URL, **more: Any) -> dict[str, Any]:
    answer = tenant.client.post(AT, json={"url": url, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def found(house: Service, tenant: Tenant, name: str) -> Destination:
    with house.reading() as connection:
        return destinations.read(connection, tenant.project["id"], name)


def signing(house: Service, tenant: Tenant, name: str, at: int | None = None) -> tuple[str, ...]:
    """What deliveries to a destination are signed with."""
    record = found(house, tenant, name)
    return signing_secrets.opened(record.secrets, house.seal, record.project_id, at or now())


def test_a_destination_has_what_was_left_out_by_default(tenant: Tenant) -> None:
    made = declared(tenant)
    told = ("id", "created_at", "updated_at", "secrets", "secret")
    assert {name: value for name, value in made.items() if name not in told} == {
        "name": "app-example-com",
        "url": URL,
        "headers": {},
        "timeout_seconds": 15,
        "max_in_flight": 16,
        "rate_per_second": None,
        "retry_schedule_seconds": [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400],
        "forward_credentials": False,
        "paused": False,
        "disabled_at": None,
        "disabled_reason": None,
    }


def test_a_destination_is_named_after_its_host(tenant: Tenant) -> None:
    names = [declared(tenant, url)["name"] for url in (URL, f"{URL}/2", "https://dst_1.example/", "https://1.1.1.1/")]
    assert names == ["app-example-com", "app-example-com-2", "destination-dst_1-example", "1-1-1-1"]


def test_a_signing_secret_is_shown_once_and_stored_sealed(tenant: Tenant, house: Service, stored: Stored) -> None:
    made = declared(tenant, name="app")
    assert made["secret"].startswith("whsec_")
    assert "secret" not in tenant.client.get(f"{AT}/app").json()
    assert signing(house, tenant, "app") == (made["secret"],)
    assert made["secret"].encode() not in stored


def test_put_by_name_creates_with_a_secret_and_then_replaces_without(tenant: Tenant) -> None:
    first = tenant.client.put(f"{AT}/app", json={"url": URL, "paused": True, "headers": {"x-env": "prod"}})
    read = tenant.client.get(f"{AT}/app")
    assert (first.status_code, first.headers["etag"]) == (201, read.headers["etag"])
    assert first.json()["secret"].startswith("whsec_")
    again = tenant.client.put(f"{AT}/app", json={"url": f"{URL}/2"}, headers={"If-Match": first.headers["etag"]})
    assert again.status_code == 200
    changed = again.json()
    assert (changed["url"], changed["paused"], changed["headers"]) == (f"{URL}/2", False, {})
    assert changed["secrets"] == read.json()["secrets"]
    assert "secret" not in changed


def test_a_change_keeps_what_it_does_not_name(tenant: Tenant) -> None:
    made = declared(tenant, name="app", rate_per_second=3, headers={"x-env": "prod"})
    changed = tenant.client.patch(f"{AT}/app", json={"retry_schedule_seconds": [0, 1]}).json()
    assert changed["retry_schedule_seconds"] == [0, 1]
    assert (changed["rate_per_second"], changed["headers"]) == (3, {"x-env": "prod"})
    assert changed["secrets"] == made["secrets"]


def test_two_destinations_have_two_names(tenant: Tenant) -> None:
    declared(tenant, name="app")
    declared(tenant, name="other")
    for answer in (
        tenant.client.post(AT, json={"url": URL, "name": "app"}),
        tenant.client.patch(f"{AT}/other", json={"name": "app"}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/name-taken")


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_refused_with_what_allows_it(tenant: Tenant, url: str) -> None:
    answer = tenant.client.post(AT, json={"url": url})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/url")
    assert "LETTERBOX_EGRESS_ALLOW" in answer.json()["detail"]


@pytest.mark.parametrize("url", SENSELESS)
def test_an_address_that_nothing_can_be_sent_to_is_422(tenant: Tenant, url: str) -> None:
    declared(tenant, name="app")
    answer = tenant.client.patch(f"{AT}/app", json={"url": url})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/url")


@pytest.mark.parametrize("headers", REFUSED_HEADERS)
def test_a_header_that_is_not_the_users_is_refused_with_its_place(tenant: Tenant, headers: dict[str, str]) -> None:
    answer = tenant.client.post(AT, json={"url": URL, "headers": {"x-env": "prod", **headers}})
    places = [each["pointer"] for each in answer.json()["errors"]]
    assert (answer.status_code, places) == (422, [f"/headers/{name}" for name in headers])


def test_a_header_is_declared_once_in_whatever_case(tenant: Tenant) -> None:
    answer = tenant.client.post(AT, json={"url": URL, "headers": {"x-env": "a", "X-Env": "b"}})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/headers/X-Env")


@pytest.mark.parametrize(
    "body",
    [
        {"timeout_seconds": 31},
        {"max_in_flight": 0},
        {"rate_per_second": 10_001},
        {"retry_schedule_seconds": []},
        {"retry_schedule_seconds": [0.5]},
        {"retry_schedule_seconds": [604_801]},
        {"headers": {f"x-{number}": "" for number in range(51)}},
        {"headers": {"x-a": "b" * 8191}},
        {"url": "https://a.example/" + "b" * 2048},
        {"secret": "whsec_chosen"},
    ],
)
def test_what_is_beyond_its_bounds_is_400(tenant: Tenant, body: dict[str, Any]) -> None:
    assert tenant.client.post(AT, json={"url": URL, **body}).status_code == 400


def test_at_most_two_secrets_sign_and_the_old_one_only_for_a_while(tenant: Tenant, house: Service) -> None:
    secrets = [declared(tenant, name="app")["secret"]]
    for _ in range(2):
        answer = tenant.client.post(f"{AT}/app/rotate-secret", json={"overlap_seconds": 60})
        assert answer.status_code == 200
        secrets.insert(0, answer.json()["secret"])
    assert signing(house, tenant, "app") == (*secrets[:2],)
    assert signing(house, tenant, "app", now() + 61_000) == (secrets[0],)
    shown = tenant.client.get(f"{AT}/app").json()["secrets"]
    assert [each["expires_at"] is None for each in shown] == [True, False]
    last = tenant.client.post(f"{AT}/app/rotate-secret", json={"overlap_seconds": 0}).json()["secret"]
    assert signing(house, tenant, "app") == (last,)


def test_a_rotation_that_says_nothing_overlaps_for_a_day(tenant: Tenant, house: Service) -> None:
    declared(tenant, name="app")
    tenant.client.post(f"{AT}/app/rotate-secret")
    lasting = [len(signing(house, tenant, "app", now() + hours * 3_600_000)) for hours in (23, 25)]
    assert lasting == [2, 1]


def test_a_disabled_destination_is_enabled_again_and_any_other_is_as_it_was(tenant: Tenant, house: Service) -> None:
    made = declared(tenant, name="app")
    assert tenant.client.post(f"{AT}/app/enable").json().items() <= made.items()

    def disable(unit: Unit) -> None:
        record = destinations.read(unit.connection, tenant.project["id"], "app")
        destinations.change(unit, record, {"disabled_at": now(), "disabled_reason": "gone"})

    house.run(disable)
    assert tenant.client.get(f"{AT}/app").json()["disabled_reason"] == "gone"
    moved = tenant.client.put(f"{AT}/app", json={"url": URL}).json()
    assert moved["disabled_at"] is not None
    enabled = tenant.client.post(f"{AT}/app/enable").json()
    assert (enabled["disabled_at"], enabled["disabled_reason"]) == (None, None)


def test_a_removed_destination_takes_its_subscriptions_and_leaves_its_name(tenant: Tenant) -> None:
    tenant.declare("/orders", name="orders")
    declared(tenant, name="app")
    tenant.client.post("/v1/subscriptions", json={"endpoint": "orders", "destination": "app"})
    assert tenant.client.delete(f"{AT}/app").status_code == 204
    assert tenant.client.get("/v1/subscriptions").json()["items"] == []
    assert declared(tenant, name="app")["name"] == "app"


def test_a_destination_that_replies_come_from_is_neither_removed_nor_renamed_under_them(tenant: Tenant) -> None:
    made = declared(tenant, name="app")
    by_id = {"replies": [{"when": "true", "status": 200}, {"from_destination": made["id"]}]}
    tenant.declare("/orders", name="orders", replies=[{"from_destination": "app"}])
    tenant.declare("/quotes", name="quotes", **by_id)
    tenant.declare("/others", name="others", replies=[{"body": {"from_destination": "app"}}])

    def refusal(method: str, **more: Any) -> tuple[int, str, str]:
        problem = tenant.client.request(method, f"{AT}/app", **more).json()
        return problem["status"], problem["type"], problem["detail"].partition(" come ")[0]

    in_use = (409, "/problems/destination-in-use")
    renamed = {"name": "other"}
    assert refusal("DELETE") == (*in_use, "Replies of the endpoints orders, quotes")
    assert refusal("PATCH", json=renamed) == (*in_use, "Replies of the endpoints orders")
    assert refusal("PUT", json={"url": URL, **renamed}) == (*in_use, "Replies of the endpoints orders")
    assert tenant.client.patch(f"{AT}/app", json={"name": "app", "paused": True}).status_code == 200
    tenant.client.patch("/v1/endpoints/orders", json=by_id)
    assert tenant.client.patch(f"{AT}/app", json=renamed).status_code == 200
    tenant.client.patch("/v1/endpoints/orders", json={"replies": []})
    tenant.client.delete("/v1/endpoints/quotes")
    assert tenant.client.delete(f"{AT}/other").status_code == 204


def test_a_project_is_removed_with_its_destinations(tenant: Tenant, client: Any, house: Service) -> None:
    declared(tenant, name="app")
    assert client.delete(f"/v1/projects/{tenant.slug}").status_code == 204
    with house.reading() as connection, pytest.raises(NotFound):
        destinations.read(connection, tenant.project["id"], "app")
