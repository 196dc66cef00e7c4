"""A way to an application on the loop that it runs on: there and back once; starlette's client goes nine times."""

from __future__ import annotations

from typing import Any

import httpx
from anyio.from_thread import BlockingPortal


class InProcess(httpx.BaseTransport):
    """Answers with what the application sends as a whole; what it raises instead is a 500."""

    def __init__(self, app: Any, portal: BlockingPortal) -> None:
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False, client=("testclient", 50_000))
        self._portal = portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._portal.call(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        body = b"".join([piece async for piece in answer.aiter_raw()])
        return httpx.Response(answer.status_code, headers=answer.headers.raw, stream=httpx.ByteStream(body))
