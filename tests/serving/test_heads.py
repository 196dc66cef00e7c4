"""Heads: what is taken, and what is refused once, as a problem, after which nothing is listened to any more."""

from __future__ import annotations

import pytest

from letterbox.serving.protocol import LINGER_SECONDS
from tests.deploy.hostile import LARGEST, MALFORMED, SMUGGLING, head
from tests.faults.wire import post, whole
from tests.serving.applications import Echo, Stream
from tests.serving.caller import Caller, refusal_in
from tests.serving.conftest import Connect

WHOLE_PACKETS = 1_000_000
UNFINISHED = 4094 + 65_536 + 400  # more than a line, and all fields with the ends of their lines
CHUNKED = b"Transfer-Encoding: chunked"

URI_TOO_LONG, HEAD_TOO_LARGE = (414, "uri-too-long"), (431, "head-too-large")
INVALID, NOT_SUPPORTED = (400, "invalid-request"), (501, "not-supported")


def field(size: int) -> bytes:
    return b"X-Long: ".ljust(size, b"l")


def line(size: int) -> bytes:
    """A request line of this many bytes."""
    return b"GET /" + b"l" * (size - len(b"GET / HTTP/1.1")) + b" HTTP/1.1"


AT_THE_BOUNDS = LARGEST | {
    "100 fields": post(b"/", *[b"X-One: 1"] * 99),
    "65,536 bytes of fields": post(b"/", *[field(8190)] * 8),  # with the Host
}

BEYOND = {
    "a line of 4,095 bytes": (head(line=line(4095)), URI_TOO_LONG),
    "a line that never ends": (b"GET /" + b"l" * 4095, URI_TOO_LONG),
    "a field of 8,191 bytes": (post(b"/", field(8191)), HEAD_TOO_LARGE),
    "101 fields": (post(b"/", *[b"X-One: 1"] * 100), HEAD_TOO_LARGE),
    "65,537 bytes of fields": (post(b"/", *[field(8190)] * 7, field(8000), field(191)), HEAD_TOO_LARGE),
    "fields that never end": (b"GET / HTTP/1.1\r\n" + b"X-One: 1\r\n" * 7002, HEAD_TOO_LARGE),
    "a value that never ends": (b"GET / HTTP/1.1\r\nX-One: " + b"l" * UNFINISHED, HEAD_TOO_LARGE),
    "a name that never ends": (b"GET / HTTP/1.1\r\n" + b"l" * UNFINISHED, HEAD_TOO_LARGE),
    "empty lines that never end": (b"\r\n" * UNFINISHED, HEAD_TOO_LARGE),
}

ODD = {
    "two Hosts": (post(b"/", b"Host: testserver"), INVALID),
    "two Hosts in HTTP/1.0": (post(b"/", b"Host: other", version=b"1.0"), INVALID),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", INVALID),
    "a Host with a space": (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", INVALID),
    "a Host with a path": (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", INVALID),
    "a Host with a name in front": (b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", INVALID),
    "a Host that is no ASCII": (b"GET / HTTP/1.1\r\nHost: \xfc\r\n\r\n", INVALID),
    "CONNECT": (b"CONNECT testserver:443 HTTP/1.1\r\nHost: testserver\r\n\r\n", NOT_SUPPORTED),
    "gzip before chunked": (post(b"/", b"Transfer-Encoding: gzip, chunked"), NOT_SUPPORTED),
    "chunked in HTTP/1.0": (post(b"/", CHUNKED, version=b"1.0"), INVALID),
    "HTTP/0.9": (b"GET /\r\n\r\n", INVALID),
    "HTTP/0.9 that says so": (post(b"/", version=b"0.9"), INVALID),
    "HTTP/1.2": (post(b"/", version=b"1.2"), INVALID),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", INVALID),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", INVALID),
    "a fragment": (post(b"/#part"), INVALID),
    "an address without a path": (post(b"http://testserver"), INVALID),
    "an address that is no ASCII": (post(b"/\xfc"), INVALID),
    "an unknown method": (head(line=b"LETTER / HTTP/1.1"), INVALID),
    "garbage": (b"hello\r\n\r\n", INVALID),
}


@pytest.mark.parametrize("size", [WHOLE_PACKETS, 1000, 7])
@pytest.mark.parametrize("sent", AT_THE_BOUNDS.values(), ids=AT_THE_BOUNDS)
def test_a_head_at_the_bounds_is_taken(caller: Caller, sent: bytes, size: int) -> None:
    caller.trickle(sent, size)
    assert caller.statuses == [200]


@pytest.mark.parametrize("size", [WHOLE_PACKETS, 1000, 7])
@pytest.mark.parametrize(("sent", "refusal"), BEYOND.values(), ids=BEYOND)
def test_a_head_beyond_a_bound_is_refused(caller: Caller, sent: bytes, refusal: tuple[int, str], size: int) -> None:
    caller.trickle(sent, size)
    assert [refusal_in(answer) for answer in caller.answers] == [refusal]


def test_a_head_of_which_each_byte_comes_alone_is_bounded_as_well(caller: Caller) -> None:
    caller.trickle(b"GET / HTTP/1.1\r\nX-One: " + b"l" * UNFINISHED, 1)
    assert caller.statuses == [431]


def test_two_large_heads_on_one_connection_are_both_taken(caller: Caller) -> None:
    caller.send(*[AT_THE_BOUNDS["65,536 bytes of fields"]] * 2)
    assert caller.statuses == [200, 200]


@pytest.mark.parametrize("size", [WHOLE_PACKETS, 1])
@pytest.mark.parametrize(("sent", "refusal"), ODD.values(), ids=ODD)
def test_an_odd_head_is_refused(caller: Caller, sent: bytes, refusal: tuple[int, str], size: int) -> None:
    caller.trickle(sent, size)
    assert [refusal_in(answer) for answer in caller.answers] == [refusal]


@pytest.mark.parametrize("size", [WHOLE_PACKETS, 1])
@pytest.mark.parametrize("sent", SMUGGLING.values(), ids=SMUGGLING)
def test_what_could_be_taken_for_something_else_is_refused_once(
    caller: Caller, echo: Echo, sent: bytes, size: int
) -> None:
    caller.trickle(sent, size)
    (answer,) = caller.answers
    assert refusal_in(answer)[0] in MALFORMED
    assert [heard for heard in echo.heard if not heard.has_left] == []


@pytest.mark.parametrize(("sent", "refusal"), [BEYOND["101 fields"], ODD["garbage"], ODD["CONNECT"]])
def test_who_is_refused_is_not_listened_to_any_more(
    caller: Caller, echo: Echo, sent: bytes, refusal: tuple[int, str]
) -> None:
    caller.send(sent, whole(b"/", b"later"))
    assert caller.statuses == [refusal[0]]
    assert echo.heard == []


def test_who_is_refused_may_send_to_the_end_for_a_while_so_that_the_answer_arrives(caller: Caller) -> None:
    caller.send(b"garbage\r\n\r\n")
    assert caller.transport.has_ended
    caller.wait(LINGER_SECONDS - 0.1)
    assert not caller.transport.is_closed
    caller.wait(0.1)
    assert caller.transport.is_closed


@pytest.mark.parametrize("last", [b"garbage\r\n\r\n", post(b"/", CHUNKED) + b"0x1\r\n", post(b"/", field(8191))])
def test_a_refusal_comes_after_the_answers_to_what_was_sent_before(caller: Caller, echo: Echo, last: bytes) -> None:
    echo.may_answer.clear()
    caller.send(whole(b"/", b"first") + whole(b"/", b"second") + last)
    caller.wait(100)
    assert caller.raw == b""
    echo.may_answer.set()
    caller.loop.settle()
    assert [answer.body for answer in caller.answers[:-1]] == [b"first", b"second"]
    assert refusal_in(caller.answers[-1])[0] in (400, 431)
    assert len(echo.heard) == 2


def test_a_refusal_never_follows_an_answer_that_has_begun(connect: Connect) -> None:
    caller = connect(Stream())
    caller.send(post(b"/", CHUNKED))
    begun = caller.raw
    caller.send(b"no size\r\n")
    assert caller.raw == begun
    assert caller.transport.is_closed
