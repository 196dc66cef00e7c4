"""The bound lane: arrivals answered by connexion and the handlers of the tag Receive. It decides nothing."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from letterbox.binding.place import Place
from letterbox.binding.receiving import Reception


class BoundLane:
    """Gives the handler the reception as its argument `arrival`.

    connexion would lose or refuse bodies of any type, so it sees no more of the arrival than finds the handler.
    """

    def __init__(self, app: ASGIApp, place: Place) -> None:
        self._app = app
        self._methods = place.methods
        path = place.canonical_path
        self._seen = {"path": path, "raw_path": path.encode(), "query_string": b"", "headers": [], "root_path": ""}

    async def __call__(self, scope: Scope, reception: Reception, receive: Receive, send: Send) -> None:
        context = {"arrival": reception}
        # The reception knows the method; connexion needs one that finds a handler, and they are all alike.
        method = scope["method"] if scope["method"] in self._methods else min(self._methods)
        seen = {**scope, **self._seen, "method": method, "extensions": {"connexion_context": context}}
        await self._app(seen, receive, send)
