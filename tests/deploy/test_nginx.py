"""What is sent through nginx arrives as it was sent, and what is answered, as it was answered."""

from __future__ import annotations

import random
import socket
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.deploy.hostile import CHUNKED, OVERSIZED, head
from tests.deploy.nginx import Nginx
from tests.deploy.upstream import Upstream
from tests.faults.server import free_port
from tests.faults.wire import Answer, Wire, chunks, post, read_answer, whole

PATH = b"/in/default/wire"
ADDED = {"x-forwarded-for", "x-forwarded-proto"}  # by nginx


def headers_of(shown: dict[str, Any]) -> list[list[str]]:
    """What the caller sent, without what nginx added."""
    return [header for header in shown["headers"] if header[0] not in ADDED]


def test_nginx_finds_nothing_wrong_with_the_configuration(new_front: type[Nginx], tmp_path: Path) -> None:
    tested = subprocess.run([*new_front(tmp_path, 1).command(), "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr


def test_odd_and_repeated_headers_arrive_in_order(wire: Wire) -> None:
    lines = [
        b"X-Twice: 1",
        b"x-twice: 2",
        b"X_Under.score: 1",
        b"X-Empty:",
        b"X-Padded:  \t inner  space",
        b"!#$%&'*+-.^_`|~09aZ: token",
        b"X-Latin: caf\xe9 \xff",
        b"X-Utf8: \xe2\x9c\x89",
        b"Cookie: a=1",
        b"Cookie: b=2",
        b"Accept-Encoding: gzip",
        b"X-Long: " + b"l" * 8000,
    ]
    shown = wire.request(wire.say(whole(PATH + b"/odd", b"", *lines)))
    split = [line.decode("latin-1").split(":", 1) for line in lines]
    sent = [[name.lower(), value.strip(" \t")] for name, value in split]
    arrived = headers_of(shown)
    assert [header for header in arrived if header[0] not in ("host", "content-length")] == sent
    assert ["host", "testserver"] in arrived


@pytest.mark.parametrize("rest", ["/a%2Fb//c%20d/./%7E;e=1/%C3%BC", "/" + "s/" * 1000, "//", "/%ff%41"])
def test_the_path_arrives_as_it_was_sent(wire: Wire, rest: str) -> None:
    answer = wire.say(whole(PATH + rest.encode(), b""))
    if answer.status == 202:
        assert wire.request(answer)["path"] == f"/wire{rest}"
    else:  # it is not UTF-8, which no endpoint takes: the service said so, not nginx
        assert (answer.status, b"request_id" in answer.body) == (404, True)


@pytest.mark.parametrize("query", ["a=1&a=2&b", "%ff=%00&%zz=%", "~!$'()*,-./:@[]{}|^`\"", "x" * 3000, "?&=+%2B"])
def test_the_query_arrives_as_it_was_sent(wire: Wire, query: str) -> None:
    assert wire.request(wire.say(whole(PATH + b"/query?" + query.encode(), b"")))["query"] == query


@pytest.mark.parametrize("size", [0, 1, 300_000, 2**20])
def test_a_body_in_chunks_arrives_byte_for_byte(wire: Wire, size: int) -> None:
    body = random.Random(size).randbytes(size)
    assert wire.body(wire.say(post(PATH + b"/chunked", CHUNKED), *chunks(body, 10_000))) == body


def test_the_sender_is_who_nginx_says_and_not_who_the_sender_says(wire: Wire) -> None:
    address, elsewhere = (wire.url.hostname, wire.url.port), ("127.0.0.2", 0)
    with socket.create_connection(address, timeout=10, source_address=elsewhere) as caller:
        caller.sendall(whole(PATH + b"/who", b"", b"X-Forwarded-For: 192.0.2.1", b"X-Forwarded-For: 192.0.2.2"))
        shown = wire.request(read_answer(caller))
    assert shown["remote_address"] == "127.0.0.2"
    assert [value for name, value in shown["headers"] if name == "x-forwarded-for"] == ["127.0.0.2"]


def test_a_reply_arrives_as_the_endpoint_declares_it(wire: Wire) -> None:
    declared = {
        "location": "http://letterbox/elsewhere",
        "cache-control": "no-store",
        "x-accel-limit-rate": "1",
        "vary": "*",
        **{f"x-long-{number}": "l" * 4096 for number in range(46)},
    }
    reply = {"status": 218, "headers": declared, "body": {"thanks": True}}
    declaration = {"path": "/replies", "replies": [reply]}
    wire.management.put("/v1/endpoints/replies", json=declaration).raise_for_status()
    answer = wire.say(whole(b"/in/default/replies", b""))
    declared.pop("x-accel-limit-rate")  # nginx keeps these to itself
    assert (answer.status, answer.body) == (218, b'{"thanks":true}')
    assert {name: answer.headers.get(name) for name in declared} == declared


def refused(status: int, slug: str, answer: Answer) -> None:
    """Raise AssertionError unless this is the service's shape of a refusal."""
    problem = httpx.Response(answer.status, content=answer.body).json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status, problem["status"], problem["type"]) == (status, status, f"/problems/{slug}")
    assert problem.keys() == {"type", "title", "status", "detail"}


REFUSED = {
    "malformed": (400, "invalid-request", b"POST  HTTP\r\n\r\n"),
    "two hosts": (400, "invalid-request", head(b"Host: other")),
    "another version": (400, "invalid-request", b"GET / HTTP/3.0\r\nHost: testserver\r\n\r\n"),
    "inside": (404, "not-found", b"GET /refusal HTTP/1.1\r\nHost: testserver\r\n\r\n"),
    "trace": (405, "method-not-allowed", b"TRACE / HTTP/1.1\r\nHost: testserver\r\n\r\n"),
    "too large": (413, "body-too-large", post(PATH, b"Content-Length: %d" % (2**25 + 1))),
    "too long": (414, "uri-too-long", OVERSIZED["1 MiB of an unfinished request line"]),
    "a line of a head too long": (431, "head-too-large", OVERSIZED["1 MiB of an unfinished header"]),
    "too many lines of a head": (431, "head-too-large", OVERSIZED["1 MiB of unfinished headers"]),
    "another coding": (501, "not-supported", head(b"Transfer-Encoding: gzip")),
}


@pytest.mark.parametrize(("status", "slug", "sent"), REFUSED.values(), ids=REFUSED)
def test_what_nginx_refuses_is_refused_in_the_shape_of_the_service(
    front_of_upstream: Nginx, status: int, slug: str, sent: bytes
) -> None:
    refused(status, slug, Wire(front_of_upstream.url, "").say(sent))


def test_while_the_service_is_away_callers_are_told_to_come_again(new_front: type[Nginx], tmp_path: Path) -> None:
    with new_front(tmp_path, free_port()).running() as front:
        answer = Wire(front.url, "").say(whole(PATH, b"letter"))
    refused(503, "unavailable", answer)
    assert answer.headers["retry-after"] == "1"


def test_a_request_that_the_service_lets_fall_is_not_sent_again(front_of_upstream: Nginx, upstream: Upstream) -> None:
    with Wire(front_of_upstream.url, "").socket() as caller:
        caller.sendall(whole(PATH, b"first"))
        with upstream.taken() as (connection, arrived):
            assert arrived.endswith(b"first")
            connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            assert read_answer(caller).status == 202
            caller.sendall(whole(PATH, b"second"))
            assert connection.recv(65_536).endswith(b"second"), "the connection was not kept"
        refused(503, "unavailable", read_answer(caller))


def test_a_slow_sender_is_no_connection_of_the_service(front_of_upstream: Nginx, upstream: Upstream) -> None:
    wire = Wire(front_of_upstream.url, "")
    with wire.socket() as slow, wire.socket() as quick:
        slow.sendall(post(PATH, CHUNKED) + b"5\r\nfirst\r\n")
        quick.sendall(whole(PATH, b"overtakes"))
        with upstream.taken() as (_, arrived):
            assert arrived.endswith(b"overtakes")
        slow.sendall(b"4\r\nlast\r\n0\r\n\r\n")
        with upstream.taken() as (_, arrived):
            assert arrived.endswith(b"firstlast")
            assert b"\r\nContent-Length: 9\r\n" in arrived


def test_an_event_of_the_tail_leaves_at_once(front_of_upstream: Nginx, upstream: Upstream) -> None:
    with Wire(front_of_upstream.url, "").socket() as caller:
        caller.sendall(b"GET /v1/tail?limit=2 HTTP/1.1\r\nHost: testserver\r\n\r\n")
        with upstream.taken() as (connection, arrived):
            assert arrived.startswith(b"GET /v1/tail?limit=2 HTTP/1.1\r\n")
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            connection.sendall(b"id: 1\n\n")
            received = b""
            while b"id: 1" not in received:
                received += caller.recv(65_536)


def test_the_log_shows_no_query(new_front: type[Nginx], tmp_path: Path) -> None:
    with new_front(tmp_path, free_port()).running() as front:  # which has written all of its log when it has left
        Wire(front.url, "").say(post(PATH + b"?token=secret", b"Content-Length: %d" % (2**25 + 1)))
    logged = "".join(file.read_text() for file in tmp_path.glob("letterbox*.log"))
    assert '"POST /in/default/wire" 413' in logged
    assert "secret" not in logged


def test_the_largest_letter_comes_through(wire: Wire) -> None:
    declared = {"path": "/large", "max_body_bytes": 2**25}
    wire.management.put("/v1/endpoints/large", json=declared).raise_for_status()
    answer = wire.say(whole(b"/in/default/large", bytes(2**25)))
    assert wire.request(answer)["body_bytes"] == 2**25
