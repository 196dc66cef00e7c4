"""Faults 8 to 11 and 29: what callers do to a connection, and what is kept of it."""

import hashlib
import random
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.departures import LEAVE, begun, leave
from tests.faults.framings import CHUNKED, EVERY_BYTE, FRAMINGS, Send
from tests.faults.paths import HOSTILE, METHODS, NOWHERE, status_of
from tests.faults.wire import Wire, chunks, post, read_answer, read_answers, request_id, whole

CAP = 65_536
PATIENCE_SECONDS = 5


@pytest.fixture(scope="module")
def wire(service: Any) -> Iterator[Wire]:
    """The running service, with an endpoint /wire/{rest...} that takes up to CAP bytes."""
    wire = Wire(service.url, service.admin_key)
    declared = {"name": "wire", "path": "/wire/{rest...}", "max_body_bytes": CAP}
    wire.management.put("/v1/endpoints/wire", json=declared).raise_for_status()
    yield wire
    wire.management.close()


@pytest.fixture
def path() -> str:
    """A path below /wire that no other test uses."""
    return f"/wire/{uuid.uuid4().hex}"


def at(path: str) -> bytes:
    return f"/in/default{path}".encode()


def eventually(found: Callable[[], list[Any]]) -> list[Any]:
    """What is found as soon as anything is, or nothing after a while."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (things := found()) and time.monotonic() < end:
        pass
    return things


@pytest.mark.parametrize("way", LEAVE)
@pytest.mark.parametrize("start", begun(b""))
def test_nothing_is_kept_of_a_caller_who_left_in_the_middle_of_the_body(
    wire: Wire, path: str, start: str, way: str
) -> None:
    leave(wire, begun(at(path))[start], way)
    for _ in range(5):
        request_id(wire.say(whole(at("/wire/later"), b"later")))
    assert wire.kept(path=path) == []


def test_a_caller_who_left_after_the_body_is_kept_exactly_once(wire: Wire, path: str) -> None:
    with wire.socket() as connection:
        connection.sendall(whole(at(path), b"all of it"))
    assert len(eventually(lambda: wire.kept(path=path))) == 1
    for _ in range(5):
        request_id(wire.say(whole(at("/wire/later"), b"later")))
    assert [item["body_bytes"] for item in wire.kept(path=path)] == [9]


@pytest.mark.parametrize("send", FRAMINGS.values(), ids=FRAMINGS)
def test_a_body_is_kept_identical_in_whatever_framing(wire: Wire, path: str, send: Send) -> None:
    answer = send(wire, at(path), EVERY_BYTE)
    assert wire.body(answer) == EVERY_BYTE
    names = {name for name, _ in wire.request(answer)["headers"]}
    assert names <= {"host", "transfer-encoding", "content-length", "expect"}, "trailers are no headers"


def test_who_expects_to_be_told_to_continue_with_too_much_is_refused_at_once(wire: Wire, path: str) -> None:
    with wire.socket() as connection:
        connection.sendall(post(at(path), b"Expect: 100-continue", b"Content-Length: %d" % (CAP + 1)))
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_two_requests_in_one_packet_are_both_kept_in_order(wire: Wire, path: str) -> None:
    with wire.socket() as connection:
        connection.sendall(whole(at(path), b"first") + whole(at(path), b"second"))
        answers = read_answers(connection, 2)
    assert [wire.body(answer) for answer in answers] == [b"first", b"second"]


@pytest.mark.parametrize("size", [0, 1, CAP - 1, CAP])
@pytest.mark.parametrize("framing", ["declared", "chunked"])
def test_a_body_up_to_the_cap_is_kept_identical(wire: Wire, path: str, size: int, framing: str) -> None:
    body = random.Random(size).randbytes(size)
    declared, chunked = [whole(at(path), body)], [post(at(path), CHUNKED), *chunks(body, 10_000)]
    answer = wire.say(*(declared if framing == "declared" else chunked))
    assert wire.body(answer) == body
    shown = wire.request(answer)
    assert (shown["body_bytes"], shown["body_sha256"]) == (size, hashlib.sha256(body).hexdigest())


@pytest.mark.parametrize("framing", ["declared", "chunked"])
def test_a_body_of_one_byte_more_than_the_cap_is_refused_and_noted(wire: Wire, path: str, framing: str) -> None:
    body = bytes(CAP + 1)
    declared, chunked = [whole(at(path), body)], [post(at(path), CHUNKED), *chunks(body, 10_000)]
    answer = wire.say(*(declared if framing == "declared" else chunked))
    assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")
    (noted,) = eventually(lambda: wire.kept(path=path))
    assert (noted["verdict"], noted["causes"], noted["reply_status"]) == ("refused", ["body_too_large"], 413)
    assert noted["body_sha256"] is None


ODD_BODIES = {
    "every byte": EVERY_BYTE,
    "every byte backwards, twice": EVERY_BYTE[::-1] * 2,
    "invalid UTF-8": b'{"name": "\xff\xfe\xc0\x80\xed\xa0\x80"}',
    "NUL": b"\x00" * 10 + b"\x00a\x00",
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "UTF-16": '{"a": "ü"}'.encode("utf-16"),
    "CR and LF": b"\r\n\r\n\n\r0\r\n\r\n",
    "a request within": whole(b"/in/default/inbox", b"within"),
    "a lone surrogate": b'{"a": "\\ud800"}',
    "spaces": b"   \n\t ",
}


@pytest.mark.parametrize("media_type", [b"application/json", b"text/plain; charset=utf-16", b"nonsense"])
@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES)
def test_odd_bytes_are_kept_identical(wire: Wire, path: str, body: bytes, media_type: bytes) -> None:
    assert wire.body(wire.say(whole(at(path), body, b"Content-Type: " + media_type))) == body


def test_a_hundred_random_bodies_are_kept_identical(wire: Wire, path: str) -> None:
    draw = random.Random(11)
    sent = {}
    with wire.socket() as connection:
        for body in [draw.randbytes(draw.randrange(3000)) for _ in range(100)]:
            connection.sendall(whole(at(path), body))
            sent[request_id(read_answer(connection))] = hashlib.sha256(body).hexdigest()
    assert {item["id"]: item["body_sha256"] for item in wire.kept(path=path)} == sent


def test_odd_and_repeated_headers_are_kept_in_order(wire: Wire, path: str) -> None:
    lines = [
        b"X-Twice: 1",
        b"x-twice: 2",
        b"X-Empty:",
        b"X-Padded:  \t inner  space",
        b"!#$%&'*+-.^_`|~09aZ: token",
        b"X-Latin: caf\xe9 \xff",
        b"X-Utf8: \xe2\x9c\x89",
        b"X-List: a, b,,c",
        b"Cookie: a=1",
        b"Cookie: b=2",
        b"X-Twice: 1",
        b"X-Long: " + b"l" * 4000,
    ]
    shown = wire.request(wire.say(whole(at(path), b"", *lines)))
    split = [line.decode("latin-1").split(":", 1) for line in lines]
    sent = [[name.lower(), value.strip(" \t")] for name, value in split]
    assert shown["headers"] == [["host", "testserver"], *sent, ["content-length", "0"]]


@pytest.mark.parametrize(
    "query",
    [
        "a=1&a=2&b",
        "%ff=%00&%zz=%",
        "q=a+b%20c;d=e&&=&?",
        "~!$'()*,-./:@[]{}|^`\"",
        "a=%C3%BC&b=%E2%9C%89",
        "x" * 3000,
    ],
)
def test_the_raw_query_is_kept(wire: Wire, path: str, query: str) -> None:
    answer = wire.say(whole(at(path) + b"?" + query.encode(), b""))
    assert wire.request(answer)["query"] == query


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("target", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_path_is_not_found(wire: Wire, target: bytes, method: bytes) -> None:
    assert status_of(wire, method, target) in NOWHERE


def test_the_absolute_form_of_an_address_is_taken_or_refused(wire: Wire, path: str) -> None:
    answer = wire.say(whole(b"http://testserver" + at(path), b""))
    assert answer.status in (202, 400, 404)


def test_the_service_still_answers_after_all_this(wire: Wire) -> None:
    assert wire.management.get("/healthz/ready").status_code == 200
