"""Readmissions: requests readmitted, released or rejected in bulk, planned first and then run in the background."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from letterbox.service import Service
from tests.conftest import Tenant

FIVE = {"body": {"type": "integer", "maximum": 5}}
TEN = {"body": {"type": "integer", "maximum": 10}}


@pytest.fixture
def numbers(tenant: Tenant) -> Tenant:
    """A tenant whose endpoint /numbers has refused 6, 7, … 12: its contract takes no more than 5."""
    tenant.declare("/numbers")
    contract(tenant, FIVE)
    for number in range(6, 13):
        tenant.send("/numbers", json=number)
    return tenant


def contract(tenant: Tenant, document: dict[str, Any]) -> None:
    answer = tenant.client.post("/v1/endpoints/numbers/contracts", json={**document, "active": True})
    assert answer.status_code == 201, answer.text


def plan(tenant: Tenant, **wanted: Any) -> dict[str, Any]:
    answer = tenant.client.post("/v1/readmissions", json={"action": "readmit", **wanted})
    assert answer.status_code == 201, answer.text
    planned: dict[str, Any] = answer.json()
    return planned


def change(tenant: Tenant, job: dict[str, Any], verb: str) -> httpx.Response:
    return tenant.client.post(f"/v1/readmissions/{job['id']}/{verb}")


def run(tenant: Tenant, house: Service, job: dict[str, Any]) -> dict[str, Any]:
    """Run a plan to its end."""
    assert change(tenant, job, "run").status_code == 200
    while (found := tenant.client.get(f"/v1/readmissions/{job['id']}").json())["status"] == "running":
        house.clerk.work()
    ended: dict[str, Any] = found
    return ended


def test_a_plan_counts_and_changes_nothing(numbers: Tenant) -> None:
    planned = plan(numbers, cause="contract_violation")
    assert (planned["matching"], planned["status"], planned["looked_at"]) == (7, "planned", 0)
    assert len(numbers.requests(verdict="refused")) == 7


def test_a_run_readmits_those_that_are_right_by_now(numbers: Tenant, house: Service) -> None:
    contract(numbers, TEN)
    ended = run(numbers, house, plan(numbers))
    assert (ended["status"], ended["outcomes"]) == ("succeeded", {"accepted": 5, "refused": 2})
    assert len(numbers.requests(verdict="accepted")) == 5


def test_a_plan_takes_none_that_come_after_it(numbers: Tenant, house: Service) -> None:
    planned = plan(numbers)
    numbers.send("/numbers", json=8)
    contract(numbers, TEN)
    assert run(numbers, house, planned)["looked_at"] == 7


def test_a_filter_takes_part_of_them(numbers: Tenant) -> None:
    numbers.send("/nowhere")
    assert plan(numbers, path="/nowhere")["matching"] == 1
    assert plan(numbers, endpoint="numbers")["matching"] == 7
    assert plan(numbers, cause="no_endpoint")["matching"] == 1


def test_quarantined_ones_are_released_together(numbers: Tenant, house: Service) -> None:
    numbers.client.patch("/v1/endpoints/numbers", json={"contract_mode": "quarantine"})
    for number in (20, 21):
        numbers.send("/numbers", json=number)
    assert run(numbers, house, plan(numbers, action="release"))["outcomes"] == {"accepted": 2}


def test_a_cancelled_plan_cannot_be_run(numbers: Tenant) -> None:
    planned = plan(numbers)
    assert change(numbers, planned, "cancel").json()["status"] == "cancelled"
    assert change(numbers, planned, "run").json()["type"] == "/problems/job-ended"


def test_an_ended_one_cannot_be_cancelled(numbers: Tenant, house: Service) -> None:
    ended = run(numbers, house, plan(numbers))
    assert change(numbers, ended, "cancel").status_code == 409


def test_the_history_of_each_names_who_planned_it(numbers: Tenant, house: Service) -> None:
    contract(numbers, TEN)
    run(numbers, house, plan(numbers))
    request = numbers.requests(verdict="accepted")[0]
    history = numbers.client.get(f"/v1/requests/{request['id']}").json()["history"]
    assert history[-1]["by"] == numbers.project["admin_key"]["id"]


def test_an_unknown_endpoint_is_not_found(numbers: Tenant) -> None:
    answer = numbers.client.post("/v1/readmissions", json={"action": "readmit", "endpoint": "nobody"})
    assert answer.status_code == 404
