"""Replies that come from a destination: the request is kept, then its sender waits for what the destination says."""

from __future__ import annotations

import base64
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import NewDatabase
from tests.delivery.scripted import Answering, Received, Receiver
from tests.faults.server import Server, served

PATIENCE_SECONDS = 20.0
IN_FLIGHT_BYTES = 65_536
_numbers = itertools.count()

Json = dict[str, Any]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, new_store: NewDatabase) -> Iterator[Server]:
    given = {"egress_allow": "127.0.0.0/8", "secret_key": base64.b64encode(bytes(32)).decode()}
    given["in_flight_bytes"] = str(IN_FLIGHT_BYTES)
    with served(tmp_path_factory.mktemp("service"), database_url=new_store(), **given) as server:
        yield server


@pytest.fixture(scope="module")
def client(service: Server) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


class Route:
    """An endpoint whose reply comes from a destination at a receiver."""

    def __init__(self, client: httpx.Client, receiver: Receiver, timeout_seconds: int = 5, **more: Any) -> None:
        self.client, self.name = client, f"route-{next(_numbers)}"
        declared = {"name": self.name, "url": receiver.url, "retry_schedule_seconds": [0, 3600]}
        self.destination = self._post("destinations", declared)
        asking = {"from_destination": self.name, "timeout_seconds": timeout_seconds}
        rule = {**asking, "otherwise": {"status": 202, "body": {"later": True}}}
        self.endpoint = self._post("endpoints", {"path": f"/{self.name}", "replies": [rule], **more})

    def send(self, body: bytes = b"body", **more: Any) -> httpx.Response:
        return httpx.post(self.endpoint["url"], content=body, timeout=PATIENCE_SECONDS, **more)

    def delivery(self, status: str) -> Json:
        """Its one delivery, once it is of this status."""
        end = time.monotonic() + PATIENCE_SECONDS
        while [each["status"] for each in self.deliveries()] != [status]:
            assert time.monotonic() < end, self.deliveries()
            time.sleep(0.01)
        return self.deliveries()[0]

    def deliveries(self) -> list[Json]:
        found = self.client.get("/v1/deliveries", params={"destination": self.name})
        items: list[Json] = found.json()["items"]
        return items

    def _post(self, noun: str, declared: Json) -> Json:
        answer = self.client.post(f"/v1/{noun}", json=declared)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made


@pytest.fixture
def route(client: httpx.Client, receiver: Receiver) -> Callable[..., Route]:
    return lambda **more: Route(client, receiver, **more)


def test_what_the_destination_answers_is_the_reply(route: Callable[..., Route], receiver: Receiver) -> None:
    headers = {"content-type": "text/plain", "x-own": "1", "set-cookie": "a=b", "connection": "close"}
    receiver.script = lambda received: Answering(201, headers, received.body[::-1])
    made = route()
    reply = made.send(b"abc", headers={"x-sent": "yes"})
    assert (reply.status_code, reply.content) == (201, b"cba")
    assert (reply.headers["content-type"], reply.headers["x-own"]) == ("text/plain", "1")
    assert "set-cookie" not in reply.headers
    assert reply.headers["content-security-policy"] == "sandbox"
    delivery = made.delivery("succeeded")
    assert (receiver.received[0].header("x-sent"), delivery["attempts"]) == ("yes", 1)
    request = made.client.get(f"/v1/requests/{delivery['request_id']}").json()
    assert (request["reply_status"], request["id"]) == (201, receiver.received[0].header("webhook-id"))


def test_when_the_destination_fails_otherwise_is_answered_and_it_is_tried_again(
    route: Callable[..., Route], receiver: Receiver
) -> None:
    receiver.script = lambda _received: Answering(500)
    made = route()
    reply = made.send()
    assert (reply.status_code, reply.json()) == (202, {"later": True})
    delivery = made.delivery("waiting")
    assert (delivery["attempts"], delivery["last_error"]) == (1, "http_status")


def test_when_the_destination_is_late_otherwise_is_answered(route: Callable[..., Route], receiver: Receiver) -> None:
    gate = threading.Event()

    def late(_received: Received) -> Answering:
        gate.wait(PATIENCE_SECONDS)
        return Answering()

    receiver.script = late
    made = route(timeout_seconds=1)
    reply = made.send()
    gate.set()
    assert (reply.status_code, reply.json()) == (202, {"later": True})
    assert made.delivery("waiting")["last_error"] == "timeout"


def test_a_refusal_by_the_destination_is_passed_on_and_not_repeated(
    route: Callable[..., Route], receiver: Receiver
) -> None:
    receiver.script = lambda _received: Answering(422, {"content-type": "application/json"}, b'{"field":"a"}')
    made = route()
    reply = made.send()
    assert (reply.status_code, reply.json()) == (422, {"field": "a"})
    assert made.delivery("failed")["attempts"] == 1


def gated(receiver: Receiver) -> threading.Event:
    """Have every answer be `done`, once this is set."""
    gate = threading.Event()

    def answer(_received: Received) -> Answering:
        gate.wait(PATIENCE_SECONDS)
        return Answering(200, {"content-type": "text/plain"}, b"done")

    receiver.script = answer
    return gate


def test_a_duplicate_gets_otherwise_until_the_answer_is_there_and_then_the_answer(
    route: Callable[..., Route], receiver: Receiver
) -> None:
    gate = gated(receiver)
    made = route(timeout_seconds=20, dedupe={"key": "request.headers['key']", "window_seconds": 60})
    first: list[httpx.Response] = []
    sender = threading.Thread(target=lambda: first.append(made.send(headers={"key": "1"})))
    sender.start()
    receiver.wait_for(1)
    early = made.send(headers={"key": "1"})
    gate.set()
    sender.join()
    late = made.send(headers={"key": "1"})
    assert (early.status_code, early.json()) == (202, {"later": True})
    assert (first[0].status_code, first[0].content) == (late.status_code, late.content) == (200, b"done")
    assert "letterbox-duplicate-of" in late.headers
    assert len(receiver.received) == 1


def test_a_subscription_to_the_same_destination_does_not_send_it_twice(
    route: Callable[..., Route], receiver: Receiver
) -> None:
    made = route()
    pair = {"endpoint": made.endpoint["id"], "destination": made.name}
    assert made.client.post("/v1/subscriptions", json=pair).status_code == 201
    made.send(b"first")
    made.delivery("succeeded")
    other = made.client.post("/v1/destinations", json={"name": f"{made.name}-b", "url": receiver.url}).json()
    made.client.post("/v1/subscriptions", json={"endpoint": made.endpoint["id"], "destination": other["id"]})
    made.send(b"second")
    receiver.wait_for(3)
    assert sorted(receiver.bodies) == [b"first", b"second", b"second"]
    assert len(made.deliveries()) == 2


def test_a_paused_destination_is_not_asked_and_what_waits_drains(
    route: Callable[..., Route], receiver: Receiver
) -> None:
    made = route()
    made.client.patch(f"/v1/destinations/{made.name}", json={"paused": True})
    assert made.send().json() == {"later": True}
    assert (made.delivery("waiting")["attempts"], receiver.received) == (0, [])
    made.client.patch(f"/v1/destinations/{made.name}", json={"paused": False})
    made.delivery("succeeded")


def test_what_senders_who_wait_have_in_memory_is_bounded_and_beyond_it_otherwise_is_answered(
    route: Callable[..., Route], receiver: Receiver
) -> None:
    gate = gated(receiver)
    made, large = route(timeout_seconds=20), bytes(IN_FLIGHT_BYTES * 2 // 3)
    first: list[httpx.Response] = []
    sender = threading.Thread(target=lambda: first.append(made.send(large)))
    sender.start()
    receiver.wait_for(1)
    assert made.send(large).json() == {"later": True}
    gate.set()
    sender.join()
    assert [first[0].content, made.send(large).content] == [b"done"] * 2


def test_a_reply_from_a_destination_that_is_not_there_is_refused_with_its_place(client: httpx.Client) -> None:
    declared = {"path": "/nowhere", "replies": [{"from_destination": "nowhere"}]}
    answer = client.post("/v1/endpoints", json=declared)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/replies/0/from_destination")


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"from_destination": "app", "status": 200}, "/replies/0/status"),
        ({"from_destination": "app", "otherwise": {"status": 204, "body": 1}}, "/replies/0/otherwise/body"),
        (
            {"from_destination": "app", "otherwise": {"headers": {"set-cookie": "a"}}},
            "/replies/0/otherwise/headers/set-cookie",
        ),
        ({"status": 200, "otherwise": {}}, "/replies/0/otherwise"),
    ],
)
def test_a_rule_says_one_thing_alone(client: httpx.Client, rule: Json, pointer: str) -> None:
    answer = client.post("/v1/endpoints", json={"path": "/odd", "replies": [rule]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
