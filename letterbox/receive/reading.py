"""The contracts that endpoints judge by: read when a first request asks for them, and made ready part by part."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from letterbox.contracts.compile import Contract, known
from letterbox.store.endpoints import Endpoint


class Source(Protocol):
    """Where contracts are kept."""

    def contract_of(self, endpoint: Endpoint) -> Contract:
        """The active contract. Not for the event loop. Raises Unavailable."""


class Reading:
    """For one event loop. Endpoints that have the same contract read it once."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Future[Contract]] = {}

    async def contract(self, endpoint: Endpoint, source: Source) -> Contract:
        """The active contract of an endpoint that has one. Raises Unavailable."""
        digest = endpoint.contract_digest
        if digest is not None and (contract := known(digest)) is not None:
            return contract
        name = digest or f"{endpoint.id} {endpoint.contract_version}"
        reading = self._under_way.get(name)
        if reading is None:
            reading = asyncio.ensure_future(asyncio.to_thread(source.contract_of, endpoint))
            self._under_way[name] = reading
            reading.add_done_callback(lambda read: self._end(name, read))
        return await asyncio.shield(reading)  # others may wait for it too

    def _end(self, name: str, reading: asyncio.Future[Contract]) -> None:
        del self._under_way[name]
        if not reading.cancelled():
            reading.exception()  # whoever waited may have gone


class Preparing:
    """Makes ready what is judged, one contract at a time and beside the loop. Until then the judge judges by it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="preparing")  # which is started when it is needed
        self._under_way: asyncio.Future[None] | None = None

    def begin(self, contract: Contract, event_type: str | None) -> None:
        """Make ready what judges this event type, if it can be; not while another one is made ready."""
        if self._under_way is not None and not self._under_way.done():
            return
        if contract.lacks(event_type):
            loop = asyncio.get_running_loop()
            self._under_way = loop.run_in_executor(self._thread, contract.prepare_here, event_type)
