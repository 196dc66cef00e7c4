"""Which methods each path takes, and the proof that both routers pick the same operation for each request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import flask
import werkzeug.exceptions
from connexion.frameworks.starlette import starlettify_path
from connexion.middleware.routing import RoutingMiddleware
from starlette.routing import Match, Router, compile_path

from letterbox.binding.operations import CannotBind, Operation

ANY_REST = "{*}"
MARKS = {"integer": "{1}", "number": "{1}", "path": ANY_REST}
SAMPLES = str.maketrans("*", "x", "{}")
_PARAMETER = re.compile(r"\{([^}]*)\}")


class Methods:
    """The methods of each path. starlette's own 405 names only those of the first operation."""

    def __init__(self, operations: list[Operation]) -> None:
        by_path: dict[str, set[str]] = {}
        types: dict[str, dict[str, str]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, {"OPTIONS"}).add(operation.method.upper())
            types[operation.path] = _types(operation)
        self._paths = [
            (compile_path(starlettify_path(path, types[path]))[0], methods | ({"HEAD"} if "GET" in methods else set()))
            for path, methods in by_path.items()
        ]

        slashed = {operation.path for operation in operations if operation.details.get("x-slash") == "optional"}
        self._slashed = [compile_path(starlettify_path(path, types[path]))[0] for path in slashed]

    def canonical(self, path: str) -> str:
        """The path without the slash at its end, where the specification says that one does no harm (`x-slash`)."""
        bare = path.removesuffix("/")
        return bare if bare != path and any(pattern.match(bare) for pattern in self._slashed) else path

    def of(self, path: str) -> str | None:
        """For the header Allow, or None if there is nothing at this path.

        One with literal segments comes first, and is no example of one with parameters.
        """
        found = next((methods for pattern, methods in self._paths if pattern.match(path)), None)
        return None if found is None else ", ".join(sorted(found))


def _types(operation: Operation) -> dict[str, str]:
    """As connexion reads them: a string of the format `path` may hold slashes."""
    schemas = {each["name"]: each.get("schema", {}) for each in operation.parameters if each["in"] == "path"}
    return {
        name: "path" if schema.get("format") == "path" else schema.get("type", "string")
        for name, schema in schemas.items()
    }


def require_agreement(operations: list[Operation], routing: RoutingMiddleware, app: flask.Flask) -> None:
    """Raise CannotBind if connexion's router (first match) and Flask's (most specific) disagree somewhere.

    Connexion would check one operation's scope and parameters, and Flask would run the other one.
    """
    for operation in operations:
        for path in _probes(operation, operations):
            method = operation.method.upper()
            first, specific = _connexion_picks(routing, path, method), _flask_picks(app, path, method)
            if first != specific:
                raise CannotBind(
                    f"{method} {path} is {specific} for Flask but {first} for connexion: "
                    "list paths with literal segments before those with parameters."
                )


def _probes(operation: Operation, operations: list[Operation]) -> Iterator[str]:
    """Every path at which this operation meets another one, or itself."""
    mine = _segments(operation)
    for other in operations:
        theirs = _segments(other)
        longest = max(len(mine), len(theirs))
        met = [_meeting(*pair) for pair in zip(_padded(mine, longest), _padded(theirs, longest), strict=True)]
        if all(met):
            yield "/" + "/".join(met)


def _segments(operation: Operation) -> list[str]:
    """The path's segments; a parameter is {x}, {1} if it is a number, {*} if it may hold slashes."""
    types = _types(operation)
    return [
        _PARAMETER.sub(lambda found: MARKS.get(types.get(found[1], ""), "{x}"), segment)
        for segment in operation.path.strip("/").split("/")
    ]


def _padded(segments: list[str], length: int) -> list[str]:
    rest = ANY_REST if segments[-1] == ANY_REST else ""
    return segments + [rest] * (length - len(segments))


def _meeting(one: str, other: str) -> str:
    """A segment that both patterns may match, or nothing."""
    literals = {segment for segment in (one, other) if "{" not in segment}
    if literals:
        return literals.pop() if len(literals) == 1 else ""
    return max(one, other, key=lambda pattern: (pattern == "{1}", len(pattern))).translate(SAMPLES)


def _connexion_picks(routing: RoutingMiddleware, path: str, method: str) -> Any:
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    for router in routers_of(routing.router):
        for route in router.routes:
            match, _ = route.matches(dict(scope))
            endpoint = getattr(route, "endpoint", None)
            if match is Match.FULL and endpoint is not None:
                return endpoint.operation_id
    return None


def _flask_picks(app: flask.Flask, path: str, method: str) -> Any:
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method)
    except werkzeug.exceptions.HTTPException:
        return None
    return getattr(app.view_functions[endpoint], "operation_id", None)


def routers_of(router: Router) -> Iterator[Router]:
    """The router itself and every one mounted below it."""
    yield router
    for route in router.routes:
        if isinstance(mounted := getattr(route, "app", None), Router):
            yield from routers_of(mounted)
