"""Checks of answers: status, media type, required headers and JSON body, or the client gets a 500 instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from connexion.middleware.response_validation import ResponseValidationAPI, ResponseValidationMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from letterbox.binding.media_types import is_among, is_json
from letterbox.binding.operations import Document, Operation, followed
from letterbox.binding.rules import Rule, Rules


class AgainstSpecification(Exception):
    """A handler answered what the specification does not promise. This is a fault of ours, never the client's."""


@dataclass(frozen=True)
class Promise:
    """What the specification promises for one status."""

    media_types: tuple[str, ...]
    headers: frozenset[bytes]
    rules: Mapping[str, Rule]


Promises = Mapping[str, Promise]  # by "200", "2XX" or "default"


def promises_of(document: Document, operations: list[Operation], rules: Rules) -> dict[str, Promises]:
    """By operationId and status; operations whose replies users declare promise nothing."""
    return {
        operation.id: {code: _promise(document, answer, rules) for code, answer in operation.responses.items()}
        for operation in operations
        if not operation.replies_are_declared
    }


def _promise(document: Document, answer: dict[str, Any], rules: Rules) -> Promise:
    content, headers = answer.get("content", {}), answer.get("headers", {})
    return Promise(
        media_types=tuple(content),
        headers=frozenset(
            name.lower().encode() for name, header in headers.items() if followed(document, header).get("required")
        ),
        rules={
            media_type: rules.compiled(media["schema"], "response")
            for media_type, media in content.items()
            if is_json(media_type) and "schema" in media
        },
    )


class CheckedAnswers(ResponseValidationMiddleware):
    """Replaces connexion's response validation, which fails on HEAD and lets statuses pass that nobody promised."""

    def __init__(self, app: ASGIApp, *, promises: Mapping[str, Promises]) -> None:
        super().__init__(app)
        self._promises = promises

    def add_api(self, specification: Any, **options: Any) -> Any:
        api = CheckedApi(specification, promises=self._promises, next_app=self.app, **options)
        self.apis[api.base_path].append(api)
        return api


class CheckedApi(ResponseValidationAPI):
    def __init__(self, *args: Any, promises: Mapping[str, Promises], **options: Any) -> None:
        self._promises = promises
        super().__init__(*args, **options)

    def make_operation(self, operation: Any) -> ASGIApp:
        promises = self._promises.get(operation.operation_id)
        return self.next_app if promises is None else CheckedOperation(self.next_app, promises)


class CheckedOperation:
    """Holds the start of an answer until its body was checked. What streams is checked by its start alone."""

    def __init__(self, app: ASGIApp, promises: Promises) -> None:
        self._app = app
        self._promises = promises

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        checked = send if scope["method"] == "HEAD" else Check(self._promises, send)
        await self._app(scope, receive, checked)


class Check:
    """The `send` of one answer."""

    def __init__(self, promises: Promises, send: Send) -> None:
        self._promises = promises
        self._send = send
        self._held: Message | None = None
        self._rule: Rule | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._rule = kept_rule(self._promises, message)
        if self._rule is None:
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._held = message
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._release()

    async def _release(self) -> None:
        if self._rule and (violations := self._rule.broken_by(orjson.loads(self._body))):
            raise AgainstSpecification(f"the body breaks its schema: {violations}")
        if self._held:
            await self._send(self._held)
        await self._send({"type": "http.response.body", "body": self._body})


def kept_rule(promises: Promises, start: Message) -> Rule | None:
    """The rule for the body, if it has one; raises AgainstSpecification if the start breaks its promise."""
    status, headers = start["status"], dict(start["headers"])
    if status == HTTPStatus.NOT_MODIFIED:  # the same for every read, and without a body
        return None
    codes = (str(status), f"{status // 100}XX", "default")
    if (promise := next((promises[code] for code in codes if code in promises), None)) is None:
        raise AgainstSpecification(f"the status {status} is not documented")
    if missing := promise.headers - headers.keys():
        raise AgainstSpecification(f"required headers are missing: {sorted(missing)}")
    media_type = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if (media_type or promise.media_types) and not is_among(media_type, promise.media_types):
        raise AgainstSpecification(f"the media type {media_type!r} is not documented for {status}")
    return promise.rules.get(media_type)
