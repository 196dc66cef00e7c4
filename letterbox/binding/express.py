"""The express lane: arrivals answered on the event loop, past connexion and Flask. It decides nothing."""

from __future__ import annotations

from typing import Any

from starlette.types import Receive, Scope, Send

from letterbox.binding.receiving import Receiver, Reception


class ExpressLane:
    """Sends the receiver's reply as it is."""

    def __init__(self, receiver: Receiver[Any]) -> None:
        self._receiver = receiver

    async def __call__(self, _scope: Scope, reception: Reception, _receive: Receive, send: Send) -> None:
        reply = await self._receiver.answer(reception)
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": reply.body})
