"""Handlers that fail in every way."""

from typing import Any

import flask
import werkzeug.exceptions
from connexion.exceptions import ProblemException
from starlette.exceptions import HTTPException

from letterbox.errors import Unavailable

from . import things

SECRET = "the password is swordfish"


def _raise(error: Exception) -> Any:
    raise error


FAILURES: dict[str, Any] = {
    "melted": lambda: _raise(things.Melted()),
    "bug": lambda: _raise(ValueError(SECRET)),
    "unavailable": lambda: _raise(Unavailable(retry_after_seconds=7)),
    "busy": lambda: _raise(werkzeug.exceptions.ServiceUnavailable(retry_after=9)),
    "stranger": lambda: flask.abort(401),
    "spoken": lambda: flask.abort(409, "Say it otherwise."),
    "silent": lambda: flask.abort(409),
    "response": lambda: flask.abort(flask.Response('{"own": 1}', 418, content_type="application/problem+json")),
    "connexion": lambda: _raise(ProblemException(status=409, detail=SECRET, headers={"Retry-After": "5"})),
    "starlette": lambda: _raise(HTTPException(429, SECRET, headers={"Retry-After": "4"})),
    "odd-status": lambda: _raise(HTTPException(499, SECRET)),
    "library-500": lambda: flask.abort(500, SECRET),
    "bad-body": lambda: {"id": 1, "name": SECRET},
    "write-only": lambda: {"id": "1", "name": "a", "secret": "s"},
    "bad-status": lambda: ({"id": "1", "name": "a"}, 202),
    "bad-media-type": lambda: flask.Response("<p>", content_type="text/html"),
    "no-media-type": lambda: (None, 200),
    "no-location": lambda: ({}, 201),
    "not-json": lambda: flask.Response("{", content_type="application/json"),
    "unwritable": lambda: {"id": object(), "name": "a"},
    "recursion": lambda: _raise(RecursionError("deep")),
}


def fail(how: str) -> Any:
    return FAILURES[how]()
