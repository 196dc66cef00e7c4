"""Reading an arrival: how long it may take, and what becomes of one that is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from letterbox.binding import receiving
from letterbox.errors import RequestTimeout, Unavailable

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


@pytest.mark.parametrize("chunks", [(), (b"half",)])
def test_a_sender_who_stalls_is_turned_away_and_gives_back_its_memory(
    monkeypatch: pytest.MonkeyPatch, chunks: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(receiving, "GRACE_SECONDS", 0.001)
    receiver = ToyReceiver()
    with pytest.raises(RequestTimeout) as refusal:
        asyncio.run(arrival(receiver, after(*chunks)))
    assert receiver.opened[0].abandoned
    assert refusal.value.headers == {"Connection": "close"}


def test_a_sender_has_longer_the_more_it_has_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "GRACE_SECONDS", 0.001)
    monkeypatch.setattr(receiving, "LEAST_BYTES_PER_SECOND", 0.0001)
    receiver = ToyReceiver()

    async def act() -> bool:
        reading = asyncio.ensure_future(arrival(receiver, after(b"x")))
        finished, _ = await asyncio.wait({reading}, timeout=0.05)
        reading.cancel()
        return bool(finished)

    assert asyncio.run(act()) is False


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
