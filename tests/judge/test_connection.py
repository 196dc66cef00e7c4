"""Frames cross whole, however they are cut, and the end of a connection is told once."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.judge.connection import Connection
from letterbox.judge.frames import LENGTH, framed, unframed
from tests.judge.stage import LOOPS, PATIENCE_SECONDS

each_loop = pytest.mark.parametrize("loop", LOOPS)
texts = some.text(some.characters(exclude_categories=[]))
plain = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | texts | some.binary(),
    lambda inner: some.lists(inner) | some.dictionaries(texts, inner),
    max_leaves=20,
)


class Ends:
    """A connection, the other end of it, and what was told."""

    def __init__(self) -> None:
        ours, self.other = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003 # named by the function
        self.other.setblocking(False)  # noqa: FBT003 # named by the function
        self.received: list[bytes] = []
        self.lost = 0
        self.changed = asyncio.Event()
        self.connection = Connection(ours, self._receive, self._lose)

    def _receive(self, frame: bytes) -> None:
        self.received.append(frame)
        self.changed.set()

    def _lose(self) -> None:
        self.lost += 1
        self.connection.close()
        self.changed.set()

    async def change(self) -> None:
        await asyncio.wait_for(self.changed.wait(), PATIENCE_SECONDS)
        self.changed.clear()

    def close(self) -> None:
        self.other.close()
        if not self.lost:
            self.connection.close()


@given(some.lists(plain, max_size=3).map(tuple))
def test_plain_values_cross_as_they_are(value: tuple[object, ...]) -> None:
    assert unframed(framed(value)[LENGTH.size :]) == value


@settings(deadline=None)
@given(some.lists(some.binary(max_size=40), min_size=1, max_size=5), some.lists(some.integers(1, 30)))
def test_frames_arrive_whole_however_they_are_cut(frames: list[bytes], cuts: list[int]) -> None:
    async def scene() -> list[bytes]:
        ends, rest = Ends(), b"".join(LENGTH.pack(len(frame)) + frame for frame in frames)
        for cut in [*cuts, len(rest)]:
            piece, rest = rest[:cut], rest[cut:]
            if piece:
                ends.other.send(piece)
                await asyncio.sleep(0)
        while len(ends.received) < len(frames):
            await ends.change()
        ends.close()
        return ends.received

    assert asyncio.run(scene()) == frames


@each_loop
def test_what_does_not_fit_at_once_is_sent_in_order(loop: str) -> None:
    pieces = [bytes([number]) * 300_000 for number in range(5)]

    async def scene() -> bytes:
        ends, found = Ends(), b""
        for piece in pieces:
            ends.connection.send(piece)
        while len(found) < sum(map(len, pieces)):
            found += await asyncio.get_running_loop().sock_recv(ends.other, 65_536)
        ends.close()
        return found

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        assert runner.run(scene()) == b"".join(pieces)


@each_loop
@pytest.mark.parametrize("unread", [b"", b"unread"])
def test_an_end_is_told_once(loop: str, unread: bytes) -> None:
    async def scene() -> int:
        ends = Ends()
        ends.connection.send(unread)
        ends.other.close()
        ends.connection.send(b"to nobody")
        await ends.change()
        return ends.lost

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        assert runner.run(scene()) == 1
