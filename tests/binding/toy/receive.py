"""The bound lane: every arrival goes to the receiver, and its reply leaves as it is."""

from typing import Any

import flask


def post(arrival: Any) -> flask.Response:
    reply = flask.current_app.extensions["letterbox"].answer_blocking(arrival)
    made = flask.Response(reply.body, reply.status)
    made.headers.clear()
    for name, value in reply.headers:
        made.headers.add(name.decode("latin-1"), value.decode("latin-1"))
    return made


def get(arrival: Any) -> flask.Response:
    return post(arrival)


def options(arrival: Any) -> flask.Response:
    return post(arrival)
