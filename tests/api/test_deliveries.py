"""Deliveries: found, read, sent again and given up; and what a request shows of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from letterbox import deliveries, replays, requests
from letterbox.service import Service, Unit
from letterbox.store import deliveries as stored
from letterbox.store.changes import Recalled
from letterbox.store.deliveries import Delivery
from letterbox.store.requests import Request
from tests.api.sending import Sending

STATUSES = ("waiting", "succeeded", "failed", "cancelled")


def refused(sending: Sending, identity: str, verb: str) -> tuple[int, str]:
    answer = sending.client.post(f"/v1/deliveries/{identity}/{verb}")
    return answer.status_code, answer.json()["type"]


def test_a_destination_is_tested_with_a_request_that_is_kept_like_any_other(sending: Sending) -> None:
    sent = sending.tested()
    assert (sent["status"], sent["endpoint_id"], sent["subscription_id"]) == ("waiting", None, None)
    request = sending.request(sent["request_id"])
    assert (request["verdict"], request["method"], request["path"]) == ("accepted", "POST", "/letterbox-test")
    assert request["deliveries"] == [sending.delivery(sent["id"])] == [sent]
    body = sending.client.get(f"/v1/requests/{request['id']}/body")
    assert (body.json()["type"], body.json()["data"]) == ("letterbox.test", {"destination": "app"})


@pytest.mark.parametrize("body", [{"a": [1]}, None, "text"])
def test_a_test_sends_the_body_that_it_was_given(sending: Sending, body: object) -> None:
    sent = sending.tested(body=body)
    assert sending.client.get(f"/v1/requests/{sent['request_id']}/body").json() == body


def test_attempts_are_shown_oldest_first_with_what_was_answered(sending: Sending) -> None:
    sent = sending.tested()["id"]
    sending.tried(sent, "waiting", b"caf\xe9")
    sending.tried(sent, "succeeded", b"fine", answered=200)
    path = f"/v1/deliveries/{sent}/attempts"
    first = sending.read(path, limit=1)
    second = sending.read(path, limit=1, cursor=first["next_cursor"])
    assert [(each["number"], each["status"], each["error"]) for each in first["items"]] == [(1, 500, "http_status")]
    assert [(each["number"], each["status"], each["error"]) for each in second["items"]] == [(2, 200, None)]
    assert first["items"][0]["response_excerpt"] == "caf�"
    assert first["items"][0]["response_headers"] == [["x-a", "b"]]
    assert second["next_cursor"] is None
    assert sending.read(path)["items"] == first["items"] + second["items"]


@pytest.mark.parametrize("status", ["waiting", "failed", "cancelled"])
def test_what_has_not_succeeded_is_sent_again_with_its_schedule_anew(sending: Sending, status: str) -> None:
    sent = sending.tested()["id"]
    sending.tried(sent, status)
    before = sending.stored(sent)
    again = sending.client.post(f"/v1/deliveries/{sent}/retry").json()
    assert (again["status"], again["attempts"], again["reason"]) == ("waiting", before.attempts, None)
    assert again["next_attempt_at"] is not None
    assert (before.spent, sending.stored(sent).spent) == (1, 0)


def test_what_has_succeeded_is_neither_sent_again_nor_cancelled(sending: Sending) -> None:
    sent = sending.tested()["id"]
    sending.tried(sent, "succeeded", answered=200)
    assert refused(sending, sent, "retry") == refused(sending, sent, "cancel") == (409, "/problems/wrong-status")


def test_what_is_cancelled_says_why_and_is_so_once(sending: Sending) -> None:
    sent = sending.tested()["id"]
    cancelled = sending.client.post(f"/v1/deliveries/{sent}/cancel").json()
    assert (cancelled["status"], cancelled["next_attempt_at"]) == ("cancelled", None)
    assert cancelled["reason"] == deliveries.CANCELLED
    assert refused(sending, sent, "cancel") == (409, "/problems/wrong-status")


Act = Callable[[Unit, Delivery], object]
CANCELLING: dict[str, Act] = {
    "cancelled": deliveries.cancel,
    "erased": lambda unit, one: requests.erase(
        unit, requests.read(unit.connection, one.project_id, one.request_id), "a"
    ),
    "replay": lambda unit, one: replays.cancel_some(unit, str(one.replay_id)),
}


def request_of(unit: Unit, one: Delivery) -> Request:
    return requests.read(unit.connection, one.project_id, one.request_id)


@pytest.mark.parametrize("act", CANCELLING.values(), ids=CANCELLING)
def test_whoever_sends_there_is_told_of_what_is_cancelled(sending: Sending, house: Service, act: Act) -> None:
    one = sending.stored(sending.tested()["id"])._replace(replay_id="rpl_1")

    def told(unit: Unit) -> list[object]:
        stored.change(unit.connection, one.id, replay_id=one.replay_id)
        act(unit, one)
        return [each.destination_id for each in unit.changes if isinstance(each, Recalled)]

    assert house.run(told) == [one.destination_id]


def test_what_was_erased_cancels_its_deliveries_forgets_their_answers_and_cannot_be_sent_again(
    sending: Sending,
) -> None:
    sending.subscribed(ordering_key="request.body.customer")
    (sent,) = sending.received({"customer": "c-1"})["deliveries"]
    sending.tried(sent["id"], "waiting", b"what was sent")
    sending.client.delete(f"/v1/requests/{sent['request_id']}")
    cancelled = sending.delivery(sent["id"])
    assert (sent["ordering_key"], cancelled["ordering_key"], cancelled["status"]) == ("c-1", None, "cancelled")
    (tried,) = sending.read(f"/v1/deliveries/{sent['id']}/attempts")["items"]
    assert (tried["status"], tried["response_headers"], tried["response_excerpt"]) == (500, [], "")
    assert refused(sending, sent["id"], "retry") == (409, "/problems/conflict")


def test_what_went_to_a_destination_that_is_removed_cannot_be_sent_again(sending: Sending) -> None:
    sent = sending.tested()["id"]
    sending.tried(sent, "failed")
    sending.client.delete("/v1/destinations/app")
    assert refused(sending, sent, "retry") == (409, "/problems/conflict")


def test_the_head_of_a_line_holds_the_others_until_it_is_cancelled_and_again_when_retried(sending: Sending) -> None:
    sending.subscribed(ordering_key="request.body.order")
    first, second, other = (sending.received({"order": order})["deliveries"][0] for order in ("a", "a", "b"))
    assert [each["is_held"] for each in (first, second, other)] == [False, True, False]
    assert (second["next_attempt_at"], second["ordering_key"]) == (None, "a")
    sending.tried(first["id"], "failed")
    assert sending.delivery(second["id"])["is_held"]
    sending.client.post(f"/v1/deliveries/{first['id']}/cancel")
    assert sending.delivery(second["id"])["next_attempt_at"] is not None
    sending.client.post(f"/v1/deliveries/{first['id']}/retry")
    assert [sending.delivery(each["id"])["is_held"] for each in (first, second)] == [False, True]


def test_a_list_shows_what_its_filters_say(sending: Sending) -> None:
    sending.destination("other")
    sending.subscribed()
    came = sending.received({})["deliveries"][0]
    tested = sending.tested("other")
    sending.tried(tested["id"], "failed")
    for wanted in (
        {"status": "failed"},
        {"destination": "other"},
        {"destination": tested["destination_id"], "status": "failed"},
        {"request": tested["request_id"]},
        {"created_after": tested["created_at"]},
    ):
        assert sending.listed(**wanted) == [tested["id"]], wanted
    for wanted in ({"status": "waiting"}, {"endpoint": "in"}, {"created_before": tested["created_at"]}):
        assert sending.listed(**wanted) == [came["id"]], wanted
    assert sending.listed(replay="rpl_nobody") == []
    for noun in ("endpoint", "destination"):
        assert sending.client.get("/v1/deliveries", params={noun: "nobody"}).status_code == 404


def test_what_has_failed_at_one_destination_is_sent_again_together(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.destination("other")
    failed = [sending.tested(name) for name in ("app", "app", "app", "other")]
    for each in failed:
        sending.tried(each["id"], "failed")
    sending.client.delete(f"/v1/requests/{failed[0]['request_id']}")
    monkeypatch.setattr(deliveries, "RETRIED_AT_ONCE", 1)
    path, body = "/v1/deliveries/retry", {"destination": "app"}
    said = [sending.client.post(path, json=body).json() for _ in range(3)]
    assert said == [{"retried": 1, "more": True}, {"retried": 1, "more": False}, {"retried": 0, "more": False}]
    assert [sending.delivery(each["id"])["status"] for each in failed] == ["failed", "waiting", "waiting", "failed"]


def test_a_request_says_which_subscriptions_did_not_take_it(sending: Sending) -> None:
    taking = sending.subscribed(filter="request.body.n == 1")
    failing = sending.subscribed(filter="request.body.missing.member")
    one, two = sending.received({"n": 1}), sending.received({"n": 2})
    assert [each["subscription_id"] for each in one["deliveries"]] == [taking["id"]]
    assert [(each["subscription_id"], each["outcome"]) for each in one["routing"]["notes"]] == [
        (failing["id"], "failed")
    ]
    assert two["deliveries"] == []
    assert {each["outcome"] for each in two["routing"]["notes"]} == {"filtered", "failed"}


def test_a_request_that_nobody_subscribes_to_says_so(sending: Sending) -> None:
    found = sending.received({})
    assert (found["routing"], found["deliveries"]) == ({"routed": True, "notes": []}, [])


def test_a_request_that_is_not_accepted_is_never_routed(sending: Sending) -> None:
    refused = sending.tenant.send("/nowhere").json()["request_id"]
    assert sending.request(refused)["routing"] == {"routed": False, "notes": []}


def test_what_is_retried_together_is_no_delivery_of_that_name(sending: Sending) -> None:
    path = "/v1/deliveries/retry"
    assert sending.client.options(path).headers["allow"] == "OPTIONS, POST"
    assert sending.client.get(path).status_code == 404
