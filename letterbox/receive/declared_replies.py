"""Replies as they are declared: what is unsafe, impossible or cannot be compiled is refused when it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from letterbox import expressions
from letterbox.errors import Violation
from letterbox.receive import reply_schemas
from letterbox.receive.reply_bodies import JSON, can_be, is_json, is_text

DEFAULT_STATUS = 202
BODILESS = (204, 205, 304)

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


def violations_of(replies: Sequence[dict[str, Any]], pointer: str) -> Iterator[Violation]:
    """What is wrong with declared replies, each with its place below `pointer`."""
    for index, rule in enumerate(replies):
        place = f"{pointer}/{index}"
        yield from _unsafe_headers(rule.get("headers", {}), f"{place}/headers")
        yield from _bad_expressions(rule, place)
        wrong = list(_impossible_body(rule, place))
        yield from wrong or reply_schemas.violations_of(rule, place)


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


def _bad_expressions(rule: dict[str, Any], pointer: str) -> Iterator[Violation]:
    for name in ("when", "body_from"):
        if name in rule:
            try:
                expressions.compiled(rule[name])
            except expressions.BadExpression as reason:
                yield Violation(pointer=f"{pointer}/{name}", keyword="expression", message=str(reason))


def _impossible_body(rule: dict[str, Any], pointer: str) -> Iterator[Violation]:
    media_type = rule.get("media_type", JSON)
    if not _MEDIA_TYPE.fullmatch(media_type):
        yield Violation(pointer=f"{pointer}/media_type", keyword="media_type", message="This is not a media type.")
        return
    given = [name for name in ("body", "body_from") if name in rule]
    if len(given) > 1:
        message = "A reply has a body or computes one, not both."
        yield Violation(pointer=f"{pointer}/body_from", keyword="body_from", message=message)
    elif given and rule.get("status", DEFAULT_STATUS) in BODILESS:
        message = "A reply of this status has no body."
        yield Violation(pointer=f"{pointer}/{given[0]}", keyword="status", message=message)
    elif given and not _fits(rule, media_type):
        message = "A body is JSON under a JSON media type, or a string under text/*."
        yield Violation(pointer=f"{pointer}/media_type", keyword="media_type", message=message)


def _fits(rule: dict[str, Any], media_type: str) -> bool:
    return can_be(rule["body"], media_type) if "body" in rule else is_json(media_type) or is_text(media_type)
