"""The desk of a dispatcher: how it reads and writes the store, beside its event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from letterbox.errors import Unavailable
from letterbox.store.store import Store
from letterbox.store.writer import Connection, Unit

Result = TypeVar("Result")

READERS = 3  # two that fill lanes, one that routes
PREPARERS = 2  # who prepares may wait long for an expression
RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)


class Desk:
    """Reads on a few threads of its own, writes by the one writer of the process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="delivery")
        self._preparers = ThreadPoolExecutor(PREPARERS, thread_name_prefix="preparing")

    @property
    def is_shared(self) -> bool:
        """Whether other processes may deliver from the same store."""
        return self._store.database.is_shared

    async def aside(self, function: Callable[[], Result]) -> Result:
        """What a function returns that may take a while, or may not be called on an event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, function)

    async def prepared(self, function: Callable[[], Result]) -> Result:
        """The same, for what may wait long."""
        return await asyncio.get_running_loop().run_in_executor(self._preparers, function)

    async def read(self, ask: Callable[[Connection], Result]) -> Result:
        """Raises Unavailable."""

        def read() -> Result:
            with self._store.reading() as connection:
                return ask(connection)

        return await self.aside(read)

    async def write(self, function: Callable[[Unit], Result]) -> Result:
        """What a unit of work returns, once it is on disk. Raises Unavailable."""
        return await asyncio.wrap_future(self._store.writer.submit(function))

    def close(self) -> None:
        for threads in (self._readers, self._preparers):
            threads.shutdown(cancel_futures=True)


async def patiently(work: Callable[[], Awaitable[Any]]) -> None:
    """Do it, and if it can't be done now, leave it for the next time."""
    try:
        await work()
    except Unavailable as reason:
        log.warning("delivering waits: %s", reason)
        await asyncio.sleep(RETRY_SECONDS)
    except Exception as failure:  # whatever it was, the next time may go better
        log.error("delivering waits", exc_info=failure)
        await asyncio.sleep(RETRY_SECONDS)


async def heard(news: asyncio.Event, seconds: float) -> None:
    """Wait for news, but not longer than this."""
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        pass
    news.clear()
