"""The body of a request, read once, within its bound and with one spelling of its Content-Type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from letterbox.binding.media_types import content_type, is_among
from letterbox.binding.operations import Operation
from letterbox.errors import BodyTooLarge, InvalidRequest, NotFound, UnsupportedMediaType

LONGEST_LENGTH = 19  # digits of a Content-Length that are read; more of them are too many anyway
REWRITTEN = frozenset({b"content-type", b"content-length", b"transfer-encoding"})


class ClientLeft(Exception):
    """The client left before its request was whole, so there is nobody to answer."""


@dataclass(frozen=True)
class Takes:
    """What an operation takes: its media types (none: no body), whether it needs one, and how many bytes at most."""

    media_types: tuple[str, ...]
    needed: bool
    max_body_bytes: int


def takes(operations: list[Operation], max_body_bytes: int) -> dict[str, Takes]:
    """By operationId; `x-max-body-bytes` of an operation comes before the common bound."""
    return {operation.id: _takes(operation, max_body_bytes) for operation in operations}


def _takes(operation: Operation, max_body_bytes: int) -> Takes:
    return Takes(
        media_types=operation.media_types,
        needed=bool(operation.media_types) and operation.body.get("required", False),
        max_body_bytes=operation.details.get("x-max-body-bytes", max_body_bytes),
    )


class Intake:
    """Stands before validation: connexion and werkzeug both take a missing Content-Length for an empty body.

    A body that the operation does not take is left unread, so nothing behind can stumble over it.
    """

    def __init__(self, app: ASGIApp, *, taken: Mapping[str, Takes]) -> None:
        self._app = app
        self._taken = taken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        operation = scope["extensions"]["connexion_routing"]["operation_id"]
        if operation is None:
            raise NotFound  # here and not in Flask, which would redirect a path with `//`
        taken, body = self._taken[operation], b""
        if taken.media_types:
            body = await _read(scope, receive, taken.max_body_bytes)
        if taken.needed and not body:
            raise InvalidRequest("This operation needs a body; none was sent.")
        headers = _rewritten(scope, body, taken)
        await self._app({**scope, "headers": headers}, _once(body, receive), send)


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes:
    _refuse_announced(scope, limit)
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _refuse_announced(scope: Scope, limit: int) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:LONGEST_LENGTH]) > limit:
            raise _too_large(limit)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"The body is larger than the {limit} bytes that are taken here.")


def _rewritten(scope: Scope, body: bytes, taken: Takes) -> list[tuple[bytes, bytes]]:
    headers = [(name, value) for name, value in scope["headers"] if name not in REWRITTEN]
    if body:
        media_type = content_type(scope["headers"])
        _refuse_unknown(media_type, taken.media_types)
        headers += [
            (b"content-type", (media_type or "").encode("latin-1")),
            (b"content-length", str(len(body)).encode()),
        ]
    return headers


def _refuse_unknown(media_type: str | None, known: tuple[str, ...]) -> None:
    expected = " or ".join(known)
    if media_type is None:
        raise UnsupportedMediaType(f"Say what the body is: send the header Content-Type with {expected}.")
    if not is_among(media_type.partition(";")[0], known):
        raise UnsupportedMediaType(f"Send {expected}; no other Content-Type is taken here.")


def _once(body: bytes, receive: Receive) -> Receive:
    """Gives the whole body first, then whatever the server says next."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Any:
        return waiting.pop() if waiting else await receive()

    return next_message
