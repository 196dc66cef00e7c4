"""Checks: what an endpoint would say of a request, asked before anybody sends it."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from letterbox.errors import Unprocessable, Violation
from letterbox.receive.arrival import Arrival
from letterbox.receive.asking import Question, Said
from letterbox.receive.receiver import MOST_HEAD_BYTES
from letterbox.store.endpoints import Endpoint
from letterbox.verdicts import steps_of

__all__ = ["Question", "body_of", "question", "shown"]  # the door names the type of what it asks

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
BLANKS = " \t"  # around a value, which no server hands on


def question(endpoint: Endpoint, asked: Mapping[str, Any], remote_address: str | None) -> Question:
    """What is asked, with what an endpoint takes in place of what is left out. Raises Unprocessable."""
    method = asked.get("method", endpoint.methods[0])
    if method == "OPTIONS":
        raise Unprocessable("OPTIONS is always answered, and has no verdict; check another method.")
    arrival = Arrival(
        method=method,
        project="",
        path=asked.get("path", endpoint.path),
        query=asked.get("query", ""),
        headers=_headers_of(asked.get("headers", ())),
        remote_address=remote_address,
    )
    if arrival.head_bytes > MOST_HEAD_BYTES:
        raise Unprocessable(
            f"The path, query and headers are longer than {MOST_HEAD_BYTES} bytes together: "
            "such a request is answered 431 and gets no verdict."
        )
    return Question(endpoint, arrival, body_of(asked), asked.get("verified", True))


def shown(said: Said) -> dict[str, Any]:
    finding = said.finding
    return {
        "verdict": finding.verdict,
        "causes": list(finding.causes),
        "violations": list(finding.violations),
        "contract_version": finding.contract_version,
        "event_type": finding.event_type,
        "path_parameters": said.path_parameters,
        "reply_status": said.reply_status,
        "trail": steps_of(finding.trail.text()),
    }


def _headers_of(pairs: Sequence[Sequence[str]]) -> list[tuple[bytes, bytes]]:
    """Headers as a server hands them on."""
    if violations := list(_violations_of(pairs)):
        raise Unprocessable(violations[0]["message"], errors=violations)
    return [(name.lower().encode(), value.strip(BLANKS).encode("latin-1")) for name, value in pairs]


def _violations_of(pairs: Sequence[Sequence[str]]) -> Iterator[Violation]:
    for index, (name, value) in enumerate(pairs):
        if not NAME.fullmatch(name):
            message = "The name of a header is letters, digits and marks such as a hyphen, without a blank or a colon."
            yield Violation(pointer=f"/headers/{index}/0", keyword="header", message=message)
        if not VALUE.fullmatch(value):
            message = "The value of a header is one line of ISO-8859-1, without control characters."
            yield Violation(pointer=f"/headers/{index}/1", keyword="header", message=message)


def body_of(asked: Mapping[str, Any]) -> bytes:
    """The body that is given, as text or in base64. Raises Unprocessable."""
    if "body_base64" not in asked:
        text: str = asked.get("body", "")
        return text.encode()
    if "body" in asked:
        raise Unprocessable("Send either body or body_base64: both say what the body is.")
    try:
        return b64decode(asked["body_base64"], validate=True)
    except (binascii.Error, ValueError):
        message = "This is no base64: it takes A to Z, a to z, 0 to 9, + and /, and = at the end up to a multiple of 4."
        violation = Violation(pointer="/body_base64", keyword="base64", message=message)
        raise Unprocessable(message, errors=[violation]) from None
