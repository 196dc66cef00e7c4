"""Receiving through connexion: one function per method, and all the same, since the endpoint decides what is taken."""

from __future__ import annotations

from flask import Response

from handlers import service
from letterbox.receive.reception import Reception


def post(arrival: Reception) -> Response:
    reply = service().receiver.answer_blocking(arrival)
    answer = Response(reply.body, status=reply.status)
    answer.headers.clear()
    for name, value in reply.headers:
        answer.headers.add(name.decode("latin-1"), value.decode("latin-1"))
    return answer


def get(arrival: Reception) -> Response:
    return post(arrival)


def put(arrival: Reception) -> Response:
    return post(arrival)


def patch(arrival: Reception) -> Response:
    return post(arrival)


def delete(arrival: Reception) -> Response:
    return post(arrival)


def options(arrival: Reception) -> Response:
    return post(arrival)
