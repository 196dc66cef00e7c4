"""The bound lane: arrivals answered by connexion and the handlers of the tag Receive. It decides nothing."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from letterbox.binding.receiving import Reception


class BoundLane:
    """Gives the handler the reception as its argument `arrival`.

    connexion would lose or refuse bodies of any type, so it sees no more of the arrival than finds the handler.
    """

    def __init__(self, app: ASGIApp, canonical_path: str) -> None:
        self._app = app
        self._seen = {"path": canonical_path, "raw_path": canonical_path.encode(), "query_string": b"", "headers": []}

    async def __call__(self, scope: Scope, reception: Reception, receive: Receive, send: Send) -> None:
        context = {"arrival": reception}
        seen = {**scope, **self._seen, "root_path": "", "extensions": {"connexion_context": context}}
        await self._app(seen, receive, send)
