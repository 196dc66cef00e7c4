"""Binds the specification to its handlers, whole and at once: what does not fit stops the start."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from types import ModuleType
from typing import Any

from connexion.exceptions import InvalidSpecification
from connexion.middleware.context import ContextMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.request_validation import RequestValidationMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware

from letterbox.binding.assets import Asset
from letterbox.binding.blueprints import BoundApp, blueprints_of
from letterbox.binding.bodies import body_rules, body_validators
from letterbox.binding.bound import BoundLane
from letterbox.binding.bridge import Bridge
from letterbox.binding.edge import Edge
from letterbox.binding.express import ExpressLane
from letterbox.binding.intake import Intake, takes
from letterbox.binding.operations import CannotBind, Document, Operation, distinct
from letterbox.binding.parameters import parameter_validator
from letterbox.binding.place import place_of
from letterbox.binding.plane import Lane, ReceivePlane
from letterbox.binding.receiving import Networks, Receiver
from letterbox.binding.resolver import HandlerResolver, functions_of
from letterbox.binding.responses import CheckedAnswers, promises_of
from letterbox.binding.routes import Methods, require_agreement, routers_of
from letterbox.binding.rules import Rules
from letterbox.binding.security import (
    Authenticate,
    optional_in,
    scopes_of,
    security_map,
    still_welcome,
    without_nobody,
)
from letterbox.binding.streams import OpenStreams, Streams
from letterbox.binding.uri_parsing import StrictUriParser

# It warns at each request to an operation that takes two media types.
logging.getLogger("connexion.operations.openapi3").setLevel(logging.ERROR)

Lifespan = Callable[[Any], AbstractAsyncContextManager[Any]]


@asynccontextmanager
async def _nothing_to_start(_app: Any) -> AsyncIterator[None]:
    yield


def bind(
    document: Document,
    handlers: ModuleType,
    *,
    authenticate: Authenticate,
    receiver: Receiver[Any],
    assets: Mapping[str, Asset],
    service: object,
    threads: int,
    max_body_bytes: int,
    express: bool,
    trusted_proxies: Networks = (),
    lifespan: Lifespan = _nothing_to_start,
) -> Edge:
    """The service as an ASGI application; raises CannotBind, in one line, if document and handlers do not fit.

    `authenticate` runs on the event loop for each secured request. Handlers find `service` and `assets` at
    `flask.current_app.extensions["letterbox"]` and `["assets"]`. At most `threads` handlers run at once.
    """
    operations = distinct(document)
    rules, streams = Rules(document), OpenStreams(still_welcome(authenticate))
    connexion_app = BoundApp(
        bridge=partial(Bridge, threads=threads, urgent=_urgent(operations)),
        blueprints=blueprints_of(operations, handlers),
        middlewares=_layers(document, operations, rules, max_body_bytes, streams),
        lifespan=lifespan,
    )
    connexion_app.app.extensions |= {"letterbox": service, "assets": assets}
    _add(connexion_app, document, **_parts(document, operations, rules, handlers, authenticate))
    _build(connexion_app, operations)
    return Edge(
        connexion_app,
        document=document,
        flask_app=connexion_app.app,
        methods=Methods(operations),
        assets=assets,
        receiving=_receiving(connexion_app, operations, receiver, trusted_proxies, express=express),
        leave=streams.leave,
    )


def _parts(
    document: Document, operations: list[Operation], rules: Rules, handlers: ModuleType, authenticate: Authenticate
) -> dict[str, Any]:
    """What connexion is given in the place of its own: resolver, security, and compiled validators."""
    return {
        "resolver": HandlerResolver(functions_of(operations, handlers)),
        "security_map": security_map(scopes_of(document, operations), optional_in(operations), authenticate),
        "uri_parser_class": StrictUriParser,
        "validator_map": {
            "body": body_validators(body_rules(operations, rules)),
            "parameter": parameter_validator(operations, rules),
        },
    }


def _urgent(operations: list[Operation]) -> frozenset[str]:
    return frozenset(operation.path for operation in operations if operation.details.get("x-urgent"))


def _receiving(
    app: BoundApp, operations: list[Operation], receiver: Receiver[Any], trusted_proxies: Networks, *, express: bool
) -> ReceivePlane | None:
    place = place_of(operations)
    if place is None:
        return None
    lane: Lane = ExpressLane(receiver) if express else BoundLane(app, place)
    return ReceivePlane(place, receiver, lane, trusted_proxies)


def _layers(
    document: Document, operations: list[Operation], rules: Rules, max_body_bytes: int, streams: OpenStreams
) -> list[Any]:
    """The layers of connexion, without those whose work the edge does (errors) or nobody needs (its Swagger UI)."""
    return [
        RoutingMiddleware,
        SecurityMiddleware,
        partial(Intake, taken=takes(operations, max_body_bytes)),
        RequestValidationMiddleware,
        partial(CheckedAnswers, promises=promises_of(document, operations, rules)),
        partial(Streams, operations=operations, opened=streams),
        LifespanMiddleware,
        ContextMiddleware,
    ]


def _add(app: BoundApp, document: Document, **options: Any) -> None:
    try:
        app.add_api(without_nobody(document), **options)
    except InvalidSpecification as error:
        place = "/".join(str(part) for part in error.absolute_path)
        raise CannotBind(f"The specification is not OpenAPI 3.0, at {place}: {error.message}") from error


def _build(app: BoundApp, operations: list[Operation]) -> None:
    """Connexion would build its stack at the first request, and answer every one with 500 if it cannot."""
    middleware = app.middleware
    middleware.app, middleware.middleware_stack = middleware._build_middleware_stack()  # noqa: SLF001 # no public way
    routing = next(layer for layer in middleware.middleware_stack if isinstance(layer, RoutingMiddleware))
    for router in routers_of(routing.router):
        router.redirect_slashes = False  # the redirect would trust the client's Host header
    require_agreement(operations, routing, app.app)
