"""The reply of a mock: the first success that an operation promises, with its example."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from letterbox.client.samples import Samples
from letterbox.client.specification import Object, Operation

JSON = "application/json"
BODILESS = (204, 205)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?: ?; ?[\w-]+=[\w.:+-]+)*", re.ASCII)


class Mocked(NamedTuple):
    """A declared reply, and what of the promise it can't keep."""

    reply: dict[str, Any]
    remark: str | None = None

    def __str__(self) -> str:
        return f"{self.reply['status']} {self.reply.get('media_type', JSON) if 'body' in self.reply else ''}".rstrip()


def reply_of(operation: Operation) -> Mocked | None:
    """The reply to declare; None if no success is promised, so that the usual one will do."""
    resolved = operation.specification.resolved
    chosen = _first_success(resolved(operation.value.get("responses")))
    if chosen is None:
        return None
    status, response = chosen
    content = resolved(resolved(response).get("content"))
    if status in BODILESS or not content:
        return Mocked({"status": status})
    media_type = _preferred(content)
    if media_type is None:
        return Mocked({"status": status}, f"its reply of {next(iter(content))} can't be data; it has no body")
    body = example_of(operation, content[media_type], "writeOnly")
    return Mocked({"status": status, **_sent(media_type, body)})


def example_of(operation: Operation, described: Any, leave_out: str) -> Any:
    """The example of a media type or a parameter, or else a value that its schema allows."""
    resolved = operation.specification.resolved
    whole = resolved(described)
    if "example" in whole:
        return whole["example"]
    for example in resolved(whole.get("examples")).values():
        if "value" in resolved(example):
            return resolved(example)["value"]
    return Samples(resolved, leave_out).value(whole.get("schema"))


def is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == JSON or essence.endswith("+json") or essence in ("*/*", "application/*")


def _first_success(responses: Object) -> tuple[int, Any] | None:
    exact = sorted(status for status in responses if re.fullmatch("2[0-9]{2}", status))
    for status in (*exact, "2XX", "2xx", "default"):
        if status in responses:
            return int(status) if status in exact else 200, responses[status]
    return None


def _preferred(content: Object) -> str | None:
    """The first media type that is JSON, or else text; None if there is neither."""
    texts = [media_type for media_type in content if media_type.lower().startswith("text/")]
    return next((each for each in (*filter(is_json, content), *texts)), None)


def _sent(media_type: str, body: Any) -> dict[str, Any]:
    if is_json(media_type):
        named = JSON if "*" in media_type or not _MEDIA_TYPE.fullmatch(media_type) else media_type
        return {"body": body} if named == JSON else {"media_type": named, "body": body}
    named = media_type if "*" not in media_type and _MEDIA_TYPE.fullmatch(media_type) else "text/plain"
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return {"media_type": named, "body": text}
