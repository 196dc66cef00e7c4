"""connexion's Flask side with one blueprint per tag and nothing done twice per request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from types import ModuleType
from typing import Any

import connexion
import flask
import werkzeug.exceptions
from connexion.apps.flask import FlaskApi, FlaskASGIApp
from connexion.context import context
from connexion.decorators.parameter import SyncParameterDecorator, inspect_function_arguments, unwrap_decorators
from connexion.frameworks.flask import Flask as FlaskFramework
from connexion.lifecycle import WSGIRequest
from starlette.types import Receive, Scope, Send

from letterbox.binding.answers import answer
from letterbox.binding.bridge import Bridge, WsgiApp
from letterbox.binding.operations import Operation
from letterbox.binding.resolver import Handler, module_of


class BoundApp(connexion.FlaskApp):
    """connexion's FlaskApp, its Flask application reached by our bridge and divided into blueprints."""

    def __init__(
        self, *, bridge: Callable[[WsgiApp], Bridge], blueprints: dict[str, flask.Blueprint], **options: Any
    ) -> None:
        super().__init__("letterbox", **options)
        self._middleware_app = self.middleware.app = FlaskSide(self.app, bridge, blueprints)
        self.app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # the edge answers OPTIONS
        self.app.register_error_handler(werkzeug.exceptions.HTTPException, _pass_on)


def _pass_on(error: werkzeug.exceptions.HTTPException) -> Any:
    """Leave it to the edge, with its headers; connexion's own handler loses them. `abort(response)` is an answer."""
    if error.response is not None:
        return error.response
    raise error


class FlaskSide(FlaskASGIApp):
    """The innermost application. Its Flask is the one that connexion has set up."""

    def __init__(
        self, app: flask.Flask, bridge: Callable[[WsgiApp], Bridge], blueprints: dict[str, flask.Blueprint]
    ) -> None:
        self.app = app
        self.asgi_app = bridge(app.wsgi_app)
        self._blueprints = blueprints

    def add_api(self, specification: Any, **options: Any) -> Any:
        api = BlueprintApi(specification, blueprints=self._blueprints, **options)
        for blueprint in api.used:
            self.app.register_blueprint(blueprint)
        return api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.asgi_app(scope, receive, send)


class BlueprintApi(FlaskApi):
    """Puts each operation on the blueprint of its tag; connexion's own makes a single one."""

    def __init__(self, *args: Any, blueprints: dict[str, flask.Blueprint], **options: Any) -> None:
        self._blueprints = blueprints
        super().__init__(*args, **options)

    @property
    def used(self) -> Iterable[flask.Blueprint]:
        return dict.fromkeys(self._blueprints.values())

    def _set_blueprint(self) -> None:
        """There is one per tag already."""

    def make_operation(self, operation: Any) -> View:
        return View(operation)

    def _add_operation_internal(self, method: str, path: str, operation: View, name: str | None = None) -> None:
        self._blueprints[operation.operation_id].add_url_rule(path, name, operation, methods=[method])


def blueprints_of(operations: list[Operation], handlers: ModuleType) -> dict[str, flask.Blueprint]:
    """By operationId: the blueprint of its tag.

    A handlers module with a function `extend(blueprint)` may add its own error handlers and before-request functions.
    """
    by_tag: dict[str, flask.Blueprint] = {}
    modules: dict[tuple[str, ModuleType], None] = {}
    for operation in operations:
        by_tag.setdefault(operation.tag, flask.Blueprint(operation.tag.lower(), handlers.__name__))
        modules[operation.tag, module_of(operation, handlers)] = None
    for tag, module in modules:
        if extend := getattr(module, "extend", None):
            extend(by_tag[tag])
    return {operation.id: by_tag[operation.tag] for operation in operations}


class View:
    """A handler function as Flask calls it. Its signature is read once; connexion reads it at each request."""

    def __init__(self, operation: Any) -> None:
        self.operation_id: str = operation.operation_id
        self._parser = operation.uri_parser_class(operation.parameters, operation.body_definition())
        self._call = Arguments(framework=FlaskFramework)(only_what_it_asks_for(operation.function))

    def __call__(self, **path_parameters: Any) -> flask.Response:
        request = WSGIRequest(flask.request, uri_parser=self._parser, view_args=path_parameters)
        return answer(self._call(request))


class Arguments(SyncParameterDecorator):
    """Gives the handler the body that was parsed and checked, instead of parsing it again."""

    def _maybe_get_body(self, request: Any, **options: Any) -> Any:
        return context["body"] if "body" in context else super()._maybe_get_body(request, **options)


def only_what_it_asks_for(handler: Handler) -> Handler:
    """For connexion, which gives every path parameter, asked for or not."""
    names, takes_all = inspect_function_arguments(unwrap_decorators(handler))

    @wraps(handler)
    def call(**given: Any) -> Any:
        return handler(**(given if takes_all else {name: given[name] for name in given if name in names}))

    return call
