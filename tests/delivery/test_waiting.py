"""What waits: while a destination may not be sent to, for its turn, for room, or until a process takes it over."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import update

from letterbox.config import Settings
from letterbox.delivery.router import Router
from letterbox.store import leases
from letterbox.store.deliveries import TRIED
from letterbox.store.delivery_tables import delivery
from letterbox.store.tailing import Horizon
from letterbox.store.writer import Unit
from tests.delivery.planes import Here, Plane
from tests.delivery.scripted import Answering, Received, Receiver


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


def test_after_many_kills_every_destination_is_served(plane: Plane, receiver: Receiver) -> None:
    for number in range(6):
        plane.run(partial(_leave_a_lease, f"process {number}"))
        plane.subscribe(plane.destination(receiver.url))
    plane.receive(b"body")
    plane.until_all("succeeded", 6)


def _leave_a_lease(name: str, unit: Unit) -> None:
    leases.take(unit.connection, [name], name)
