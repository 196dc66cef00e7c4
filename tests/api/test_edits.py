"""Replaying with an edited body: its verdict is said first, and what is sent is a new request that names its origin."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
from typing import Any

import httpx
import pytest

from letterbox.delivery.router import Router
from letterbox.service import Service
from tests.api.sending import Sending

CONTRACT = {"body": {"properties": {"n": {"minimum": 0}}}, "active": True}
GOOD, BAD = '{"n": 1}', '{"n": -1}'
SECRET = "it's a secret to everybody"


@pytest.fixture
def judged(sending: Sending) -> Sending:
    """Whose endpoint /in has a contract, takes little, and claims a key of every body."""
    answer = sending.client.post("/v1/endpoints/in/contracts", json=CONTRACT)
    assert answer.status_code == 201, answer.text
    limits = {"max_body_bytes": 64, "dedupe": {"key": "'one'", "window_seconds": 60}}
    assert sending.client.patch("/v1/endpoints/in", json=limits).status_code == 200
    return sending


def checked(sending: Sending, request: dict[str, Any], **edited: str) -> dict[str, Any]:
    answer = sending.client.post(f"/v1/requests/{request['id']}/check", json=edited)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def replay(sending: Sending, request: dict[str, Any], **wanted: str) -> httpx.Response:
    return sending.client.post(f"/v1/requests/{request['id']}/replay", json=wanted)


def edited(sending: Sending, request: dict[str, Any], **wanted: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The new request, and its deliveries."""
    answer = replay(sending, request, **wanted)
    assert answer.status_code == 202, answer.text
    return sending.request(answer.json()["request_id"]), answer.json()["items"]


def routed(sending: Sending, house: Service, request: dict[str, Any]) -> dict[str, Any]:
    """The request after routing has passed it."""
    while not (found := sending.request(request["id"]))["routing"]["routed"]:
        route_all(house)
    return found


def route_all(house: Service) -> None:
    router = Router(house.store, house.door)
    while router.route():
        pass
    router.settle()


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


def test_an_edited_body_makes_a_new_request_that_names_its_origin(judged: Sending, house: Service) -> None:
    origin, key = judged.received({"n": 7}), judged.client.get("/v1/keys").json()["items"][0]["id"]
    taking = judged.subscribed(filter="request.body.n == 1")
    filtered = judged.subscribed(filter="request.body.n == 7")
    made, (sent,) = edited(judged, origin, body=GOOD)
    assert (made["verdict"], made["origin_id"], made["contract_version"]) == ("accepted", origin["id"], 1)
    assert (sent["request_id"], sent["subscription_id"]) == (made["id"], taking["id"])
    assert judged.client.get(f"/v1/requests/{made['id']}/body").text == GOOD
    assert judged.client.get(f"/v1/requests/{origin['id']}/body").json() == {"n": 7}
    assert made["trail"][0]["note"] == f"of {origin['id']}"
    assert [each["by"] for each in made["history"]] == [key]
    assert (judged.request(origin["id"])["edit_ids"], made["edit_ids"]) == ([made["id"]], [])
    note = {"outcome": "filtered", "note": None}
    note |= {"subscription_id": filtered["id"], "destination_id": filtered["destination_id"]}
    assert made["routing"] == {"routed": True, "notes": [note]}
    route_all(house)
    assert judged.request(made["id"]) == made, "routing adds nothing to it"
    assert judged.read("/v1/requests", search='"n": 1')["items"][0]["id"] == made["id"]


def test_its_verdict_is_said_first_and_nothing_is_kept(judged: Sending) -> None:
    origin = judged.received({"n": 7})
    said = checked(judged, origin, body=BAD)
    assert (said["verdict"], said["causes"], said["reply_status"]) == ("refused", ["contract_violation"], 422)
    assert [each["pointer"] for each in said["violations"]] == ["/n"]
    assert [each["step"] for each in checked(judged, origin, body=GOOD)["trail"]] == ["edit", "match", "contract"]
    assert checked(judged, origin, body="x" * 65)["causes"] == ["body_too_large"]
    assert len(judged.read("/v1/requests")["items"]) == 1


def test_what_the_contract_refuses_is_sent_only_where_somebody_means_it(judged: Sending, house: Service) -> None:
    origin = judged.received({"n": 7})
    judged.subscribed()
    for wanted in ({}, {"destination": "app"}, {"destination": "app", "verdict": "quarantined"}):
        answer = replay(judged, origin, body=BAD, **wanted)
        assert problem(answer) == (409, "/problems/wrong-verdict")
        assert answer.json()["errors"][0]["pointer"] == "/n"
    assert problem(replay(judged, origin, body=BAD, verdict="refused")) == (409, "/problems/wrong-verdict")
    assert problem(replay(judged, origin, body=GOOD, verdict="refused", destination="app"))[0] == 409
    assert problem(replay(judged, origin, body="x" * 65, verdict="refused", destination="app"))[0] == 413
    assert len(judged.read("/v1/requests")["items"]) == 1
    made, (sent,) = edited(judged, origin, body=BAD, verdict="refused", destination="app")
    assert (made["verdict"], made["routing"]["routed"], sent["subscription_id"]) == ("refused", False, None)
    signed = {"scheme": "github", "secrets": [SECRET]}
    judged.client.patch("/v1/endpoints/in", json={"contract_mode": "observe", "dedupe": None, "verification": signed})
    assert judged.client.post(f"/v1/requests/{made['id']}/readmit").json()["verdict"] == "accepted"
    by_hand = [each["subscription_id"] is None for each in routed(judged, house, made)["deliveries"]]
    assert by_hand == [True, False], "accepted later on it is routed like any other, also to where it was sent by hand"


def test_what_was_only_true_of_the_old_body_is_gone_and_credentials_stay(sending: Sending) -> None:
    tenant = sending.tenant
    tenant.declare("/signed", name="signed", verification={"scheme": "github", "secrets": [SECRET]})
    signature = "sha256=" + hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest()
    sent = {"x-hub-signature-256": signature, "digest": "old", "authorization": "Bearer mine", "x-kept": "yes"}
    origin = {"id": tenant.send("/signed", content=b"{}", headers=sent).json()["id"]}
    made, _ = edited(sending, origin, body_base64=base64.b64encode(b"\xff\0\1").decode())
    assert (made["verdict"], made["body_bytes"]) == ("accepted", 3)
    headers = dict(made["headers"])
    assert not headers.keys() & {"x-hub-signature-256", "digest"}
    assert (headers["content-length"], headers["authorization"], headers["x-kept"]) == ("3", "Bearer mine", "yes")


def test_what_is_said_of_a_body_stays_true_of_its_own_bytes(sending: Sending) -> None:
    sent = {"content-encoding": "gzip", "digest": "mine", "transfer-encoding": "chunked"}
    packed = gzip.compress(b"{}")
    origin = {"id": sending.tenant.send("/in", content=packed, headers=sent).json()["id"]}
    same, _ = edited(sending, origin, body_base64=base64.b64encode(packed).decode())
    headers = dict(same["headers"])
    assert [headers.get(name) for name in sent] == ["gzip", "mine", None]
    other, _ = edited(sending, origin, body_base64=base64.b64encode(b"{}").decode())
    assert not dict(other["headers"]).keys() & sent.keys()


def test_an_edited_body_is_never_a_duplicate_and_is_kept_once_for_a_key(judged: Sending) -> None:
    origin = judged.received({"n": 7})
    path, wanted = f"/v1/requests/{origin['id']}/replay", {"body": '{"n": 7}', "destination": "app"}
    twice = [judged.client.post(path, json=wanted, headers={"Idempotency-Key": "one"}).json() for _ in range(2)]
    assert twice[0] == twice[1]
    assert [each["id"] for each in judged.read("/v1/requests")["items"]] == [twice[0]["request_id"], origin["id"]]
    counted = judged.read("/v1/statistics", by="day")
    assert str(counted).count("'accepted': 2") > 0, counted


def test_an_edit_may_be_of_what_was_not_read_and_outlives_its_origin(judged: Sending) -> None:
    origin = {"id": judged.tenant.send("/in", json="x" * 65).json()["request_id"]}
    made, _ = edited(judged, origin, body=GOOD, destination="app")
    gone, _ = edited(judged, origin, body=GOOD, destination="app")
    assert judged.client.delete(f"/v1/requests/{gone['id']}").status_code == 204
    assert judged.request(origin["id"])["edit_ids"] == [made["id"]], "one that is erased can't be read"
    assert judged.client.delete(f"/v1/requests/{origin['id']}").status_code == 204
    assert judged.request(made["id"])["origin_id"] == origin["id"]
    assert replay(judged, origin, body=GOOD).status_code == 404


def test_an_edit_that_makes_no_sense_is_refused(judged: Sending) -> None:
    origin = judged.received({"n": 7})
    assert replay(judged, origin, verdict="refused").json()["errors"][0]["pointer"] == "/verdict"
    assert replay(judged, origin, body=GOOD, body_base64="").status_code == 422
    assert replay(judged, origin, body=GOOD, destination="nobody").status_code == 404
    both = replay(judged, origin, body=GOOD, destination="app", subscription="sub")
    assert (both.status_code, both.json()["detail"]) == (400, "Name a destination or a subscription, not both.")
    unmatched = {"id": judged.tenant.send("/nowhere").json()["request_id"]}
    assert problem(replay(judged, unmatched, body=GOOD)) == (409, "/problems/wrong-verdict")


def test_a_full_project_keeps_no_edit(judged: Sending, client: httpx.Client) -> None:
    origin = judged.received({"n": 7})
    full = client.patch(f"/v1/projects/{judged.tenant.project['id']}", json={"limits": {"stored_bytes": 1}})
    assert full.status_code == 200, full.text
    assert problem(replay(judged, origin, body=GOOD)) == (503, "/problems/project-full")
