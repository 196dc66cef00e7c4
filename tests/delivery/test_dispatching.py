"""From an accepted request to a settled delivery."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from standardwebhooks import Webhook

from letterbox import signing_secrets
from letterbox.config import Settings
from letterbox.delivery import dispatcher, rounds
from letterbox.delivery.lane import Lane
from letterbox.delivery.ruling import EXHAUSTED, GONE
from letterbox.store.deliveries import Delivery
from tests.delivery.planes import Plane
from tests.delivery.scripted import Answering, Receiver


def test_an_accepted_request_is_delivered_once_with_what_was_sent(plane: Plane, receiver: Receiver) -> None:
    plane.subscribe(plane.destination(receiver.url))
    (request,) = plane.receive(
        b"\x00\xff body", query="a=%20b&c", headers='[["x-odd","\\u00e9"],["content-type","a/b"]]'
    )
    (delivery,) = plane.until_all("succeeded", 1)
    (received,) = receiver.received
    assert (received.method, received.target, received.body) == ("POST", "/hook?a=%20b&c", b"\x00\xff body")
    assert (received.header("x-odd"), received.header("content-type")) == ("é", "a/b")
    assert received.header("webhook-id") == request == delivery.request_id
    (attempt,) = plane.attempts(delivery)
    assert (attempt.number, attempt.status, attempt.error) == (1, 200, None)


def test_a_delivery_verifies_with_the_standard_library_of_the_scheme(plane: Plane, receiver: Receiver) -> None:
    destination = plane.destination(receiver.url)
    plane.subscribe(destination)
    plane.receive(b'{"n": 1}')
    (received,) = receiver.wait_for(1)
    (secret,) = signing_secrets.opened(destination.secrets, plane.seal, destination.project_id, 0)
    assert Webhook(secret).verify(received.body, dict(received.headers)) == {"n": 1}


def test_a_refused_or_quarantined_request_goes_nowhere(plane: Plane, receiver: Receiver) -> None:
    plane.subscribe(plane.destination(receiver.url))
    plane.receive(b"refused", verdict="refused")
    plane.receive(b"quarantined", verdict="quarantined")
    plane.receive(b"duplicate", verdict="duplicate")
    plane.receive(b"accepted")
    plane.until_all("succeeded", 1)
    assert receiver.bodies == [b"accepted"]


def test_what_came_before_the_subscription_is_not_delivered(plane: Plane, receiver: Receiver) -> None:
    destination = plane.destination(receiver.url)
    plane.receive(b"before")
    plane.subscribe(destination)
    plane.receive(b"after")
    plane.until_all("succeeded", 1)
    assert receiver.bodies == [b"after"]


def test_each_subscription_whose_filter_holds_gets_it(plane: Plane, receiver: Receiver) -> None:
    for name in ("a", "b"):
        plane.subscribe(
            plane.destination(receiver.url, headers={"x-name": name}), filter=f"request.body.to == '{name}'"
        )
    plane.receive(b'{"to":"b"}', headers='[["content-type","application/json"]]')
    plane.until_all("succeeded", 1)
    assert [each.header("x-name") for each in receiver.received] == ["b"]


def test_a_transformation_is_what_is_sent_and_signed(plane: Plane, receiver: Receiver) -> None:
    plane.subscribe(plane.destination(receiver.url), transform="{'text': request.body.name, 'id': request.id}")
    (request,) = plane.receive(b'{"name":"Ada"}', headers='[["content-type","application/json"]]')
    plane.until_all("succeeded", 1)
    (received,) = receiver.received
    assert json.loads(received.body) == {"text": "Ada", "id": request}
    assert received.header("content-type") == "application/json"


def test_a_transformation_that_fails_is_a_failed_delivery_with_its_reason(plane: Plane, receiver: Receiver) -> None:
    plane.subscribe(plane.destination(receiver.url), transform="request.body.name")
    plane.receive(b"no JSON")
    (delivery,) = plane.until_all("failed", 1)
    assert (delivery.reason or "").startswith("transform: ")
    assert (delivery.attempts, receiver.received) == (0, [])


def test_the_first_try_waits_as_the_schedule_says(plane: Plane, receiver: Receiver) -> None:
    plane.subscribe(plane.destination(receiver.url, retry_schedule_seconds=(3600, 5)))
    plane.receive(b"body")
    (delivery,) = plane.until_all("waiting", 1)
    assert delivery.due_at == delivery.created_at + 3_600_000


def test_what_can_not_be_sent_is_given_up_once(plane: Plane, receiver: Receiver) -> None:
    plane.subscribe(plane.destination(receiver.url), transform="request.body.missing")
    for _ in range(100):
        plane.receive(b"{}")
    plane.until_all("failed", 100)
    with plane.store.reading() as connection:
        noted = connection.exec_driver_sql("SELECT count(*) FROM journal WHERE kind = 'failed'").scalar()
    assert noted == 100


def test_a_failed_attempt_is_tried_again_by_the_schedule_until_it_is_used_up(plane: Plane, receiver: Receiver) -> None:
    receiver.script = lambda _received: Answering(500, body=b"broken")
    plane.subscribe(plane.destination(receiver.url, retry_schedule_seconds=(0, 0.01, 0.01)))
    plane.receive(b"body")
    (delivery,) = plane.until_all("failed", 1)
    assert (delivery.attempts, delivery.reason, delivery.last_error) == (3, EXHAUSTED, "http_status")
    attempts = plane.attempts(delivery)
    assert [(each.number, each.status, each.response_body) for each in attempts] == [
        (number, 500, b"broken") for number in (1, 2, 3)
    ]
    assert {each.header("webhook-id") for each in receiver.received} == {delivery.request_id}


def test_a_failed_attempt_is_tried_again_when_it_is_due_and_not_at_the_next_look(
    settings: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause in ("SECONDS_BETWEEN_LOOKS", "SECONDS_BETWEEN_RENEWALS"):
        monkeypatch.setattr(rounds, pause, 3600)
    receiver.script = lambda _received: Answering(503 if len(receiver.received) == 1 else 200)
    plane = Plane(settings)
    try:
        plane.furnish()
        plane.subscribe(plane.destination(receiver.url, retry_schedule_seconds=(0, 0.01)))
        plane.start()
        plane.receive(b"body")
        plane.until_all("succeeded", 1)
    finally:
        plane.close()


def test_a_success_after_failures_is_a_success(plane: Plane, receiver: Receiver) -> None:
    receiver.script = lambda _received: Answering(503 if len(receiver.received) < 3 else 204)
    plane.subscribe(plane.destination(receiver.url, retry_schedule_seconds=(0, 0.01, 0.01)))
    plane.receive(b"body")
    (delivery,) = plane.until_all("succeeded", 1)
    assert (delivery.attempts, delivery.last_error) == (3, None)


def test_410_disables_the_destination_and_what_follows_waits(plane: Plane, receiver: Receiver) -> None:
    receiver.script = lambda _received: Answering(410)
    destination = plane.destination(receiver.url)
    plane.subscribe(destination)
    plane.receive(b"first")
    (delivery,) = plane.until_all("failed", 1)
    assert delivery.reason == GONE
    assert plane.read(destination).disabled_reason == "gone"
    plane.receive(b"second")
    plane.until(lambda found: len(found) == 2)
    receiver.script = lambda _received: Answering()
    plane.change(replace(plane.read(destination), disabled_at=None, disabled_reason=None))
    plane.until(lambda found: [each.status for each in found] == ["failed", "succeeded"])
    assert receiver.bodies == [b"first", b"second"]


def test_a_dispatcher_that_a_failure_ends_says_so_and_begins_anew(
    plane: Plane, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [RuntimeError("nobody foresaw this")]
    settled = Lane.settled

    def fail_once(lane: Lane, delivery: Delivery) -> None:
        if failures:
            raise failures.pop()
        settled(lane, delivery)

    monkeypatch.setattr(Lane, "settled", fail_once)
    monkeypatch.setattr(rounds, "DRAIN_SECONDS", 0.01)
    monkeypatch.setattr(dispatcher, "SECONDS_BETWEEN_LIVES", 0.01)
    plane.subscribe(plane.destination(receiver.url))
    plane.receive(b"first")
    plane.until_all("succeeded", 1)
    plane.receive(b"second")
    plane.until_all("succeeded", 2)
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
    assert said == ["delivering has broken off, and begins anew"]
