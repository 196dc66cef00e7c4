"""Receiving through connexion: one function per method, and all the same, since the endpoint decides what is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

from handlers import service
from letterbox.receive.reception import Reception

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class AsItIs(Response):
    """A response whose headers nobody corrects on their way out, as the receive plane has made them."""

    def get_wsgi_headers(self, _environ: WSGIEnvironment) -> Headers:
        return self.headers


def post(arrival: Reception) -> Response:
    reply = service().receiver.answer_blocking(arrival)
    headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in reply.headers])
    answer = AsItIs(reply.body, status=reply.status)
    answer.headers = headers
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
