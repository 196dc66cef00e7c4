"""From an accepted request to a settled delivery."""

from __future__ import annotations

import base64
import json
import logging
import threading
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook

from letterbox import signing_secrets
from letterbox.config import Settings
from letterbox.delivery import dispatcher
from letterbox.delivery.lane import Lane
from letterbox.delivery.router import Router
from letterbox.delivery.ruling import EXHAUSTED, GONE
from letterbox.store import leases
from letterbox.store.deliveries import TRIED
from letterbox.store.delivery_tables import delivery
from letterbox.store.tailing import Horizon
from letterbox.store.writer import Unit
from tests.delivery.planes import Here, Plane
from tests.delivery.scripted import Answering, Received, Receiver


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


def test_a_paused_destination_holds_and_drains_when_it_goes_on(plane: Plane, receiver: Receiver) -> None:
    destination = plane.destination(receiver.url, paused=True)
    plane.subscribe(destination)
    plane.receive(b"1", b"2", b"3")
    plane.until_all("waiting", 3)
    assert receiver.received == []
    plane.change(replace(destination, paused=False))
    plane.until_all("succeeded", 3)


def test_a_removed_destination_is_sent_nothing_more(plane: Plane, receiver: Receiver) -> None:
    destination = plane.destination(receiver.url, paused=True)
    plane.subscribe(destination)
    plane.receive(b"1")
    plane.until_all("waiting", 1)
    plane.remove(destination)
    plane.receive(b"2")
    other = plane.destination(receiver.url)
    plane.subscribe(other)
    plane.receive(b"3")
    plane.until(lambda found: [each.status for each in found] == ["succeeded"], destination_id=other.id)
    assert receiver.bodies == [b"3"]


def test_what_waits_for_a_subscription_that_is_removed_is_not_sent_as_it_came(plane: Plane, receiver: Receiver) -> None:
    destination = plane.destination(receiver.url, paused=True)
    subscription = plane.subscribe(destination, transform="{'shown': true}")
    plane.receive(b"secret")
    plane.until_all("waiting", 1)
    plane.unsubscribe(subscription)
    plane.change(replace(destination, paused=False))
    (delivery,) = plane.until_all("cancelled", 1)
    assert (delivery.reason, receiver.received) == ("Its subscription was removed.", [])


def test_the_change_of_an_address_holds_for_what_is_ready_already(plane: Plane, receiver: Receiver) -> None:
    destination = plane.destination("http://127.0.0.1:1/", retry_schedule_seconds=(0, 3600), rate_per_second=1)
    plane.subscribe(destination)
    plane.receive(b"1", b"2")
    plane.until(lambda found: any(each.attempts for each in found))
    plane.change(replace(destination, url=receiver.url, rate_per_second=None))
    assert receiver.wait_for(1)[0].body == b"2"


def test_in_a_line_each_waits_until_the_one_before_has_succeeded(plane: Plane, receiver: Receiver) -> None:
    receiver.script = lambda received: Answering(500 if received.body == b"a1" and len(receiver.received) < 3 else 200)
    plane.subscribe(
        plane.destination(receiver.url, retry_schedule_seconds=(0, 0.05, 0.05, 0.05, 0.05), max_in_flight=4),
        ordering_key="request.headers['key']",
    )
    for key, body in (("a", b"a1"), ("a", b"a2"), ("b", b"b1"), ("a", b"a3")):
        plane.receive(body, headers=f'[["key","{key}"]]')
    plane.until_all("succeeded", 4)
    of_a = [body for body in receiver.bodies if body.startswith(b"a")]
    assert list(dict.fromkeys(of_a)) == [b"a1", b"a2", b"a3"]
    assert of_a.count(b"a1") > 1


def test_the_head_of_a_line_that_has_failed_holds_the_others(plane: Plane, receiver: Receiver) -> None:
    receiver.script = lambda received: Answering(500 if received.body == b"1" else 200)
    plane.subscribe(plane.destination(receiver.url), ordering_key="'all'")
    plane.receive(b"1", b"2")
    found = plane.until(lambda found: [each.status for each in found] == ["failed", "waiting"])
    assert found[1].due_at is None


def test_what_a_failed_head_holds_is_withdrawn_with_its_subscription(plane: Plane, receiver: Receiver) -> None:
    receiver.script = lambda _received: Answering(500)
    subscription = plane.subscribe(plane.destination(receiver.url), ordering_key="'all'")
    plane.receive(b"1", b"2", b"3")
    plane.until(lambda found: [each.status for each in found] == ["failed", "waiting", "waiting"])
    plane.unsubscribe(subscription)
    plane.until(lambda found: [each.status for each in found] == ["failed", "cancelled", "cancelled"])
    assert receiver.bodies == [b"1"]


def test_no_more_are_in_flight_than_may_be(plane: Plane, receiver: Receiver) -> None:
    gate, counts, lock = threading.Event(), [0, 0], threading.Lock()

    def script(_received: object) -> Answering:
        with lock:
            counts[0] += 1
            counts[1] = max(counts)
        gate.wait(10)
        with lock:
            counts[0] -= 1
        return Answering()

    receiver.script = script
    plane.subscribe(plane.destination(receiver.url, max_in_flight=3))
    plane.receive(*[b"%d" % number for number in range(9)])
    receiver.wait_for(3)
    gate.set()
    plane.until_all("succeeded", 9)
    assert counts[1] == 3


def test_what_waits_is_delivered_by_the_next_process(settings: Settings, plane: Plane, receiver: Receiver) -> None:
    receiver.script = lambda _received: Answering(500)
    plane.subscribe(plane.destination(receiver.url, retry_schedule_seconds=(0, 0.3)))
    plane.receive(b"body")
    plane.until(lambda found: bool(found) and found[0].attempts == 1)
    plane.close()
    receiver.script = lambda _received: Answering()
    later = Plane(settings, seal=plane.seal)
    later.start()
    try:
        later.until_all("succeeded", 1)
    finally:
        later.close()


def test_nothing_is_lost_of_what_came_while_nobody_delivered(plane: Plane, receiver: Receiver) -> None:
    plane.subscribe(plane.destination(receiver.url))
    plane.stop()
    bodies = [base64.b64encode(bytes([number])) for number in range(100)]
    plane.receive(*bodies)
    plane.start()
    plane.until_all("succeeded", 100)
    assert sorted(receiver.bodies) == sorted(bodies)


def test_a_process_that_does_not_see_far_enough_yet_routes_nothing_again(
    plane: Plane, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane.subscribe(plane.destination(receiver.url))
    plane.receive(b"1", b"2")
    plane.until_all("succeeded", 2)
    plane.stop()
    with monkeypatch.context() as patched:
        patched.setattr(Horizon, "look", lambda _self, _connection: 0)  # as beside a transaction that still runs
        Router(plane.store, Here()).route()
    plane.start()
    plane.receive(b"3")
    plane.until(lambda found: any(each.status == "succeeded" for each in found[2:]))
    assert sorted(receiver.bodies) == [b"1", b"2", b"3"]


def test_what_is_fresh_does_not_wait_for_the_many_that_are_read_ahead(plane: Plane, receiver: Receiver) -> None:
    destination = plane.destination(receiver.url, rate_per_second=50, paused=True)
    plane.subscribe(destination)
    plane.receive(*[b"tried before"] * 400)
    plane.until(lambda found: len(found) == 400)
    plane.run(lambda unit: unit.connection.execute(update(delivery).values(queue=TRIED)))
    plane.change(replace(destination, paused=False))
    receiver.wait_for(1)
    plane.receive(b"fresh")
    assert b"fresh" in [each.body for each in receiver.wait_for(60)]


def test_a_stop_gives_back_at_once_what_nothing_is_under_way_of(plane: Plane, receiver: Receiver) -> None:
    gate = threading.Event()

    def script(received: Received) -> Answering:
        gate.wait(20 if received.body == b"slow" else 0)
        return Answering()

    receiver.script = script
    slow, quick = plane.destination(receiver.url), plane.destination(receiver.url)
    plane.subscribe(slow, filter="'slow' in request.query")
    plane.subscribe(quick, filter="!('slow' in request.query)")
    plane.receive(b"quick")
    plane.until_all("succeeded", 1)
    plane.receive(b"slow", query="slow=yes")
    receiver.wait_for(2)
    stopping = threading.Thread(target=plane.stop)
    stopping.start()
    held = plane.until_held(lambda held: quick.id not in held)
    gate.set()
    stopping.join()
    assert held == {slow.id}
    assert plane.until_held(lambda held: not held) == set()


def test_a_dispatcher_that_a_failure_ends_says_so_and_begins_anew(
    plane: Plane, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [RuntimeError("nobody foresaw this")]
    settled = Lane.settled

    def fail_once(lane: Lane, delivery_id: str) -> None:
        if failures:
            raise failures.pop()
        settled(lane, delivery_id)

    monkeypatch.setattr(Lane, "settled", fail_once)
    monkeypatch.setattr(dispatcher, "DRAIN_SECONDS", 0.01)
    monkeypatch.setattr(dispatcher, "SECONDS_BETWEEN_LIVES", 0.01)
    plane.subscribe(plane.destination(receiver.url))
    plane.receive(b"first")
    plane.until_all("succeeded", 1)
    plane.receive(b"second")
    plane.until_all("succeeded", 2)
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
    assert said == ["delivering has broken off, and begins anew"]


def test_the_first_try_waits_as_the_schedule_says(plane: Plane, receiver: Receiver) -> None:
    plane.subscribe(plane.destination(receiver.url, retry_schedule_seconds=(3600, 5)))
    plane.receive(b"body")
    (delivery,) = plane.until_all("waiting", 1)
    assert delivery.due_at == delivery.created_at + 3_600_000


def test_after_many_kills_every_destination_is_served(plane: Plane, receiver: Receiver) -> None:
    for number in range(6):
        plane.run(partial(_leave_a_lease, f"process {number}"))
        plane.subscribe(plane.destination(receiver.url))
    plane.receive(b"body")
    plane.until_all("succeeded", 6)


def _leave_a_lease(name: str, unit: Unit) -> None:
    leases.take(unit.connection, [name], name)
