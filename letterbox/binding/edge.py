"""The outermost layer: sorts requests to their planes, and turns whatever fails behind it into one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

import flask
from starlette.types import ASGIApp, Receive, Scope, Send

from letterbox.binding.assets import Asset, send_asset
from letterbox.binding.intake import ClientLeft
from letterbox.binding.operations import Document
from letterbox.binding.plane import ReceivePlane
from letterbox.binding.problems import encoded, refusal_of, report, send_problem
from letterbox.binding.routes import Methods
from letterbox.binding.security import CHALLENGE
from letterbox.binding.tracing import Trace, trace_id_of
from letterbox.errors import InvalidRequest, NotFound


class Edge:
    """The whole service as one ASGI application; `document` and `flask` are there to be looked at.

    `leave` ends the answers that have no end of their own. A server calls it before it waits for the others.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        document: Document,
        flask_app: flask.Flask,
        methods: Methods,
        assets: Mapping[str, Asset],
        receiving: ReceivePlane | None,
        leave: Callable[[], None],
    ) -> None:
        self.leave = leave
        self.document = document
        self.flask = flask_app
        self._app = app
        self._methods = methods
        self._assets = assets
        self._receiving = receiving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        elif self._receiving and self._receiving.holds(scope["path"]):
            await self._receive(self._receiving, scope, receive, send)
        else:
            await self._manage(scope, receive, send)

    async def _receive(self, plane: ReceivePlane, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await plane(scope, receive, send)
        except Exception as error:  # noqa: BLE001  # the last resort: it is logged, and the client gets a 500
            await self._fail(error, scope, send, trace_id_of(scope["headers"]))

    async def _manage(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace = Trace({**scope, "extensions": {}})
        watched = trace.watching(send)
        try:
            await self._answer(trace.scope, receive, watched)
        except ClientLeft:
            pass
        except Exception as error:
            if trace.status is not None:
                raise
            await self._fail(error, scope, watched, trace.id)
        finally:
            trace.log()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        _refuse_hostile(scope)
        scope = {**scope, "path": self._methods.canonical(scope["path"])}
        asset = self._assets.get(scope["path"])
        if scope["method"] == "OPTIONS" and (allowed := self._allowed(scope["path"])):
            await _send_allowed(allowed, send)
        elif asset:
            await send_asset(asset, scope, send)
        else:
            await self._app(scope, receive, send)

    def _allowed(self, path: str) -> str | None:
        return "GET, HEAD, OPTIONS" if path in self._assets else self._methods.of(self._methods.canonical(path))

    async def _fail(self, error: Exception, scope: Scope, send: Send, trace_id: str) -> None:
        """Send the problem that the error is; problems of the receive plane carry no trace id."""
        report(error, scope["method"], scope["path"], trace_id)
        refusal = refusal_of(error)
        if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED and (allowed := self._allowed(scope["path"])):
            refusal.headers = {"Allow": allowed}
        received = self._receiving is not None and self._receiving.holds(scope["path"])
        if refusal.status == HTTPStatus.UNAUTHORIZED and not received:
            refusal.headers.setdefault("WWW-Authenticate", CHALLENGE)
        members = {} if received else {"trace_id": trace_id}
        await send_problem(send, refusal, bodiless=scope["method"] == "HEAD", **members)


def _refuse_hostile(scope: Scope) -> None:
    """Control characters slip through starlette's patterns, and half characters fail in every encoder."""
    if not scope["path"].isprintable():
        raise NotFound
    if not scope["query_string"].isascii():
        raise InvalidRequest("The query holds bytes that are not percent-encoded.")


async def _send_allowed(allowed: str, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": encoded({"Allow": allowed})})
    await send({"type": "http.response.body", "body": b""})
