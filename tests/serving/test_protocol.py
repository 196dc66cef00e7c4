"""Requests on one connection: their bodies, their order, and how the connection ends."""

from __future__ import annotations

import pytest

from letterbox.serving.protocol import LINGER_SECONDS
from tests.faults.wire import chunks, post, whole
from tests.serving.applications import Echo, Says, Stream, body, start
from tests.serving.caller import Caller, refusal_in
from tests.serving.conftest import Connect

CHUNKED = b"Transfer-Encoding: chunked"
EXPECT = b"Expect: 100-continue"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
UPGRADE = (b"Connection: Upgrade", b"Upgrade: websocket")
KEPT_ALIVE = post(b"/", b"Connection: keep-alive", version=b"1.0")
EVERY_BYTE = bytes(range(256))
PACKETS = [1, 7, 100_000]


def test_the_application_is_told_what_was_asked_for_and_by_whom(caller: Caller, echo: Echo) -> None:
    caller.send(post(b"/a%20b/%2F?q=%41&&r", b"X-One: 1", b"x-ONE:  2", b"X-Latin: \xfc"))
    told = echo.heard[0].scope
    assert (told["method"], told["http_version"], told["client"]) == ("POST", "1.1", ("192.0.2.1", 4711))
    assert (told["path"], told["raw_path"], told["query_string"]) == ("/a b//", b"/a%20b/%2F", b"q=%41&&r")
    assert told["headers"] == [(b"host", b"testserver"), (b"x-one", b"1"), (b"x-one", b"2"), (b"x-latin", b"\xfc")]


def test_the_absolute_form_of_an_address_names_the_same_path(caller: Caller, echo: Echo) -> None:
    caller.send(post(b"http://other:1/a?b"))
    assert (echo.heard[0].scope["raw_path"], echo.heard[0].scope["query_string"]) == (b"/a", b"b")


@pytest.mark.parametrize("packet", PACKETS)
@pytest.mark.parametrize("size", [1, 3, 255, 256])
def test_a_chunked_body_is_read_however_it_is_cut(caller: Caller, size: int, packet: int) -> None:
    caller.trickle(post(b"/", CHUNKED) + b"".join(chunks(EVERY_BYTE, size)), packet)
    assert [answer.body for answer in caller.answers] == [EVERY_BYTE]


@pytest.mark.parametrize("said", [b"003;name=value", b'3;name="a value";more'])
def test_what_is_said_about_a_chunk_is_passed_over(caller: Caller, said: bytes) -> None:
    caller.send(post(b"/", CHUNKED) + said + b"\r\nabc\r\n0\r\n\r\n")
    assert [answer.body for answer in caller.answers] == [b"abc"]


@pytest.mark.parametrize("packet", PACKETS)
def test_trailers_are_no_headers(caller: Caller, echo: Echo, packet: int) -> None:
    ending = b"".join(chunks(b"letter", 2, b"X-Hub-Signature: forged", b"Host: other"))
    caller.trickle(post(b"/", CHUNKED) + ending, packet)
    assert echo.heard[0].body == b"letter"
    assert [name for name, _ in echo.heard[0].scope["headers"]] == [b"host", b"transfer-encoding"]


@pytest.mark.parametrize("trailer", [b"Content-Length: 1", CHUNKED, b" X-One: 1", b"X-One : 1", b"X-One: \x00"])
def test_a_trailer_that_says_where_the_body_ends_or_is_none_is_refused(
    caller: Caller, echo: Echo, trailer: bytes
) -> None:
    caller.send(post(b"/", CHUNKED) + b"".join(chunks(b"letter", 6, trailer)) + whole(b"/", b"within"))
    assert [refusal_in(answer) for answer in caller.answers] == [(400, "invalid-request")]
    assert [heard.has_left for heard in echo.heard] == [True]


@pytest.mark.parametrize("endless", [b"X-One: 1\r\n", b"l"])
@pytest.mark.parametrize(
    "end", [b"0\r\n", b"0\r\nX-One: ", b"1;"], ids=["trailers", "a trailer", "a chunk's extension"]
)
def test_what_is_around_a_body_is_bounded(caller: Caller, echo: Echo, end: bytes, endless: bytes) -> None:
    caller.send(post(b"/", CHUNKED) + b"3\r\nabc\r\n")
    caller.trickle(end + endless * 70_031, 1000)
    assert [refusal_in(answer) for answer in caller.answers] == [(400, "invalid-request")]
    assert echo.heard[0].has_left


@pytest.mark.parametrize("expect", [EXPECT, b"expect: 100-Continue"])
@pytest.mark.parametrize("framing", [b"Content-Length: 3", CHUNKED])
def test_who_asks_whether_to_go_on_is_told_so_once(caller: Caller, expect: bytes, framing: bytes) -> None:
    caller.send(post(b"/", expect, framing))
    assert caller.transport.written == [CONTINUE]
    for packet in [b"abc"] if framing != CHUNKED else chunks(b"abc", 1):
        caller.send(packet)
    assert caller.raw.count(CONTINUE) == 1
    assert [answer.body for answer in caller.answers] == [b"abc"]


@pytest.mark.parametrize("asked", [post(b"/", EXPECT, version=b"1.0"), post(b"/"), post(b"/", b"Expect: a-miracle")])
def test_nobody_else_is_told_to_go_on(caller: Caller, asked: bytes) -> None:
    caller.send(asked)
    assert CONTINUE not in caller.raw
    assert caller.statuses == [200]


def test_nobody_is_told_to_go_on_who_is_answered_at_once_or_refused_before(connect: Connect) -> None:
    answered = connect(Says(start(413, (b"content-length", b"0")), body(b"")))
    answered.send(post(b"/", EXPECT, b"Content-Length: 3"))
    refused = connect()
    refused.send(post(b"/", EXPECT, CHUNKED) + b"no size\r\n")
    streamed = connect(Stream())
    streamed.send(post(b"/", EXPECT, b"Content-Length: 3"))
    assert CONTINUE not in answered.raw + refused.raw + streamed.raw
    assert answered.statuses + refused.statuses == [413, 400]


@pytest.mark.parametrize("packet", PACKETS)
@pytest.mark.parametrize(
    ("framing", "sent"),
    [((), b""), ((b"Content-Length: 0",), b""), ((b"Content-Length: 6",), b"letter"), ((CHUNKED,), b"letter")],
)
def test_an_offer_of_another_protocol_is_passed_over_and_the_body_is_read(
    caller: Caller, echo: Echo, framing: tuple[bytes, ...], sent: bytes, packet: int
) -> None:
    coded = b"".join(chunks(sent, 4, b"X-Trailer: 1")) if CHUNKED in framing else sent
    caller.trickle(post(b"/", *UPGRADE, *framing) + coded + whole(b"/", b"never read"), packet)
    assert [(answer.status, answer.body) for answer in caller.answers] == [(200, sent)]
    assert caller.answers[0].headers["connection"] == "close"
    assert [heard.body for heard in echo.heard] == [sent]


def test_a_body_that_follows_such_an_offer_has_to_make_sense_as_well(caller: Caller, echo: Echo) -> None:
    caller.send(post(b"/", *UPGRADE, CHUNKED) + b"0x6\r\nletter\r\n0\r\n\r\n")
    assert caller.statuses == [400]
    assert echo.heard[0].has_left


@pytest.mark.parametrize("packet", PACKETS)
def test_requests_that_do_not_wait_for_answers_are_answered_in_their_order(caller: Caller, packet: int) -> None:
    letters = [b"letter %d" % number for number in range(20)]
    caller.trickle(b"".join(whole(b"/", letter) for letter in letters), packet)
    assert [answer.body for answer in caller.answers] == letters


def test_a_request_is_begun_when_those_before_it_are_answered_and_no_more_is_read_until_then(
    caller: Caller, echo: Echo
) -> None:
    echo.may_answer.clear()
    caller.send(*[whole(b"/", b"letter")] * 10)
    assert len(echo.heard) == 1
    assert len(caller.transport.incoming) == 8
    echo.may_answer.set()
    caller.loop.settle()
    assert [answer.body for answer in caller.answers] == [b"letter"] * 10


def test_empty_lines_before_a_request_are_passed_over(caller: Caller) -> None:
    caller.send(b"\r\n" + whole(b"/", b"first"), b"\r\n\r\n" + whole(b"/", b"second"))
    assert [answer.body for answer in caller.answers] == [b"first", b"second"]


@pytest.mark.parametrize("asked", [post(b"/", version=b"1.0"), KEPT_ALIVE, post(b"/", b"Connection: close")])
def test_a_connection_that_is_not_to_be_kept_is_closed_after_the_answer(caller: Caller, asked: bytes) -> None:
    caller.send(asked)
    assert caller.answers[0].headers["connection"] == "close"
    assert caller.transport.is_closed


@pytest.mark.parametrize("rest", [whole(b"/", b"a")[:-1], post(b"/", CHUNKED) + b"no size\r\n", whole(b"/", b"a")])
@pytest.mark.parametrize("last", [KEPT_ALIVE, post(b"/", b"Connection: close"), post(b"/", *UPGRADE)])
def test_nothing_is_begun_that_nobody_could_be_answered(caller: Caller, echo: Echo, last: bytes, rest: bytes) -> None:
    echo.may_answer.clear()
    caller.send(last + whole(b"/", b"never") + rest)
    echo.may_answer.set()
    caller.wait(0)
    caller.wait(LINGER_SECONDS)
    assert caller.statuses == [200]
    assert len(echo.heard) == 1
    assert caller.transport.is_closed


def test_who_is_answered_before_the_end_of_the_body_may_send_the_rest(connect: Connect) -> None:
    caller = connect(Says(start(413, (b"content-length", b"0"), (b"connection", b"close")), body(b"")))
    caller.send(whole(b"/", b"letter")[:-1])
    assert caller.transport.has_ended
    assert not caller.transport.is_closed
    caller.wait(LINGER_SECONDS)
    assert caller.transport.is_closed


def test_what_is_left_of_a_body_that_was_answered_already_is_no_request(connect: Connect) -> None:
    caller = connect(Says(start(200, (b"content-length", b"0")), body(b"")))
    request = whole(b"/", whole(b"/", b"within"))
    caller.send(request[:-20], request[-20:] + whole(b"/", b"next"))
    assert caller.statuses == [200, 200]


def test_a_long_body_that_nobody_wanted_is_passed_over(connect: Connect) -> None:
    caller = connect(Says(start(200, (b"content-length", b"0")), body(b"")))
    caller.send(post(b"/", b"Content-Length: 100000") + bytes(70_000), bytes(30_000) + whole(b"/", b"next"))
    assert caller.statuses == [200, 200]


def test_all_requests_under_way_learn_that_the_client_left(connect: Connect) -> None:
    stream = Stream()
    caller = connect(stream)
    caller.send(whole(b"/", b"first") + post(b"/", b"Content-Length: 10") + b"half")
    caller.leave()
    assert [heard.has_left for heard in stream.heard] == [True]
    assert not caller.raw.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("reason", [None, ConnectionResetError()])
def test_a_client_who_left_is_not_answered_and_what_it_asked_for_later_is_not_begun(
    caller: Caller, echo: Echo, reason: Exception | None
) -> None:
    echo.may_answer.clear()
    caller.send(whole(b"/", b"first") + whole(b"/", b"second"))
    caller.leave(reason)
    echo.may_answer.set()
    caller.loop.settle()
    assert caller.raw == b""
    assert len(echo.heard) == 1
    assert caller.state.connections == set()
