"""Contracts: versions that never change, of which at most one is active."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from letterbox.contracts import versions
from letterbox.service import Service
from tests.conftest import Tenant
from tests.github.webhooks import document

BODY = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer", "minimum": 1}}}
WHOLE = {
    "media_types": ["application/json"],
    "body": BODY,
    "assert_formats": True,
    "path": {"type": "object"},
    "query": {"required": ["page"]},
    "headers": {"required": ["x-shop"]},
    "event_type": "request.body.type",
    "event_types": {"paid": {"$ref": "#/definitions/paid"}, "ping": {}},
    "unknown_event_types": "accept",
    "definitions": {"paid": {"required": ["order"]}},
}
EMPTY: dict[str, Any] = {
    "media_types": [],
    "body": None,
    "assert_formats": False,
    "path": None,
    "query": None,
    "headers": None,
    "event_type": None,
    "event_types": {},
    "unknown_event_types": "refuse",
    "definitions": {},
}
MEBIBYTE = 1_048_576


class Contracts:
    """The contracts of one endpoint."""

    def __init__(self, tenant: Tenant) -> None:
        self.client = tenant.client
        self.endpoint = tenant.declare("/orders")
        self.path = f"/v1/endpoints/{self.endpoint['id']}/contracts"

    def offer(self, contract: Any, **parameters: str) -> httpx.Response:
        return self.client.post(self.path, json=contract, params=parameters)

    def add(self, contract: Any, **parameters: str) -> dict[str, Any]:
        answer = self.offer(contract, **parameters)
        assert answer.status_code == 201, answer.text
        added: dict[str, Any] = answer.json()
        return added

    def read(self, version: int | str) -> httpx.Response:
        return self.client.get(f"{self.path}/{version}")

    def turn(self, version: int, verb: str) -> dict[str, Any]:
        answer = self.client.post(f"{self.path}/{version}/{verb}")
        assert answer.status_code == 200, answer.text
        turned: dict[str, Any] = answer.json()
        return turned

    def active(self) -> int | None:
        """As the endpoint shows it."""
        found: int | None = self.client.get(f"/v1/endpoints/{self.endpoint['id']}").json()["contract_version"]
        return found


@pytest.fixture
def contracts(tenant: Tenant) -> Contracts:
    return Contracts(tenant)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


# Versions.


def test_a_contract_comes_back_as_it_was_offered(contracts: Contracts) -> None:
    contracts.add(WHOLE)
    assert contracts.read(1).json().items() >= WHOLE.items()


def test_what_is_left_out_is_filled_in(contracts: Contracts) -> None:
    contracts.add({})
    assert contracts.read(1).json().items() >= EMPTY.items()


def test_properties_stay_in_the_order_in_which_they_were_offered(contracts: Contracts) -> None:
    contracts.add({"body": {"type": "object", "properties": {"zulu": {}, "alpha": {}, "mike": {}}}})
    assert [*contracts.read(1).json()["body"]["properties"]] == ["zulu", "alpha", "mike"]


def test_it_says_who_has_made_it_and_when(contracts: Contracts) -> None:
    made = contracts.add({})
    keys = {key["id"] for key in contracts.client.get("/v1/keys").json()["items"]}
    assert made["created_by"] in keys
    assert made["created_at"].endswith("Z")


def digest_at(house: Service, contracts: Contracts) -> str | None:
    """By which the endpoint knows its active contract."""
    return {endpoint.id: endpoint.contract_digest for _, endpoint in house.declared()}[contracts.endpoint["id"]]


def test_an_endpoint_keeps_the_digest_of_its_active_contract(contracts: Contracts, house: Service) -> None:
    contracts.add({"body": BODY, "active": True})
    with house.reading() as connection:
        active = versions.compiled_at(connection, contracts.endpoint["id"], 1)
    assert digest_at(house, contracts) == active.digest


def test_an_endpoint_without_an_active_contract_keeps_no_digest(contracts: Contracts, house: Service) -> None:
    contracts.add({"active": True})
    contracts.turn(1, "deactivate")
    assert digest_at(house, contracts) is None


def test_an_endpoint_that_is_declared_anew_keeps_the_digest(contracts: Contracts, house: Service) -> None:
    contracts.add({"active": True})
    before = digest_at(house, contracts)
    contracts.client.put(f"/v1/endpoints/{contracts.endpoint['id']}", json={"path": "/orders"}).raise_for_status()
    assert before is not None
    assert digest_at(house, contracts) == before


def test_versions_count_from_one_on_each_endpoint(contracts: Contracts, tenant: Tenant) -> None:
    assert [contracts.add({})["version"] for _ in range(3)] == [1, 2, 3]
    other = tenant.declare("/other")["id"]
    assert tenant.client.post(f"/v1/endpoints/{other}/contracts", json={}).json()["version"] == 1


def test_versions_are_found_by_the_name_of_their_endpoint(contracts: Contracts) -> None:
    made = contracts.add(WHOLE)
    assert contracts.client.get("/v1/endpoints/orders/contracts/1").json() == made


@pytest.mark.parametrize(
    "version", ["2", "0", "-1", "01", "1.0", "1e0", "one", "+1", "%C2%B2", "2147483648", "9" * 40, "ctr_1"]
)
def test_a_version_that_is_not_there_is_404(contracts: Contracts, version: str) -> None:
    contracts.add({})
    assert problem(contracts.read(version)) == (404, "/problems/not-found")


def test_a_list_shows_each_version_without_its_document(contracts: Contracts) -> None:
    for contract in ({}, WHOLE):
        contracts.add(contract)
    contracts.turn(1, "activate")
    items = contracts.client.get(contracts.path).json()["items"]
    assert [(item["version"], item["active"]) for item in items] == [(2, False), (1, True)]
    assert "body" not in items[0]
    assert items[0]["document_bytes"] > items[1]["document_bytes"] > 0


def test_a_cursor_of_another_endpoint_is_422(contracts: Contracts, tenant: Tenant) -> None:
    for _ in range(2):
        contracts.add({})
    cursor = contracts.client.get(contracts.path, params={"limit": 1}).json()["next_cursor"]
    other = f"/v1/endpoints/{tenant.declare('/other')['id']}/contracts"
    answer = contracts.client.get(other, params={"cursor": cursor})
    assert problem(answer) == (422, "/problems/invalid-cursor")


def test_a_removed_endpoint_takes_its_contracts_along(contracts: Contracts) -> None:
    contracts.add({"active": True})
    assert contracts.client.delete(f"/v1/endpoints/{contracts.endpoint['id']}").status_code == 204
    assert problem(contracts.read(1)) == (404, "/problems/not-found")


# The active one.


def test_a_new_contract_is_not_active_unless_it_says_so(contracts: Contracts) -> None:
    assert contracts.add({})["active"] is False
    assert contracts.active() is None


def test_a_contract_can_be_active_at_once(contracts: Contracts) -> None:
    contracts.add({})
    assert contracts.add({"active": True})["active"] is True
    assert contracts.active() == 2


def test_one_version_is_active_at_a_time(contracts: Contracts) -> None:
    for _ in range(2):
        contracts.add({"active": True})
    assert contracts.turn(1, "activate")["active"] is True
    assert [contracts.read(version).json()["active"] for version in (1, 2)] == [True, False]
    assert contracts.active() == 1


def test_activating_twice_comes_to_the_same(contracts: Contracts) -> None:
    contracts.add({})
    assert contracts.turn(1, "activate") == contracts.turn(1, "activate")
    assert contracts.active() == 1


def test_a_deactivated_contract_leaves_the_endpoint_without_one(contracts: Contracts) -> None:
    contracts.add({"active": True})
    assert contracts.turn(1, "deactivate")["active"] is False
    assert contracts.active() is None


def test_deactivating_another_version_than_the_active_one_changes_nothing(contracts: Contracts) -> None:
    for _ in range(2):
        contracts.add({"active": True})
    assert contracts.turn(1, "deactivate")["active"] is False
    assert contracts.active() == 2


def test_a_replaced_endpoint_keeps_its_active_contract(contracts: Contracts) -> None:
    contracts.add({"active": True})
    replaced = contracts.client.put("/v1/endpoints/orders", json={"path": "/moved"})
    assert replaced.json()["contract_version"] == 1


@pytest.mark.parametrize("verb", ["activate", "deactivate"])
def test_a_version_that_is_not_there_can_be_turned_neither_way(contracts: Contracts, verb: str) -> None:
    answer = contracts.client.post(f"{contracts.path}/1/{verb}")
    assert problem(answer) == (404, "/problems/not-found")


# What is refused.


@pytest.mark.parametrize(
    ("contract", "pointer"),
    [
        ({"body": []}, "/body"),
        ({"body": True}, "/body"),
        ({"event_types": {"a": 1}}, "/event_types/a"),
        ({"media_types": "application/json"}, "/media_types"),
        ({"unknown_event_types": "perhaps"}, "/unknown_event_types"),
        ({"active": 1}, "/active"),
        ({"openapi": 3}, "/openapi"),
    ],
)
def test_what_has_another_shape_is_400(contracts: Contracts, contract: Any, pointer: str) -> None:
    answer = contracts.offer(contract)
    assert problem(answer) == (400, "/problems/invalid-request")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("contract", "pointer"),
    [
        ({"bodyy": BODY}, "/bodyy"),
        ({"schema": BODY, "active": True}, "/schema"),
        (BODY, "/type"),
        ({"swagger": "2.0", "info": {}, "paths": {}}, "/swagger"),
        ({"body": {"type": "objekt"}}, "/body/type"),
        ({"headers": {"required": ["X-Token"]}}, "/headers/required/0"),
    ],
)
def test_what_would_say_nothing_or_something_else_is_422(contracts: Contracts, contract: Any, pointer: str) -> None:
    answer = contracts.offer(contract)
    assert problem(answer) == (422, "/problems/unprocessable")
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_large_contract_is_taken_in_by_another_process(contracts: Contracts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "intake", lambda _: pytest.fail("it was taken in here"))
    contracts.add({"body": {"allOf": [BODY] * 1000}})


def test_a_refused_contract_takes_no_number(contracts: Contracts) -> None:
    assert contracts.offer({"body": []}).status_code == 400
    assert contracts.add({})["version"] == 1


def test_a_contract_may_be_longer_than_other_bodies(contracts: Contracts) -> None:
    long = {"body": {"description": "x" * (8 * MEBIBYTE - 100)}}
    assert contracts.add(long)["version"] == 1
    assert contracts.read(1).json()["body"] == long["body"]


def test_a_contract_of_more_than_8_mebibytes_is_413(contracts: Contracts) -> None:
    answer = contracts.offer({"body": {"description": "x" * 8 * MEBIBYTE}})
    assert problem(answer) == (413, "/problems/body-too-large")


def test_a_schema_of_60_levels_is_taken(contracts: Contracts) -> None:
    schema: dict[str, Any] = {}
    for _ in range(60):
        schema = {"not": schema}
    assert contracts.add({"body": schema})["version"] == 1


# OpenAPI documents.

OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/orders": {
            "post": {"requestBody": {"required": True, "content": {"application/json": {"schema": BODY}}}},
            "put": {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "array"}}}}},
        }
    },
    "x-anything": True,
}


def webhook(schema: Any) -> dict[str, Any]:
    return {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}


WEBHOOKS = {**OPENAPI, "webhooks": {"paid": webhook(BODY), "ping": webhook({})}}


def test_an_openapi_document_becomes_a_contract(contracts: Contracts) -> None:
    made = contracts.add({**WEBHOOKS, "active": True}, event_type="request.body.type")
    assert (made["event_types"], made["event_type"], made["active"]) == (
        {"paid": BODY, "ping": {}},
        "request.body.type",
        True,
    )


def test_an_operation_of_an_openapi_document_becomes_a_contract(contracts: Contracts) -> None:
    made = contracts.add(WEBHOOKS, path="/orders", method="post")
    assert (made["body"], made["media_types"], made["event_types"]) == (BODY, ["application/json"], {})


def test_githubs_own_document_is_taken(contracts: Contracts) -> None:
    made = contracts.add(document())
    assert made["event_type"] == "request.headers['x-github-event']"
    assert made["event_types"]["push"] == {"$ref": "#/definitions/webhook-push"}


@pytest.mark.parametrize(
    "parameters", [{"path": "/nowhere"}, {"method": "delete"}, {"path": "/orders", "method": "trace"}, {}]
)
def test_what_is_not_in_the_document_is_422(contracts: Contracts, parameters: dict[str, str]) -> None:
    document = WEBHOOKS if not parameters else OPENAPI
    answer = contracts.offer(document, **parameters)
    assert problem(answer) == (422, "/problems/unprocessable")
    assert answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("parameters", [{"path": "/orders"}, {"method": "post"}, {"event_type": "request.path"}])
def test_what_is_asked_of_an_openapi_document_is_422_for_any_other(
    contracts: Contracts, parameters: dict[str, str]
) -> None:
    assert problem(contracts.offer({}, **parameters)) == (422, "/problems/unprocessable")


def test_one_idempotency_key_is_good_for_one_choice_alone(contracts: Contracts) -> None:
    headers = {"Idempotency-Key": "once"}
    calls = [
        contracts.client.post(contracts.path, json=OPENAPI, params={"method": method}, headers=headers)
        for method in ("post", "post", "put")
    ]
    assert [call.status_code for call in calls] == [201, 201, 422]
    assert calls[0].json() == calls[1].json()


# Differences.


def test_a_version_is_compared_with_the_one_before(contracts: Contracts) -> None:
    contracts.add({"body": {"minimum": 0}})
    contracts.add({"body": {"minimum": 10}})
    assert contracts.client.get(f"{contracts.path}/2/diff").json() == {
        "from": 1,
        "to": 2,
        "changes": [
            {
                "pointer": "/body/minimum",
                "keyword": "minimum",
                "change": "stricter",
                "says": "the body must be at least 10 now, before at least 0.",
            }
        ],
        "complete": True,
    }


def test_a_version_can_be_compared_with_any_other(contracts: Contracts) -> None:
    for minimum in (0, 10, 5):
        contracts.add({"body": {"minimum": minimum}})
    answer = contracts.client.get(f"{contracts.path}/1/diff", params={"from": 3}).json()
    assert (answer["from"], answer["to"], answer["changes"][0]["change"]) == (3, 1, "looser")


def test_the_first_version_is_compared_with_none(contracts: Contracts) -> None:
    contracts.add({"body": {"minimum": 0}})
    answer = contracts.client.get(f"{contracts.path}/1/diff").json()
    assert answer["from"] is None
    assert [change["change"] for change in answer["changes"]] == ["stricter"]


@pytest.mark.parametrize(
    ("version", "since", "status"), [("2", "1", 404), ("1", "2", 404), ("1", "0", 400), ("1", "x", 400)]
)
def test_what_is_not_there_cannot_be_compared(contracts: Contracts, version: str, since: str, status: int) -> None:
    contracts.add({})
    answer = contracts.client.get(f"{contracts.path}/{version}/diff", params={"from": since})
    assert answer.status_code == status
