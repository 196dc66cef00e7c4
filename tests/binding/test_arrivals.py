"""Reading an arrival: what becomes of one that is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from letterbox.binding import receiving
from letterbox.errors import Unavailable

from .toy.receiver import ToyReceiver

SCOPE: dict[str, Any] = {"method": "POST", "query_string": b"", "headers": [], "client": None}

Receive = Callable[[], Awaitable[dict[str, Any]]]


async def never() -> dict[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError


def after(*chunks: bytes) -> Receive:
    """A sender of some chunks who then stalls."""
    left = list(chunks)

    async def receive() -> dict[str, Any]:
        if not left:
            return await never()
        return {"type": "http.request", "body": left.pop(0), "more_body": True}

    return receive


def arrival(receiver: ToyReceiver, receive: Receive) -> Any:
    return receiving.arrival(receiver, SCOPE, b"/in/default/a", receive, ())


def test_a_sender_whom_the_stop_cuts_off_is_told_to_try_again() -> None:
    receiver = ToyReceiver()

    async def act() -> None:
        reading = asyncio.ensure_future(arrival(receiver, after(b"half")))
        await asyncio.sleep(0)
        reading.cancel()
        await reading

    with pytest.raises(Unavailable) as refusal:
        asyncio.run(act())
    assert "Retry-After" in refusal.value.headers
    assert receiver.opened[0].abandoned
