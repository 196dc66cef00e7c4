"""Replays: a kept request delivered again by itself, or many of them, planned first and then run in the background."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx
import pytest

from letterbox import replays
from letterbox.service import Service, Unit
from letterbox.store import deliveries
from letterbox.store.deliveries import REPLAYED
from tests.api.sending import Sending

NOBODY: dict[str, str] = {}


def replayed(sending: Sending, request: dict[str, Any], target: dict[str, str] = NOBODY) -> list[dict[str, Any]]:
    answer = sending.client.post(f"/v1/requests/{request['id']}/replay", json=target)
    assert answer.status_code == 202, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def plan(sending: Sending, **wanted: Any) -> dict[str, Any]:
    answer = sending.client.post("/v1/replays", json=wanted)
    assert answer.status_code == 201, answer.text
    planned: dict[str, Any] = answer.json()
    return planned


def change(sending: Sending, job: dict[str, Any], verb: str) -> httpx.Response:
    return sending.client.post(f"/v1/replays/{job['id']}/{verb}")


def run(sending: Sending, house: Service, job: dict[str, Any]) -> dict[str, Any]:
    """Run a plan to its end."""
    assert change(sending, job, "run").status_code == 200
    while (found := sending.read(f"/v1/replays/{job['id']}"))["status"] == "running":
        house.clerk.work()
    return found


def test_a_request_goes_to_every_subscription_that_takes_it_now(sending: Sending) -> None:
    request = sending.received({"n": 1})
    taking = sending.subscribed(filter="request.body.n == 1")
    sending.subscribed(filter="request.body.n == 2")
    (sent,) = replayed(sending, request)
    assert (sent["subscription_id"], sent["request_id"]) == (taking["id"], request["id"])
    assert (sent["status"], sent["replay_id"], sending.stored(sent["id"]).queue) == ("waiting", None, REPLAYED)
    assert sending.request(request["id"])["deliveries"] == [sent]


def test_a_subscription_that_is_named_gets_it_whatever_its_filter_says(sending: Sending) -> None:
    request = sending.received({})
    named = sending.subscribed(filter="false", ordering_key="'all'")
    (sent,) = replayed(sending, request, {"subscription": named["id"]})
    (behind,) = replayed(sending, request, {"subscription": named["id"]})
    assert (sent["subscription_id"], sent["ordering_key"]) == (named["id"], "all")
    assert [sent["is_held"], behind["is_held"]] == [False, True]


def test_what_is_not_accepted_goes_only_to_whom_somebody_names(sending: Sending) -> None:
    request = {"id": sending.tenant.send("/nowhere", content=b"kept").json()["request_id"]}
    path = f"/v1/requests/{request['id']}/replay"
    refused = sending.client.post(path)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-verdict")
    assert [each["subscription_id"] for each in replayed(sending, request, {"destination": "app"})] == [None]
    assert sending.client.post(path, json={"destination": "nobody"}).status_code == 404
    assert sending.client.post(path, json={"destination": "app", "subscription": "sub"}).status_code == 400


def test_what_was_not_read_cannot_be_sent(sending: Sending) -> None:
    sending.tenant.declare("/small", max_body_bytes=1)
    request = sending.tenant.send("/small", content=b"too large").json()["request_id"]
    answer = sending.client.post(f"/v1/requests/{request}/replay", json={"destination": "app"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/body-not-kept")


def test_a_plan_counts_and_delivers_nothing(sending: Sending) -> None:
    for number in range(3):
        sending.tenant.send("/in", json=number)
    sending.tenant.send("/nowhere")
    planned = plan(sending, target={"destination": "app"})
    assert (planned["matching"], planned["status"], planned["verdict"]) == (3, "planned", "accepted")
    assert set(planned["outcomes"].values()) == {0}
    assert plan(sending, verdict="refused", target={"destination": "app"})["matching"] == 1
    assert sending.listed() == []


def test_a_run_delivers_each_request_once_and_not_all_at_once(
    sending: Sending, house: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "ROWS_AT_ONCE", 2)
    sent = [sending.received({"n": number})["id"] for number in range(5)]
    sending.subscribed(filter="request.body.n > 0")
    ended = run(sending, house, plan(sending, endpoint="in", per_second=10))
    assert (ended["status"], ended["looked_at"], ended["outcomes"]["waiting"]) == ("succeeded", 5, 4)
    found = [sending.delivery(each) for each in reversed(sending.listed(replay=ended["id"]))]
    assert [each["request_id"] for each in found] == sent[1:]
    due = [datetime.fromisoformat(each["next_attempt_at"]) for each in found]
    waits = [(later - before).total_seconds() for before, later in pairwise(due)]
    assert all(wait >= 0.099 for wait in waits)
    sending.tried(found[0]["id"], "failed")
    assert sending.read(f"/v1/replays/{ended['id']}")["outcomes"]["failed"] == 1


def test_a_page_that_two_processes_come_to_is_written_once(sending: Sending, house: Service) -> None:
    request = sending.received({})
    project = sending.tenant.project["id"]
    planned = plan(sending, target={"destination": "app"})

    def twice(unit: Unit) -> list[bool]:
        job = replays.run(unit, replays.read(unit.connection, project, planned["id"]))
        page, cursor = replays.next_page(unit.connection, job)
        recipients = replays.recipients_of(unit.connection, job, page)
        made = replays.decide(page, recipients, lambda _: b"{}", house.door.evaluate)
        return [replays.apply(unit, job, len(page), made, cursor) is not None for _ in range(2)]

    assert house.run(twice) == [True, False]
    assert [each["replay_id"] for each in sending.request(request["id"])["deliveries"]] == [planned["id"]]


def test_what_waits_of_a_cancelled_one_is_cancelled_too_of_many_in_the_background(
    sending: Sending, house: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "MOST_AT_ONCE", 1)
    for number in range(4):
        sending.tenant.send("/in", json=number)
    ended = run(sending, house, plan(sending, target={"destination": "app"}))
    sending.tried(sending.listed(replay=ended["id"])[0], "succeeded", answered=200)
    assert change(sending, ended, "cancel").json()["status"] == "cancelled"
    while house.clerk.work():
        pass
    outcomes = sending.read(f"/v1/replays/{ended['id']}")["outcomes"]
    assert (outcomes["waiting"], outcomes["succeeded"], outcomes["cancelled"]) == (0, 1, 3)
    assert change(sending, ended, "cancel").json()["type"] == "/problems/job-ended"


def test_one_that_has_ended_with_nothing_left_cannot_be_cancelled(sending: Sending, house: Service) -> None:
    ended = run(sending, house, plan(sending))
    assert change(sending, ended, "cancel").status_code == change(sending, ended, "run").status_code == 409


def test_one_whose_target_is_removed_fails(sending: Sending, house: Service) -> None:
    sending.tenant.send("/in")
    planned = plan(sending, target={"destination": "app"})
    sending.client.delete("/v1/destinations/app")
    assert run(sending, house, planned)["status"] == "failed"


def test_what_is_not_accepted_needs_a_target(sending: Sending) -> None:
    refused = sending.client.post("/v1/replays", json={"verdict": "refused"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/target")
    for named in ({"endpoint": "nobody"}, {"target": {"destination": "nobody"}}, {"target": {"subscription": "app"}}):
        assert sending.client.post("/v1/replays", json=named).status_code == 404
