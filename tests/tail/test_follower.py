"""One follower: what it is handed, when it is heard of, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from letterbox.errors import Unavailable
from letterbox.store.tailing import Since
from letterbox.tail import follower as room
from letterbox.tail.batches import Batch, Chunk
from letterbox.tail.events import Event
from letterbox.tail.follower import Follower
from letterbox.tail.interests import Interest
from letterbox.tail.tail import Stretch

INTEREST = Interest("prj_1")


class Desk:
    """Has these stretches to catch up with, and notes who has joined and left."""

    def __init__(self, *stretches: Stretch | Exception) -> None:
        self.stretches = list(stretches)
        self.joined: list[Follower] = []
        self.left: list[Follower] = []

    async def read(self, _interest: Interest, after: int, _since: Since | None) -> Stretch:
        found = self.stretches.pop(0) if self.stretches else stretch(reached=after)
        if isinstance(found, Exception):
            raise found
        return found

    def join(self, follower: Follower) -> bool:
        self.joined.append(follower)
        return True

    def leave(self, follower: Follower) -> None:
        self.left.append(follower)

    def note_work(self, seconds: float) -> None:
        """Nobody counts."""


def chunk(*sequences: int, size: int = 1) -> Chunk:
    return Chunk([Event(each, b"%d " % each * size) for each in sequences])


def stretch(*sequences: int, reached: int, is_last: bool = True) -> Stretch:
    return Stretch(chunk(*sequences), reached, is_last)


def batch(after: int, until: int, *sequences: int, size: int = 1) -> Batch:
    return Batch(after, until, {INTEREST}, {INTEREST: chunk(*sequences, size=size)} if sequences else {})


async def begun(follower: Follower) -> AsyncIterator[bytes]:
    """Its pieces, once it has joined."""
    pieces = follower.pieces()
    assert await anext(pieces) == b": at %d\n\n" % follower.position
    return pieces


def test_it_catches_up_and_is_then_handed_what_happens() -> None:
    async def run() -> list[bytes]:
        follower = Follower(
            desk := Desk(stretch(1, 2, reached=3, is_last=False), stretch(4, reached=4)), INTEREST, after=0
        )
        pieces = await begun(follower)
        told = [await anext(pieces), await anext(pieces)]
        assert desk.joined == [follower]
        follower.take(batch(4, 6, 5, 6))
        return [*told, await anext(pieces)]

    assert asyncio.run(run()) == [b"1 2 ", b"4 ", b"5 6 "]


def test_it_takes_of_a_batch_only_what_it_was_not_told_of() -> None:
    async def run() -> bytes:
        follower = Follower(Desk(stretch(5, reached=5)), INTEREST, after=0)
        pieces = await begun(follower)
        await anext(pieces)
        follower.take(batch(3, 7, 4, 5, 6, 7))
        return await anext(pieces)

    assert asyncio.run(run()) == b"6 7 "


def test_one_to_whom_nothing_comes_is_told_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "HEARTBEAT_SECONDS", 0.001)

    async def run() -> bytes:
        follower = Follower(Desk(), INTEREST, after=1)
        pieces = await begun(follower)
        waiting = asyncio.ensure_future(anext(pieces))
        follower.take(batch(1, 9))
        piece = await waiting
        return piece if piece == b": at 9\n\n" else await anext(pieces)

    assert asyncio.run(run()) == b": at 9\n\n"


def test_no_position_is_told_ahead_of_what_was_handed_over_in_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    async def late(waiting: Coroutine[Any, Any, object], _seconds: float) -> None:
        """The time is over, and something is handed over before anybody hears of that."""
        waiting.close()
        follower.take(batch(0, 6, 6))
        raise TimeoutError

    follower = Follower(Desk(), INTEREST, after=0)

    async def run() -> bytes:
        pieces = await begun(follower)
        monkeypatch.setattr(asyncio, "wait_for", late)
        return await anext(pieces)

    assert asyncio.run(run()) == b"6 "


def test_a_slow_reader_is_dropped_and_what_waits_is_let_go() -> None:
    async def run() -> tuple[list[bytes], int]:
        follower, closed = Follower(Desk(), INTEREST, after=0), list[bool]()
        follower.when_closed = lambda: closed.append(True)
        pieces = await begun(follower)
        waiting = asyncio.ensure_future(anext(pieces, b""))
        await asyncio.sleep(0)
        rounds = 0
        while not closed:
            follower.take(batch(rounds, rounds + 1, rounds + 1, size=100_000))
            rounds += 1
        return [await waiting, *[piece async for piece in pieces]], rounds

    told, rounds = asyncio.run(run())
    assert told == [b""]
    assert rounds > 1


def test_a_large_piece_alone_drops_nobody() -> None:
    async def run() -> bytes:
        pieces = await begun(follower := Follower(Desk(), INTEREST, after=0))
        waiting = asyncio.ensure_future(anext(pieces))
        await asyncio.sleep(0)
        follower.take(batch(0, 1, 1, size=room.MOST_WAITING_BYTES))
        return await waiting

    assert len(asyncio.run(run())) > room.MOST_WAITING_BYTES


def test_one_that_falls_behind_catches_up_anew() -> None:
    async def run() -> bytes:
        follower = Follower(Desk(stretch(reached=4), stretch(5, reached=5)), INTEREST, after=4)
        pieces = await begun(follower)
        waiting = asyncio.ensure_future(anext(pieces))
        await asyncio.sleep(0)
        follower.fall_behind()
        return await waiting

    assert asyncio.run(run()) == b"5 "


def test_a_store_that_cannot_be_read_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "RETRY_SECONDS", 0)

    async def run() -> list[bytes]:
        pieces = await begun(Follower(Desk(Unavailable(), stretch(1, reached=1)), INTEREST, after=0))
        return [await anext(pieces), await anext(pieces)]

    assert asyncio.run(run()) == [b": at 0\n\n", b"1 "]


@pytest.mark.parametrize("given", [{"limit": 2}, {"limit": 3}])
def test_it_ends_with_the_event_that_is_its_last(given: dict[str, Any]) -> None:
    async def run() -> list[bytes]:
        follower = Follower(desk := Desk(stretch(1, 2, reached=2)), INTEREST, after=0, **given)
        pieces = await begun(follower)
        told = [await anext(pieces)]
        follower.take(batch(2, 5, 3, 4, 5))
        told += [piece async for piece in pieces]
        assert desk.left == [follower]
        return told

    assert asyncio.run(run()) == [b"1 2 ", b"3 "][: given["limit"] - 1]
