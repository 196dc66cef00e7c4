"""Requests: what the caller's project was sent."""

from __future__ import annotations

from typing import Any

from flask import Response

from handlers import service
from handlers.answers import page
from letterbox import requests
from letterbox.keyring import Caller
from letterbox.representation import etag_of, require_match
from letterbox.service import Unit

Body = dict[str, Any]


def search(
    user: Caller,
    limit: int = 50,
    cursor: str | None = None,
    endpoint: str | None = None,
    verdict: str | None = None,
    method: str | None = None,
    event_type: str | None = None,
    path: str | None = None,
    search: str | None = None,
    received_after: str | None = None,
    received_before: str | None = None,
) -> Body:
    wanted = {"verdict": verdict, "method": method, "event_type": event_type, "path": path, "search": search}
    times = {"received_after": received_after, "received_before": received_before}
    with service().reading() as connection:
        items, next_cursor = requests.search(
            connection, user.project_id, cursor, limit, endpoint=endpoint, **times, **wanted
        )
    return page([requests.shown(request) for request in items], next_cursor)


def read(user: Caller, request: str) -> Body:
    with service().reading() as connection:
        return requests.shown(requests.read(connection, user.project_id, request))


def read_body(user: Caller, request: str) -> Response:
    with service().reading() as connection:
        body = requests.read_body(connection, user.project_id, request)
    answer = Response(body, content_type="application/octet-stream")
    answer.headers["ETag"] = etag_of(body)
    answer.headers["Content-Disposition"] = f'attachment; filename="{request}.bin"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def erase(user: Caller, request: str, if_match: str | None = None) -> None:
    def work(unit: Unit) -> None:
        found = requests.read(unit.connection, user.project_id, request)
        require_match(if_match, requests.shown(found))
        requests.erase(unit, found, user.id)

    service().run(work)
