"""One follower of the tail. What is here runs on the event loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from letterbox.errors import Unavailable
from letterbox.store.tailing import Since
from letterbox.tail.batches import Batch, Chunk
from letterbox.tail.events import position
from letterbox.tail.interests import Interest

HEARTBEAT_SECONDS = 15.0
MOST_WAITING_BYTES = 1_048_576
RETRY_SECONDS = 1.0
LONGEST_SEND_SECONDS = 0.005  # what is longer is a wait for the reader, and no work of ours

log = logging.getLogger(__name__)


class Stretch(Protocol):
    """What a follower finds behind its position, and whether that was all there is by now."""

    @property
    def chunk(self) -> Chunk: ...
    @property
    def reached(self) -> int: ...
    @property
    def is_last(self) -> bool: ...


class Desk(Protocol):
    """What a follower is told by."""

    def read(self, interest: Interest, after: int, since: Since | None) -> Awaitable[Stretch]: ...
    def join(self, follower: Follower) -> bool: ...
    def leave(self, follower: Follower) -> None: ...
    def note_work(self, seconds: float) -> None: ...


class Follower:
    """Reads what it has missed from the store, then joins those who are handed what happens."""

    media_type = "text/event-stream"

    def __init__(
        self,
        desk: Desk,
        interest: Interest,
        *,
        after: int,
        since: Since | None = None,
        limit: int | None = None,
        is_new: bool = False,
    ) -> None:
        """`is_new`: nothing but what happens just now is behind its position."""
        self.interest = interest
        self.position = after
        self._desk, self._since, self._left = desk, since, limit
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._news = asyncio.Event()
        self._is_new, self._is_handed, self._is_over = is_new, False, False
        self.when_closed: Callable[[], None] = lambda: None  # called by `close`

    async def pieces(self) -> AsyncIterator[bytes]:
        """What is sent, piece by piece, until it is over."""
        try:
            self._is_handed = self._is_new and self._desk.join(self)
            piece, told_at = position(self.position), 0.0
            while True:
                began = time.perf_counter()
                if piece or began - told_at > HEARTBEAT_SECONDS:
                    yield piece or position(self.position)
                    told_at = time.perf_counter()
                    if self._is_handed and told_at - began < LONGEST_SEND_SECONDS:
                        self._desk.note_work(told_at - began)
                if not self._waiting and (self._is_over or self._left == 0):
                    return
                piece = await (self._handed() if self._is_handed or self._waiting else self._caught_up())
        finally:
            self._desk.leave(self)

    def close(self) -> None:
        """End it; what waits is not sent any more."""
        self._desk.leave(self)
        self._waiting.clear()
        self._is_over = True
        self._news.set()
        self.when_closed()

    def take(self, batch: Batch) -> None:
        """Be handed what happened next; ends the follower if too much waits already."""
        chunk, after = batch.chunks.get(self.interest), self.position
        self.position = max(after, batch.until)
        if chunk is not None:
            whole = after <= batch.after and self._left is None
            self._put(chunk if whole else chunk.part(after, self._left))

    def fall_behind(self) -> None:
        """Catch up anew: something that happens now is not handed on."""
        self._is_handed = False
        self._news.set()

    def _put(self, chunk: Chunk) -> None:
        if not chunk.events:
            return
        if self._left is not None:
            self._left -= len(chunk.events)
        if self._waiting and self._waiting_bytes + len(chunk.text) > MOST_WAITING_BYTES:
            log.info("a follower of the tail reads too slowly, and is dropped")
            self.close()
            return
        self._waiting.append(chunk.text)
        self._waiting_bytes += len(chunk.text)
        self._news.set()

    async def _handed(self) -> bytes:
        """The next piece that was handed over, or a sign of life."""
        if not self._waiting:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                if not self._waiting:  # else it was handed something in this very moment
                    return position(self.position)
        if not self._waiting:
            return b""
        piece = self._waiting.popleft()
        self._waiting_bytes -= len(piece)
        return piece

    async def _caught_up(self) -> bytes:
        """The next piece from the store, and whether that was all."""
        try:
            stretch = await self._desk.read(self.interest, self.position, self._since)
        except Unavailable:
            await asyncio.sleep(RETRY_SECONDS)
            return position(self.position)
        self.position = max(self.position, stretch.reached)
        chunk = stretch.chunk if self._left is None else stretch.chunk.part(0, self._left)
        if self._left is not None:
            self._left -= len(chunk.events)
        if stretch.is_last:
            self._is_handed = self._desk.join(self)
        return chunk.text
