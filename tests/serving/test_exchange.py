"""Answers: in how many pieces they leave, how their end is told, and what never leaves at all."""

from __future__ import annotations

import logging

import pytest

from tests.faults.wire import post
from tests.serving.applications import Message, Says, body, start
from tests.serving.caller import Caller, refusal_in
from tests.serving.conftest import Connect

GET = b"GET / HTTP/1.1\r\nHost: testserver\r\n\r\n"
HEAD = b"HEAD / HTTP/1.1\r\nHost: testserver\r\n\r\n"
OLD = b"GET / HTTP/1.0\r\n\r\n"
DATED = b"HTTP/1.1 200 OK\r\ndate: Tue, 04 Mar 2025 10:00:00 GMT\r\n"


def length(size: int) -> tuple[bytes, bytes]:
    return (b"Content-Length", b"%d" % size)


def asked(connect: Connect, sent: bytes, *messages: Message) -> Caller:
    """A caller who has sent this, and whom the application sends these messages."""
    caller = connect(Says(*messages))
    caller.send(sent)
    return caller


def raised_at(caller: Caller) -> list[str]:
    application: Says = caller.protocol.app
    return [str(error) for error in application.raised]


def test_head_and_body_of_a_whole_answer_leave_in_one_piece(connect: Connect) -> None:
    caller = asked(connect, GET, start(200, length(6), (b"X-One", b"1")), body(b"letter"))
    assert caller.transport.written == [DATED + b"content-length: 6\r\nx-one: 1\r\n\r\nletter"]
    assert not caller.is_turned_away


def test_each_piece_of_a_stream_leaves_at_once_and_the_head_with_the_first(connect: Connect) -> None:
    pieces = [body(b"a" * 17, more=True), body(b"b", more=True), body(b"", more=True), body(b"c")]
    caller = asked(connect, GET, start(200), *pieces)
    assert caller.transport.written == [
        DATED + b"transfer-encoding: chunked\r\n\r\n11\r\n" + b"a" * 17 + b"\r\n",
        b"1\r\nb\r\n",
        b"1\r\nc\r\n0\r\n\r\n",
    ]
    assert [answer.body for answer in caller.answers] == [b"a" * 17 + b"bc"]


def test_an_empty_first_piece_sends_the_head_alone(connect: Connect) -> None:
    caller = asked(connect, GET, start(200), body(b"", more=True), body(b"letter"))
    assert caller.transport.written[0] == DATED + b"transfer-encoding: chunked\r\n\r\n"
    assert [answer.body for answer in caller.answers] == [b"letter"]


def test_pieces_of_a_known_length_leave_as_they_are(connect: Connect) -> None:
    caller = asked(connect, GET, start(200, length(6)), body(b"let", more=True), body(b"ter"))
    assert caller.transport.written == [DATED + b"content-length: 6\r\n\r\nlet", b"ter"]


def test_a_stream_to_http_1_0_is_not_chunked_and_ends_with_the_connection(connect: Connect) -> None:
    caller = asked(connect, OLD, start(200), body(b"let", more=True), body(b"ter"))
    assert caller.raw == DATED + b"connection: close\r\n\r\nletter"
    assert caller.transport.is_closed


@pytest.mark.parametrize("headers", [(length(6),), ()], ids=["of known length", "of unknown length"])
def test_an_answer_to_head_has_no_body(connect: Connect, headers: tuple[tuple[bytes, bytes], ...]) -> None:
    caller = asked(connect, HEAD, start(200, *headers), body(b"let", more=True), body(b"ter"))
    lines = b"".join(b"%b: %b\r\n" % (name.lower(), value) for name, value in headers)
    assert caller.raw == DATED + lines + b"\r\n"
    assert not caller.is_turned_away


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("sent", [GET, OLD, HEAD])
def test_an_answer_that_cannot_have_a_body_has_no_length_either(connect: Connect, sent: bytes, status: int) -> None:
    caller = asked(connect, sent, start(status), body(b""))
    (answer,) = caller.answers
    assert answer.status == status
    assert not answer.headers.keys() & {"content-length", "transfer-encoding"}
    assert caller.raw.endswith(b"\r\n\r\n")


def test_an_application_can_end_the_connection_and_that_is_said_once(connect: Connect) -> None:
    caller = asked(connect, GET, start(200, length(0), (b"Connection", b"close")), body(b""))
    assert caller.raw == DATED + b"content-length: 0\r\nconnection: close\r\n\r\n"
    assert caller.transport.is_closed


@pytest.mark.parametrize("bad", [bytes([code]) for code in (*range(9), *range(10, 32), 127)] + [b"\r\n", b"\r\n\r\n"])
@pytest.mark.parametrize("place", ["name", "value"])
def test_a_header_with_a_control_character_never_leaves(connect: Connect, place: str, bad: bytes) -> None:
    header = (b"x-a" + bad + b"b", b"1") if place == "name" else (b"x-a", b"1" + bad + b"set-cookie: b")
    caller = asked(connect, GET, start(200, length(6), header), body(b"letter"))
    assert raised_at(caller) == ["A header of the answer holds a control character."]
    assert b"x-a" not in caller.raw
    assert b"letter" not in caller.raw
    assert [refusal_in(answer) for answer in caller.answers] == [(500, "internal-error")]


@pytest.mark.parametrize("value", [b"", b"a\tb", b" \xfc\xff ", b'"!~\\'])
def test_any_other_value_of_a_header_leaves_as_it_is(connect: Connect, value: bytes) -> None:
    caller = asked(connect, GET, start(200, length(0), (b"x-odd", value)), body(b""))
    assert b"\r\nx-odd: " + value + b"\r\n" in caller.raw


WRONG_LENGTHS: dict[str, tuple[Message, ...]] = {
    "too long": (start(200, length(3)), body(b"letter")),
    "too short": (start(200, length(7)), body(b"letter")),
    "too long in the end": (start(200, length(5)), body(b"let", more=True), body(b"ter")),
    "too short in the end": (start(200, length(7)), body(b"let", more=True), body(b"ter")),
    "too long before the end": (start(200, length(2)), body(b"ter", more=True)),
    "longer than nothing": (start(204), body(b"letter")),
}


@pytest.mark.parametrize("messages", WRONG_LENGTHS.values(), ids=WRONG_LENGTHS)
def test_a_body_of_another_length_than_was_said_ends_the_connection(
    connect: Connect, messages: tuple[Message, ...]
) -> None:
    caller = asked(connect, GET + GET, *messages)
    assert raised_at(caller) == ["The body is not as long as its Content-Length says."]
    assert b"ter" not in caller.raw
    assert caller.transport.is_closed


@pytest.mark.parametrize("headers", [(length(6),), ()], ids=["of known length", "of unknown length"])
@pytest.mark.parametrize("second", [start(200, length(0)), body(b"more"), body(b"")])
def test_nothing_follows_an_answer_that_is_complete(
    connect: Connect, second: Message, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    caller = asked(connect, GET, start(200, *headers), body(b"letter"), second)
    assert len(raised_at(caller)) == 1
    assert [answer.body for answer in caller.answers] == [b"letter"]


def test_a_second_beginning_does_not_pass_for_the_end_of_a_stream(connect: Connect) -> None:
    caller = asked(connect, GET, start(200), body(b"let", more=True), start(500))
    assert len(raised_at(caller)) == 1
    assert not caller.raw.endswith(b"0\r\n\r\n")
    assert caller.transport.is_closed


@pytest.mark.parametrize("messages", [(), (body(b"letter"),)], ids=["nothing", "no head"])
def test_an_application_that_does_not_begin_an_answer_is_answered_for(
    connect: Connect, messages: tuple[Message, ...], caplog: pytest.LogCaptureFixture
) -> None:
    caller = asked(connect, GET, *messages)
    assert [refusal_in(answer) for answer in caller.answers] == [(500, "internal-error")]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_an_answer_that_stops_in_the_middle_ends_the_connection(connect: Connect) -> None:
    caller = asked(connect, GET, start(200), body(b"let", more=True))
    assert not caller.raw.endswith(b"0\r\n\r\n")
    assert caller.transport.is_closed


def test_an_application_that_sends_faster_than_the_client_reads_has_to_wait(connect: Connect) -> None:
    caller = connect(Says(start(200), body(b"a", more=True), body(b"b")))
    caller.protocol.pause_writing()
    caller.send(post(b"/"))
    assert caller.raw == b""
    caller.protocol.resume_writing()
    caller.loop.settle()
    assert [answer.body for answer in caller.answers] == [b"ab"]


def test_one_that_waits_so_learns_that_the_client_left(connect: Connect) -> None:
    caller = connect(Says(start(200), body(b"a")))
    caller.protocol.pause_writing()
    caller.send(post(b"/"))
    assert len(caller.state.tasks) == 1
    caller.leave()
    assert caller.raw == b""
    assert caller.state.tasks == set()


def test_an_application_can_cut_the_connection_in_the_middle_of_an_answer(connect: Connect) -> None:
    """Without a word in the log: it says so itself."""
    caller = asked(connect, GET, start(200), body(b"let", more=True), {"type": "http.disconnect"})
    assert not caller.raw.endswith(b"0\r\n\r\n")
    assert caller.transport.is_closed
    assert raised_at(caller) == []
