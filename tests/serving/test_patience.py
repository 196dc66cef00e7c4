"""Time: who is waited for how long, and that the application can let go of whoever is given up."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.binding.receiving import arrival
from tests.binding.toy.receiver import ToyReceiver
from tests.faults.wire import post, whole
from tests.serving.applications import Echo, Receive, Send, Stream, Unhurried
from tests.serving.caller import Caller, refusal_in
from tests.serving.conftest import Connect

CHUNKED = b"Transfer-Encoding: chunked"
TIMEOUT = (408, "request-timeout")
RATE = 16_384  # bytes a second

BEGUN = {
    "a length": post(b"/in/default/a", b"Content-Length: 1000") + b"half",
    "a length and nothing of it": post(b"/in/default/a", b"Content-Length: 1000"),
    "chunks": post(b"/in/default/a", CHUNKED) + b"4\r\nhalf\r\n",
    "half a chunk": post(b"/in/default/a", CHUNKED) + b"9\r\nhalf",
    "all but the end": post(b"/in/default/a", CHUNKED) + b"4\r\nhalf\r\n0\r\n",
}


def test_a_head_may_take_15_seconds(caller: Caller) -> None:
    caller.wait(14)
    caller.send(b"POST / HTTP/1.1\r\nHost: testserver\r\n")
    caller.wait(15)
    caller.send(b"\r\n")
    assert caller.statuses == [200]


def test_a_head_that_takes_longer_is_given_up_however_busily_it_comes(caller: Caller) -> None:
    caller.send(b"POST / HTTP/1.1\r\nX-Slow: ")
    for _ in range(15):
        caller.wait(1)
        caller.send(b"l")
    assert caller.raw == b""
    caller.wait(0.1)
    assert [refusal_in(answer) for answer in caller.answers] == [TIMEOUT]
    caller.wait(2)
    assert caller.transport.is_closed


@pytest.mark.parametrize("sent", [b"", b"\r\n", whole(b"/", b"letter")], ids=["nothing", "a line", "a request"])
def test_who_sends_nothing_for_15_seconds_is_closed_without_an_answer(caller: Caller, sent: bytes) -> None:
    caller.send(sent)
    said = caller.raw
    caller.wait(15)
    assert not caller.is_turned_away
    caller.wait(0.1)
    assert caller.transport.is_closed
    assert caller.raw == said


@pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)
def test_a_body_that_stalls_is_given_up_after_15_seconds(caller: Caller, echo: Echo, begun: bytes) -> None:
    caller.send(begun)
    caller.wait(15)
    assert caller.raw == b""
    caller.wait(0.1)
    assert [refusal_in(answer) for answer in caller.answers] == [TIMEOUT]
    assert echo.heard[0].has_left


@pytest.mark.parametrize("framing", [b"Content-Length: 10000000", CHUNKED])
def test_a_sender_has_a_second_longer_for_each_16_kib(caller: Caller, framing: bytes) -> None:
    caller.send(post(b"/", framing), (b"" if framing != CHUNKED else b"989680\r\n") + bytes(10 * RATE))
    caller.wait(25)
    assert caller.raw == b""
    caller.wait(0.1)
    assert caller.statuses == [408]


def test_a_body_that_is_just_fast_enough_is_taken_however_long_it_is(caller: Caller) -> None:
    caller.send(post(b"/", b"Content-Length: %d" % (60 * RATE)))
    caller.wait(15)
    for _ in range(59):
        caller.send(bytes(RATE))
        caller.wait(1)
    caller.send(bytes(RATE))
    assert caller.statuses == [200]


def test_each_request_has_its_own_time(caller: Caller) -> None:
    for _ in range(3):
        caller.send(post(b"/", b"Content-Length: 4"))
        caller.wait(14)
        caller.send(b"body")
    assert caller.statuses == [200, 200, 200]


def test_nobody_has_longer_for_what_was_sent_before(caller: Caller) -> None:
    caller.send(whole(b"/", bytes(10 * RATE)), post(b"/", b"Content-Length: 4"))
    caller.wait(15.1)
    assert caller.statuses == [200, 408]


def test_an_application_may_take_its_time(caller: Caller, echo: Echo) -> None:
    echo.may_answer.clear()
    caller.send(whole(b"/", b"letter"))
    caller.wait(1000)
    echo.may_answer.set()
    caller.loop.settle()
    assert caller.statuses == [200]
    assert not caller.is_turned_away


def test_a_body_that_we_do_not_read_is_not_late(connect: Connect) -> None:
    application = Unhurried()
    application.may_answer.clear()
    caller = connect(application)
    caller.send(post(b"/", b"Content-Length: 100000"), bytes(70_000))
    caller.wait(20)
    application.may_answer.set()
    caller.send(bytes(30_000))
    assert caller.statuses == [200]


def test_the_time_of_a_request_begins_when_those_before_it_are_answered(caller: Caller, echo: Echo) -> None:
    echo.may_answer.clear()
    caller.send(whole(b"/", b"first") + b"POST / HTTP/1.1\r\nHost: testserver\r\n")
    caller.wait(100)
    echo.may_answer.set()
    caller.loop.settle()
    caller.wait(15)
    assert caller.statuses == [200]
    caller.wait(0.1)
    assert caller.statuses == [200, 408]


def test_a_body_that_stalls_after_its_answer_has_begun_is_closed_without_another_one(connect: Connect) -> None:
    caller = connect(Stream())
    caller.send(post(b"/", CHUNKED))
    begun = caller.raw
    caller.wait(15.1)
    assert caller.raw == begun
    assert caller.transport.is_closed


class Receiving:
    """Reads arrivals as the receive plane does."""

    def __init__(self) -> None:
        self.receiver = ToyReceiver()

    async def __call__(self, scope: Any, receive: Receive, _send: Send) -> None:
        assert await arrival(self.receiver, scope, scope["raw_path"], receive, ()) is None


@pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)
def test_an_arrival_that_stalls_gives_back_its_memory(connect: Connect, begun: bytes) -> None:
    receiving = Receiving()
    caller = connect(receiving)
    caller.send(begun)
    assert not receiving.receiver.opened[0].abandoned
    caller.wait(15.1)
    assert caller.statuses == [408]
    assert receiving.receiver.opened[0].abandoned


@pytest.mark.parametrize("how", ["leaves", "stops making sense"])
def test_so_does_one_whose_sender(connect: Connect, how: str) -> None:
    receiving = Receiving()
    caller = connect(receiving)
    caller.send(BEGUN["chunks"])
    if how == "leaves":
        caller.leave()
    else:
        caller.send(b"no size\r\n")
    assert receiving.receiver.opened[0].abandoned


def test_who_reads_nothing_of_an_answer_for_15_seconds_is_cut_off(caller: Caller) -> None:
    caller.send(whole(b"/", b"letter"))
    caller.transport.unread_bytes = 1000
    caller.wait(1)
    caller.wait(15)
    assert not caller.transport.is_closed
    caller.wait(0.1)
    assert caller.transport.is_closed


def test_who_reads_slowly_is_waited_for(caller: Caller) -> None:
    caller.send(whole(b"/", b"letter"))
    for unread in range(10, 0, -1):
        caller.transport.unread_bytes = unread
        caller.wait(14)
    assert not caller.transport.is_closed
