"""A sender whose pool is made when something is first sent: aiohttp takes 15 MiB, and many services send nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from letterbox.delivery.egress import Egress
from letterbox.delivery.outgoing import Outgoing
from letterbox.delivery.sender.answer import Answer

if TYPE_CHECKING:
    from letterbox.delivery.sender.pool import Pool

MOST_BYTES = 16_384  # of an answer's body are kept


class Sender:
    """Of one loop: between open() and close()."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._pool: Pool | None = None
        self._one_at_a_time: asyncio.Lock | None = None

    async def open(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    async def close(self) -> None:
        """Whoever sends has ended its tries before: one that goes on would say that its connection was reset."""
        pool, self._pool, self._one_at_a_time = self._pool, None, None
        if pool is not None:
            await pool.close()

    async def send(self, outgoing: Outgoing, *, timeout_seconds: float, most_bytes: int = MOST_BYTES) -> Answer:
        """Raises nothing but CancelledError: whatever goes wrong is a word in the answer."""
        try:
            pool = self._pool or await self._opened()
        except OSError:  # too many open files, say
            return Answer(error="connection_refused")
        return await pool.send(outgoing, timeout_seconds=timeout_seconds, most_bytes=most_bytes)

    async def _opened(self) -> Pool:
        if self._one_at_a_time is None:
            raise RuntimeError("open() comes first")
        async with self._one_at_a_time:
            if self._pool is None:
                make = await asyncio.to_thread(_prepared)
                self._pool = make(self._egress)
            return self._pool


def _prepared() -> Callable[[Egress], Pool]:
    """A pool but for its connections. Not on an event loop: the room is loaded, and all certificates are read."""
    from letterbox.delivery.sender.pool import Pool, tls  # noqa: PLC0415 # see above

    return partial(Pool, tls=tls())
