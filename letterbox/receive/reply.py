"""The last step, reply: what an endpoint answers, compiled when it is declared; unsafe ones are refused then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from letterbox.errors import Refusal, Violation
from letterbox.representation import as_json

DEFAULT_STATUS = 202
JSON = "application/json"
BODILESS = (204, 205, 304)
UNMEASURED = (204, 304)  # these have no Content-Length either (RFC 9110, 8.6)

# A reply is made by a user and leaves on the service's own address: a browser must not run it as our page.
GUARDS = [(b"content-security-policy", b"sandbox"), (b"x-content-type-options", b"nosniff")]

# Names whose meaning is the connection's, the service's, or the whole origin's.
RESERVED = frozenset(
    {
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "content-type",
        "content-encoding",
        "content-security-policy",
        "x-content-type-options",
        "set-cookie",
        "set-cookie2",
        "date",
        "server",
        "allow",
        "clear-site-data",
        "strict-transport-security",
        "service-worker-allowed",
        "alt-svc",
        "nel",
        "report-to",
        "reporting-endpoints",
        "refresh",
    }
)
RESERVED_PREFIXES = ("access-control-", "proxy-", "letterbox-")

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_MEDIA_TYPE = re.compile(r"[!#$&^_.+0-9A-Za-z-]+/[!#$&^_.+0-9A-Za-z-]+( *; *[!#$&^_.+0-9A-Za-z-]+=[\x21-\x7e]+)*")


class Reply(NamedTuple):
    """What goes back: every header with its value, in order, and the body (empty where there must be none)."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """A compiled reply; without a body of its own it answers the request's id."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes | None

    def reply(self, request_id: str) -> Reply:
        body = b'{"id":"%s"}' % request_id.encode() if self.body is None else self.body
        return finished(self.status, self.headers, body)


def compiled(replies: Sequence[dict[str, Any]]) -> ReplyRule:
    """The rule that answers: the first one, or 202 with the request's id where none is declared."""
    if not replies:
        return ReplyRule(DEFAULT_STATUS, ((b"content-type", JSON.encode()),), None)
    rule = replies[0]
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in rule.get("headers", {}).items()]
    if "body" not in rule:
        return ReplyRule(rule.get("status", DEFAULT_STATUS), tuple(headers), b"")
    media_type = rule.get("media_type", JSON)
    headers.append((b"content-type", media_type.encode()))
    return ReplyRule(rule.get("status", DEFAULT_STATUS), tuple(headers), _body(rule["body"], media_type))


def refused(refusal: Refusal, request_id: str | None) -> Reply:
    """A refusal as problem+json, with the id under which the refused request is kept, if it is."""
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in refusal.headers.items()]
    headers.append((b"content-type", b"application/problem+json"))
    members = {"request_id": request_id} if request_id else {}
    return finished(refusal.status, headers, as_json(refusal.problem(**members)))


def finished(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> Reply:
    """A reply with the headers that every reply has."""
    length = [] if status in UNMEASURED else [(b"content-length", b"%d" % len(body))]
    return Reply(status, [*headers, *GUARDS, *length], body)


def violations_of(replies: Sequence[dict[str, Any]], pointer: str) -> Iterator[Violation]:
    """What is unsafe or impossible in declared replies, each with its place below `pointer`."""
    for index, rule in enumerate(replies):
        yield from _unsafe_headers(rule.get("headers", {}), f"{pointer}/{index}/headers")
        yield from _impossible_body(rule, f"{pointer}/{index}")


def _unsafe_headers(headers: dict[str, str], pointer: str) -> Iterator[Violation]:
    for name, value in headers.items():
        place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"[:200]
        if not _TOKEN.fullmatch(name):
            yield Violation(pointer=place, keyword="header", message="This is not a header's name.")
        elif name.lower() in RESERVED or name.lower().startswith(RESERVED_PREFIXES):
            yield Violation(
                pointer=place, keyword="header", message="The service sets this header itself, or nobody may."
            )
        if not _VALUE.fullmatch(value):
            message = "A header's value is ISO-8859-1 text without line breaks or control characters."
            yield Violation(pointer=place, keyword="header", message=message)


def _impossible_body(rule: dict[str, Any], pointer: str) -> Iterator[Violation]:
    media_type = rule.get("media_type", JSON)
    if not _MEDIA_TYPE.fullmatch(media_type):
        yield Violation(pointer=f"{pointer}/media_type", keyword="media_type", message="This is not a media type.")
        return
    if "body" not in rule:
        return
    if rule.get("status", DEFAULT_STATUS) in BODILESS:
        yield Violation(pointer=f"{pointer}/body", keyword="status", message="A reply of this status has no body.")
    elif not _is_json(media_type) and not (_is_text(media_type) and isinstance(rule["body"], str)):
        message = "A body is JSON under a JSON media type, or a string under text/*."
        yield Violation(pointer=f"{pointer}/media_type", keyword="media_type", message=message)


def _body(body: Any, media_type: str) -> bytes:
    return body.encode() if _is_text(media_type) and isinstance(body, str) else as_json(body)


def _is_text(media_type: str) -> bool:
    return media_type.lower().startswith("text/")


def _is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == JSON or essence.endswith("+json")
