"""The receive plane: both lanes read an arrival once, and give the same answers."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import pytest

from letterbox.binding import CannotBind

from .conftest import built, parsed
from .toy.receiver import ToyReceiver
from .wire import Answer, ask

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@dataclass
class Lane:
    """The toy service behind one lane, and the receiver that it reaches."""

    edge: Any
    receiver: ToyReceiver

    def __call__(self, method: str, path: str, **asked: Any) -> Answer:
        return ask(self.edge, method, path, key=None, **asked)


@pytest.fixture(scope="module")
def lanes() -> dict[str, Lane]:
    """Both lanes, each with a receiver of its own."""
    receivers = {"express": ToyReceiver(), "bound": ToyReceiver()}
    return {
        name: Lane(
            built(parsed(), express=name == "express", receiver=each, service=each, trusted_proxies=TRUSTED), each
        )
        for name, each in receivers.items()
    }


@pytest.fixture(params=["express", "bound"])
def lane(request: Any, lanes: dict[str, Lane]) -> Lane:
    lanes[request.param].receiver.opened.clear()
    return lanes[request.param]


ARRIVALS: dict[str, dict[str, Any]] = {
    "json": {"body": b'{"a": 1}', "headers": {"content-type": "application/json"}},
    "broken json": {"body": b"{", "headers": {"content-type": "APPLICATION/JSON"}},
    "form": {"body": b"a=1&a=2", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    "broken multipart": {"body": b"--x", "headers": {"content-type": "multipart/form-data"}},
    "no content type": {"body": b"\x00\xff"},
    "two content types": {"body": b"x", "headers": [("content-type", "a/b"), ("content-type", "c/d")]},
    "odd content type": {"body": b"x", "headers": {"content-type": "\xe9;"}},
    "chunked": {"chunks": [b"a", b"", b"b"]},
    "empty": {},
    "query": {"query": b"a=1&a=%00&b=\xff"},
    "repeated headers": {"headers": [("x-a", "1"), ("x_a", "2"), ("x-a", "3"), ("cookie", "\xe9")]},
    "conditional": {"headers": {"if-none-match": "*", "range": "bytes=0-1", "expect": "x"}},
    "authorization": {"headers": {"authorization": "Bearer nobody"}},
    "hostile path": {"path": "/in/default/a\n//\x7fb", "raw_path": b"/in/default/a%0A//%7Fb"},
    "path that is not UTF-8": {"path": "/in/default/\ufffd", "raw_path": b"/in/default/%FF"},
    "prefix alone": {"path": "/in/"},
    "project alone": {"path": "/in/default"},
    "odd status": {"path": "/in/default/odd"},
    "too large": {"chunks": [b"x" * 600, b"x" * 600, b"left"]},
    "unread": {"path": "/in/default/unread", "chunks": [b"left"]},
}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("arrival", ARRIVALS.values(), ids=ARRIVALS.keys())
def test_both_lanes_answer_alike(lanes: dict[str, Lane], method: str, arrival: dict[str, Any]) -> None:
    """The differential test of the binding: status, headers in their order, bytes, and what the receiver saw."""
    answers, seen = [], []
    for lane in lanes.values():
        lane.receiver.opened.clear()
        asked = {"path": "/in/default/inbox", **copy.deepcopy(arrival)}
        answers.append(lane(method, asked.pop("path"), **asked))
        seen.append(list(lane.receiver.opened))
    assert answers[0] == answers[1]
    assert seen[0] == seen[1]
    assert len(seen[0]) == 1


def test_the_bytes_and_headers_reach_the_receiver_as_they_are(lane: Lane) -> None:
    headers = [("x-a", "1"), ("content-type", "x/Y; Z"), ("x-a", "\xe9")]
    answer = lane(
        "POST", "/in/default/a/b", query=b"q=%20", headers=headers, body=b"\x00\xff", raw_path=b"/in/default/a/%62"
    )
    seen = answer.json
    assert (answer.status, seen["path"], seen["query"]) == (202, "/in/default/a/%62", "q=%20")
    assert seen["headers"] == [*([name, value] for name, value in headers), ["content-length", "2"]]
    assert seen["sha256"] == hashlib.sha256(b"\x00\xff").hexdigest()


def test_the_reply_leaves_as_it_is(lane: Lane) -> None:
    answer = lane("POST", "/in/default/odd", body=b"x")
    assert (answer.status, answer.headers[:2]) == (299, [(b"x-kept", b"caf\xe9"), (b"x-kept", b"twice")])
    assert len(answer.headers) == 4


def test_reading_stops_as_soon_as_the_receiver_has_enough(lane: Lane) -> None:
    assert lane("POST", "/in/default/a", chunks=[b"x" * 1001, b"left"]).status == 413
    assert len(lane.receiver.opened[0].body) == 1001


def test_a_body_that_is_not_wanted_is_not_read(lane: Lane) -> None:
    assert lane("POST", "/in/default/unread", chunks=[b"left"]).status == 202
    assert not lane.receiver.opened[0].abandoned


def test_a_sender_that_leaves_is_abandoned_and_not_answered(lane: Lane) -> None:
    assert lane("POST", "/in/default/a", chunks=[b"x", b"left"]).status == 0
    assert lane.receiver.opened[0].abandoned


def test_a_fault_is_a_problem_without_a_trace_id(lane: Lane, caplog: Any) -> None:
    answer = lane("POST", "/in/default/broken", body=b"x")
    assert (answer.status, answer.slug) == (500, "internal-error")
    assert answer.json.keys() == {"type", "title", "status", "detail"}
    assert "the receiver broke" in caplog.text


def test_a_method_that_is_not_declared_reaches_the_receiver_too(lane: Lane) -> None:
    assert lane("BREW", "/in/default/a", body=b"x").status == 202
    assert lane.receiver.opened[0].method == "BREW"


def test_another_spelling_of_the_prefix_is_no_address(lane: Lane) -> None:
    answer = lane("POST", "/in/default/a", raw_path=b"/%69n/default/a", body=b"x")
    assert (answer.status, answer.slug) == (404, "not-found")
    assert lane.receiver.opened == []


@pytest.mark.parametrize(
    ("client", "forwarded", "peer"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["10.0.0.3,10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("10.0.0.1", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("::1", ["198.51.100.7"], "198.51.100.7"),
        (None, ["198.51.100.7"], None),
    ],
)
def test_the_peer_is_the_last_address_that_a_trusted_proxy_vouches_for(
    lane: Lane, client: str | None, forwarded: list[str], peer: str | None
) -> None:
    headers = [("x-forwarded-for", value) for value in forwarded]
    answer = lane("GET", "/in/default/a", headers=headers, client=(client, 1) if client else None)
    assert answer.json["peer"] == peer


def test_operations_with_declared_replies_share_one_path(build: Any, document: Any) -> None:
    document["paths"]["/v1/broken/{how}"]["get"]["x-replies"] = "declared"
    with pytest.raises(CannotBind, match="must share one path"):
        build(document)


def test_a_service_that_receives_nothing_is_bound_too(build: Any, document: Any) -> None:
    del document["paths"]["/in/{project}/{path}"]
    assert ask(build(document), "GET", "/in/default/a").status == 404
