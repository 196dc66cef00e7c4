"""What an application of another make keeps by our writer: the same endpoints, rows and tables as ours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from letterbox.config import Settings
from letterbox.ids import stamped_id
from letterbox.receive.arrival import arrival_of
from letterbox.receive.record import row_of
from letterbox.receive.weighing import Finding
from letterbox.service import Service
from letterbox.store.endpoints import Endpoint

ACCEPTED = 202


class Desk:
    """The open store of one process, and who listens where. `running` bounds its life."""

    def __init__(self) -> None:
        self._service = Service(Settings.read(os.environ))
        self._endpoints: dict[tuple[str, str], Endpoint] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @asynccontextmanager
    async def running(self, _app: object = None) -> AsyncIterator[None]:
        async with self._service.running():
            self._loop = asyncio.get_running_loop()
            declared = self._service.declared()
            self._endpoints = {(project.slug, endpoint.path): endpoint for project, endpoint in declared}
            yield

    def endpoint(self, project: str, path: str) -> Endpoint | None:
        return self._endpoints.get((project, path))

    async def keep(
        self, endpoint: Endpoint, raw_path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> str:
        """The id of a request that is on stable storage now."""
        arrival = arrival_of("POST", raw_path, query, headers, "127.0.0.1")
        arrival.body, arrival.body_bytes = body, len(body)
        identity = stamped_id("req")
        finding = Finding(contract_version=endpoint.contract_version)
        row = row_of(identity, endpoint.project_id, endpoint.id, arrival, finding, ACCEPTED, None)
        await self._service.store.writer.keep(row)
        return identity[0]

    def keep_blocking(
        self, endpoint: Endpoint, raw_path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> str:
        """The same from a thread that isn't the loop's."""
        if self._loop is None:
            raise RuntimeError("The desk is not open.")
        keeping = self.keep(endpoint, raw_path, query, headers, body)
        return asyncio.run_coroutine_threadsafe(keeping, self._loop).result()
