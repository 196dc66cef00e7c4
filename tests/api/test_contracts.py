"""Contracts: versions that never change, of which at most one is active."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts import versions
from letterbox.service import Service
from tests.api.offering import BODY, EMPTY, MEBIBYTE, WHOLE, Contracts, problem
from tests.conftest import Tenant

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
