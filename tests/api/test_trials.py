"""Trials: what a version of a contract would have done to what has already arrived."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox import clerk, trials
from letterbox.service import Service
from tests.conftest import Tenant

FIVE = {"body": {"type": "integer", "maximum": 5}}
TEN = {"body": {"type": "integer", "maximum": 10}}


@pytest.fixture
def numbers(tenant: Tenant) -> Tenant:
    """A tenant whose endpoint /numbers has a contract up to 5 and one up to 10, and has been sent 4, 8 and 12."""
    tenant.declare("/numbers")
    contract(tenant, TEN)
    contract(tenant, FIVE, active=True)
    for number in (4, 8, 12):
        tenant.send("/numbers", json=number)
    return tenant


def contract(tenant: Tenant, document: dict[str, Any], *, active: bool = False) -> None:
    answer = tenant.client.post("/v1/endpoints/numbers/contracts", json={**document, "active": active})
    assert answer.status_code == 201, answer.text


def tried(tenant: Tenant, version: int, *, status: int = 200, **wanted: Any) -> dict[str, Any]:
    answer = tenant.client.post(f"/v1/endpoints/numbers/contracts/{version}/try", json=wanted)
    assert answer.status_code == status, answer.text
    trial: dict[str, Any] = answer.json()
    return trial


def test_a_trial_counts_outcomes_and_names_what_would_change(numbers: Tenant) -> None:
    trial = tried(numbers, 1)
    assert trial["outcomes"] == {"accepted": 2, "refused": 1}
    eight = numbers.requests(verdict="refused")[1]["id"]
    changes = [(each["request"], each["from"], each["to"]) for each in trial["changes"]]
    assert changes == [(eight, "refused", "accepted")]


def test_a_trial_changes_nothing(numbers: Tenant) -> None:
    tried(numbers, 1)
    assert len(numbers.requests(verdict="refused")) == 2


def test_what_would_be_refused_comes_with_its_cause(numbers: Tenant) -> None:
    numbers.client.post("/v1/endpoints/numbers/contracts", json={"body": {"type": "string"}})
    change = tried(numbers, 3)["changes"][0]
    assert (change["from"], change["to"], change["causes"]) == ("accepted", "refused", ["contract_violation"])


def test_the_mode_of_the_endpoint_decides_what_a_violation_comes_to(numbers: Tenant) -> None:
    numbers.client.patch("/v1/endpoints/numbers", json={"contract_mode": "quarantine"})
    assert tried(numbers, 2)["outcomes"] == {"accepted": 1, "quarantined": 2}


def test_what_was_refused_before_the_contract_was_asked_is_only_counted(numbers: Tenant) -> None:
    numbers.send("/numbers", method="GET")
    assert tried(numbers, 1)["outcomes"]["unjudged"] == 1


def test_a_range_of_time_is_tried_alone(numbers: Tenant) -> None:
    newest = numbers.requests()[0]
    assert tried(numbers, 1, received_after=newest["received_at"])["looked_at"] >= 1
    assert tried(numbers, 1, received_before="2001-01-01T00:00:00Z")["looked_at"] == 0


def test_a_large_range_goes_on_in_the_background(
    numbers: Tenant, house: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk, "PAGES_AT_ONCE", 1)
    monkeypatch.setattr(trials, "ROWS_AT_ONCE", 1)
    trial = tried(numbers, 1, status=202)
    while (found := numbers.client.get(f"/v1/trials/{trial['id']}").json())["status"] == "running":
        house.clerk.work()
    assert (found["looked_at"], found["outcomes"]) == (3, {"accepted": 2, "refused": 1})


def test_a_trial_that_has_ended_stays_as_it_is_when_it_is_cancelled(numbers: Tenant) -> None:
    answer = numbers.client.post(f"/v1/trials/{tried(numbers, 1)['id']}/cancel")
    assert answer.json()["status"] == "succeeded"


def test_a_running_trial_can_be_cancelled(numbers: Tenant, house: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerk, "PAGES_AT_ONCE", 1)
    monkeypatch.setattr(trials, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(house, "go_on", lambda: None)
    trial = tried(numbers, 1, status=202)
    cancelled = numbers.client.post(f"/v1/trials/{trial['id']}/cancel").json()
    house.clerk.work()
    assert (cancelled["status"], numbers.client.get(f"/v1/trials/{trial['id']}").json()) == ("cancelled", cancelled)


def test_a_version_that_is_not_there_is_not_found(numbers: Tenant) -> None:
    assert numbers.client.post("/v1/endpoints/numbers/contracts/9/try").status_code == 404
