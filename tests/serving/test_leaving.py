"""Leaving: each connection ends with its last answer, and whoever sends meanwhile is still taken."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from letterbox.serving.protocol import LINGER_SECONDS
from tests.faults.wire import post, whole
from tests.serving.applications import Echo, Receive, Send, body, start
from tests.serving.caller import Caller
from tests.serving.conftest import Connect


def leave(caller: Caller) -> None:
    """What the server does with each connection when it stops."""
    caller.state.is_leaving = True
    caller.protocol.shutdown()
    caller.loop.settle()


@pytest.mark.parametrize("before", [b"", whole(b"/", b"letter")], ids=["at once", "after an answer"])
def test_an_idle_connection_is_closed_after_a_while(caller: Caller, before: bytes) -> None:
    caller.send(before)
    leave(caller)
    caller.wait(LINGER_SECONDS - 0.1)
    assert not caller.is_turned_away
    caller.wait(0.1)
    assert caller.transport.is_closed


def test_a_request_that_was_on_its_way_is_taken_and_is_the_last_one(caller: Caller) -> None:
    leave(caller)
    caller.send(whole(b"/", b"letter"))
    assert [(answer.status, answer.headers["connection"]) for answer in caller.answers] == [(200, "close")]
    assert caller.transport.is_closed
    caller.wait(LINGER_SECONDS)


def test_a_request_whose_head_has_begun_is_waited_for(caller: Caller) -> None:
    request = whole(b"/", b"letter")
    caller.send(request[:10])
    leave(caller)
    caller.wait(LINGER_SECONDS)
    caller.send(request[10:])
    assert [answer.body for answer in caller.answers] == [b"letter"]
    assert caller.transport.is_closed


@pytest.mark.parametrize("missing", [0, 3], ids=["whole", "half"])
def test_a_request_that_is_being_answered_is_the_last_one(caller: Caller, echo: Echo, missing: int) -> None:
    echo.may_answer.clear()
    request = whole(b"/", b"letter")
    caller.send(request[: len(request) - missing])
    leave(caller)
    echo.may_answer.set()
    caller.wait(2 * LINGER_SECONDS)
    caller.send(request[len(request) - missing :])
    assert [answer.headers["connection"] for answer in caller.answers] == ["close"]
    assert caller.transport.is_closed


def test_requests_that_wait_are_all_answered_and_the_last_answer_says_that_it_is(caller: Caller, echo: Echo) -> None:
    echo.may_answer.clear()
    caller.send(whole(b"/", b"first") + whole(b"/", b"second"))
    leave(caller)
    echo.may_answer.set()
    caller.loop.settle()
    assert [answer.body for answer in caller.answers] == [b"first", b"second"]
    assert [answer.headers.get("connection") for answer in caller.answers] == [None, "close"]
    assert caller.transport.is_closed


def test_an_answer_that_has_begun_goes_on_until_it_ends(connect: Connect) -> None:
    slow = Slow()
    caller = connect(slow)
    caller.send(post(b"/"))
    leave(caller)
    caller.wait(5 * LINGER_SECONDS)
    slow.may_end.set()
    caller.loop.settle()
    caller.send(post(b"/"))
    assert [answer.headers.get("connection") for answer in caller.answers] == [None, "close"]
    assert caller.transport.is_closed


class Slow:
    """Begins an answer, and ends it once it may."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()

    async def __call__(self, _scope: Any, _receive: Receive, send: Send) -> None:
        await send(start(200, (b"content-length", b"6")))
        await send(body(b"let", more=True))
        await self.may_end.wait()
        await send(body(b"ter"))


def test_a_connection_that_is_made_meanwhile_is_served_once(caller: Caller, connect: Connect) -> None:
    leave(caller)
    late = connect()
    late.send(whole(b"/", b"letter"))
    assert [answer.headers["connection"] for answer in late.answers] == ["close"]
    silent = connect()
    silent.wait(LINGER_SECONDS)
    assert silent.transport.is_closed
