"""Every error of every layer, as the one shape that leaves: a refusal as problem+json with its headers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

import werkzeug.exceptions
from starlette.exceptions import HTTPException
from starlette.types import Send

from letterbox.binding.answers import END
from letterbox.binding.rules import shortened
from letterbox.binding.security import CHALLENGE
from letterbox.binding.tracing import loggable
from letterbox.errors import PROBLEM_MEDIA_TYPE, InternalError, Refusal, refusal_for
from letterbox.representation import as_json

log = logging.getLogger("letterbox.binding")

DROPPED = frozenset({"content-type", "content-length", "location"})


def refusal_of(error: Exception) -> Refusal:
    """What a client may know of an error. Texts of libraries stay here: they repeat what was sent."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, werkzeug.exceptions.HTTPException):
        spoken = vars(error).get("description")  # set only where our own code spoke
        return _refusal(error.code or 500, dict(error.get_headers()), spoken and shortened(spoken))
    if isinstance(error, HTTPException):
        return _refusal(error.status_code, error.headers or {})
    return InternalError()


def _refusal(status: int, headers: Mapping[str, str], detail: str | None = None) -> Refusal:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE:
        return InternalError()
    kept = {name: value for name, value in headers.items() if name.lower() not in DROPPED}
    if status == HTTPStatus.UNAUTHORIZED:
        kept.setdefault("WWW-Authenticate", CHALLENGE)
    refusal = refusal_for(status)(detail)
    refusal.headers |= kept
    return refusal


def report(error: Exception, method: str, path: str, trace_id: str) -> None:
    """Write down an error that is ours, with its traceback; the client only learns the trace id."""
    if refusal_of(error).status == HTTPStatus.INTERNAL_SERVER_ERROR:
        where = {"method": method, "path": loggable(path), "trace_id": trace_id}
        log.error("failed: %s", type(error).__name__, exc_info=error, extra=where)


def encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI wants them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def send_problem(send: Send, refusal: Refusal, *, bodiless: bool = False, **members: str) -> None:
    """Send the refusal; `members` are more properties of the problem, `bodiless` is for HEAD."""
    body = as_json(refusal.problem(**members)) + END
    own = {name.lower(): value for name, value in refusal.headers.items()}
    headers = {"content-type": PROBLEM_MEDIA_TYPE, "content-length": str(len(body))} | own
    await send({"type": "http.response.start", "status": refusal.status, "headers": encoded(headers)})
    await send({"type": "http.response.body", "body": b"" if bodiless else body})
