"""Replies as they are declared: what is unsafe, impossible or cannot be compiled is refused when it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from letterbox import expressions
from letterbox.errors import Violation
from letterbox.receive import reply_schemas
from letterbox.receive.reply_bodies import JSON, can_be, is_json, is_text

DEFAULT_STATUS = 202
BODILESS = (204, 205, 304)
EXPRESSIONS = ("when", "body_from")
ASKS, OF_ASKING = "from_destination", ("timeout_seconds", "otherwise")
ALONE = "This belongs to a reply that comes `from_destination`."

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
        if ASKS in rule:
            yield from _bad_asking(rule, place)
            continue
        yield from (_violation(f"{place}/{name}", name, ALONE) for name in OF_ASKING if name in rule)
        yield from _unsafe_headers(rule.get("headers", {}), f"{place}/headers")
        yield from _bad_expressions(rule, place)
        wrong = list(_impossible_body(rule, place))
        yield from wrong or reply_schemas.violations_of(rule, place)


def _bad_asking(rule: dict[str, Any], place: str) -> Iterator[Violation]:
    """What is wrong with a rule whose reply comes from a destination."""
    yield from _bad_expressions({name: rule[name] for name in ("when",) if name in rule}, place)
    message = "A reply comes `from_destination`, or is said here; what is said when that fails goes into `otherwise`."
    yield from (_violation(f"{place}/{name}", name, message) for name in rule if name not in (ASKS, "when", *OF_ASKING))
    otherwise = rule.get("otherwise", {})
    yield from _unsafe_headers(otherwise.get("headers", {}), f"{place}/otherwise/headers")
    yield from _impossible_body(otherwise, f"{place}/otherwise")


def _violation(pointer: str, keyword: str, message: str) -> Violation:
    return Violation(pointer=pointer, keyword=keyword, message=message)


def _unsafe_headers(headers: dict[str, str], pointer: str) -> Iterator[Violation]:
    for name, value in headers.items():
        place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"[:200]
        if not _TOKEN.fullmatch(name):
            yield Violation(pointer=place, keyword="header", message="This is not a header's name.")
        elif name.lower() == "content-type":
            message = "The type of the body is said by `media_type` beside `headers`."
            yield Violation(pointer=place, keyword="header", message=message)
        elif name.lower() in RESERVED or name.lower().startswith(RESERVED_PREFIXES):
            yield Violation(
                pointer=place, keyword="header", message="The service sets this header itself, or nobody may."
            )
        if not _VALUE.fullmatch(value):
            message = "A header's value is ISO-8859-1 text without line breaks or control characters."
            yield Violation(pointer=place, keyword="header", message=message)


def _bad_expressions(rule: dict[str, Any], pointer: str) -> Iterator[Violation]:
    for name in EXPRESSIONS:
        if name in rule:
            yield from expression_violations(rule[name], f"{pointer}/{name}")


def expression_violations(source: str, pointer: str) -> Iterator[Violation]:
    """Why an expression can't be saved at this place, if it can't."""
    try:
        expressions.compiled(source)
    except expressions.BadExpression as reason:
        yield Violation(pointer=pointer, keyword="expression", message=str(reason))


def expressions_of(replies: Sequence[dict[str, Any]], pointer: str) -> Iterator[tuple[str, str]]:
    """Every expression in declared replies, after its place."""
    for index, rule in enumerate(replies):
        yield from ((f"{pointer}/{index}/{name}", rule[name]) for name in EXPRESSIONS if name in rule)


def destinations_of(replies: Sequence[dict[str, Any]], pointer: str) -> Iterator[tuple[str, str]]:
    """Every destination that declared replies come from, after its place."""
    yield from ((f"{pointer}/{index}/{ASKS}", rule[ASKS]) for index, rule in enumerate(replies) if ASKS in rule)


def without_secret(named: Mapping[str, str]) -> Iterator[Violation]:
    """Which of these expressions, by their places, can't be where there is no secret, since they sign."""
    for pointer, source in named.items():
        if _signs(source):
            message = "`sign` signs with a secret of `verification`, and the scheme none has no secret."
            yield Violation(pointer=pointer, keyword="expression", message=message)


def _signs(source: str) -> bool:
    """Hardly anything is compiled for this; what can't be compiled any more signs nothing."""
    try:
        return "sign" in source and expressions.compiled(source).uses_sign
    except expressions.BadExpression:
        return False


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
    elif given and not (is_json(media_type) or is_text(media_type)):
        message = "A reply's body is JSON, such as application/json, or text/…; no other media type."
        yield Violation(pointer=f"{pointer}/media_type", keyword="media_type", message=message)
    elif "body" in rule and not can_be(rule["body"], media_type):
        message = "Under a media type text/… the body is a string; for JSON, leave out `media_type`."
        yield Violation(pointer=f"{pointer}/body", keyword="media_type", message=message)
