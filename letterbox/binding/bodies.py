"""Checks of request bodies, plugged into connexion by media type."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from connexion.datastructures import MediaTypeDict
from connexion.validators import FormDataValidator, MultiPartFormDataValidator
from starlette.types import Receive, Scope

from letterbox.binding.media_types import content_type
from letterbox.binding.operations import CannotBind, Operation
from letterbox.binding.rules import VIOLATIONS_SHOWN, Rule, Rules
from letterbox.binding.strict_json import parsed
from letterbox.errors import InvalidRequest, MalformedBody, Refusal, Violation

LONG = 262_144  # bytes; a longer body is parsed beside the event loop, since others would have to wait

BodyRules = Mapping[tuple[str, str], Rule]


def body_rules(operations: list[Operation], rules: Rules) -> BodyRules:
    """By operationId and media type; raises CannotBind for a range of media types, which nothing could check."""
    compiled = {}
    for operation in operations:
        for media_type in operation.media_types:
            if "*" in media_type:
                raise CannotBind(f"{operation.id} takes {media_type}; name each media type of its body.")
            schema = operation.body["content"][media_type].get("schema", {})
            compiled[operation.id, media_type] = rules.compiled(schema, "request")
    return compiled


def body_validators(compiled: BodyRules) -> MediaTypeDict:
    """For connexion's `validator_map`: which class checks which media type."""
    return MediaTypeDict(
        {
            "*/*json": partial(JsonBody, compiled),
            "application/x-www-form-urlencoded": partial(FormBody, compiled),
            "multipart/form-data": partial(MultipartBody, compiled),
        }
    )


class JsonBody:
    """Parses a JSON body once; the handler gets the very value that was checked, as its argument `body`."""

    def __init__(self, compiled: BodyRules, **_: Any) -> None:
        self._compiled = compiled

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        raw = (await receive())["body"]
        if raw:
            body = parsed(raw) if len(raw) <= LONG else await asyncio.to_thread(parsed, raw)
            refuse_violations(_rule(self._compiled, scope).broken_by(body))
            scope["extensions"]["connexion_context"]["body"] = body
        return _again(raw), scope


class FormBody(FormDataValidator):
    """An urlencoded form; what the parser cannot read is the client's mistake, not ours."""

    def __init__(self, compiled: BodyRules, **options: Any) -> None:
        super().__init__(**options)
        self._compiled = compiled

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        if content_type(scope["headers"]) is None:  # it may be missing
            return receive, scope
        self._rule = _rule(self._compiled, scope)
        return await super().wrap_receive(receive, scope=scope)  # type: ignore[no-any-return]  # untyped there

    async def _parse(self, stream: Any, scope: Scope) -> Any:
        try:
            return await super()._parse(stream, scope)
        except Refusal:
            raise
        except Exception as error:
            # starlette, python-multipart and the codecs each raise their own
            raise MalformedBody("The form cannot be read: its parts do not follow its Content-Type.") from error

    def _validate(self, body: Any) -> None:
        refuse_violations(self._rule.broken_by(body))


class MultipartBody(FormBody, MultiPartFormDataValidator):
    """A multipart form."""


def refuse_violations(violations: list[Violation]) -> None:
    """Raise InvalidRequest, naming each violation, unless there is none."""
    if violations:
        first = violations[0]
        where = f" (at {first['pointer']})" if first["pointer"] else ""
        raise InvalidRequest(f"{first['message'].removesuffix('.')}{where}.", errors=violations[:VIOLATIONS_SHOWN])


def _rule(compiled: BodyRules, scope: Scope) -> Rule:
    operation = scope["extensions"]["connexion_routing"]["operation_id"]
    media_type = (content_type(scope["headers"]) or "").partition(";")[0]
    return compiled[operation, media_type]


def _again(raw: bytes) -> Receive:
    async def receive() -> Any:
        return {"type": "http.request", "body": raw, "more_body": False}

    return receive
