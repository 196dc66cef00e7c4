"""From what a handler returns to the answer that leaves: JSON, entity tags, 304 and 204."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import flask

from letterbox.binding.streams import Stream, begun
from letterbox.representation import as_json, etag_of, matches

TAGGED_METHODS = frozenset({"GET", "HEAD", "PUT", "PATCH"})
TAGGED_STATUSES = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})


def answer(result: Any) -> flask.Response:
    """`result` is data, (data, status), (data, status, headers), a Stream or a flask.Response; no data is 204."""
    if isinstance(result, Stream):
        return begun(result)
    if not isinstance(result, flask.Response):
        result = _tagged(*result) if isinstance(result, tuple) else _made(result)
    return _not_modified(result) if _is_known(result) else result


def _made(data: Any, status: int | None = None, headers: Mapping[str, str] | None = None) -> flask.Response:
    if data is None:
        empty = flask.Response(status=status or 204, headers=headers)
        del empty.headers["Content-Type"]
        return empty
    made = flask.Response(as_json(data), status or 200, headers, content_type="application/json")
    if flask.request.method in TAGGED_METHODS and made.status_code in TAGGED_STATUSES:
        made.headers["ETag"] = etag_of(made.get_data())
    return made


def _tagged(data: Any, status: int | None = None, headers: Mapping[str, str] | None = None) -> flask.Response:
    """With the entity tag that the handler gives, where what it answers holds more than is read later."""
    made = _made(data, status, headers)
    if headers and "ETag" in headers:
        made.headers["ETag"] = headers["ETag"]
    return made


def _is_known(made: flask.Response) -> bool:
    """Whether the client already has this very representation (RFC 9110, 13.1.2)."""
    asked, tag = flask.request.headers.get("If-None-Match"), made.headers.get("ETag")
    reading = flask.request.method in ("GET", "HEAD") and made.status_code == HTTPStatus.OK
    return reading and asked is not None and tag is not None and matches(asked, tag)


def _not_modified(made: flask.Response) -> flask.Response:
    return flask.Response(status=304, headers={"ETag": made.headers["ETag"]})
