"""The bytes that a sender signs, said as a template: its text stands for itself, and placeholders for what arrived.

`{body}` is the exact body, `{timestamp}` the value of the header with the time, `{header:NAME}` that of another header.
A method or an address that is signed as well is plain text in it, since an endpoint knows its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from letterbox.receive.verification.evidence import Headers, only

BODY, TIMESTAMP = "{body}", "{timestamp}"
NAMED = "{header:"

_PLACEHOLDER = re.compile(r"(\{body\}|\{timestamp\}|\{header:[!#$%&'*+.^_`|~0-9A-Za-z-]+\})")


class Template:
    """A template, cut into text and placeholders once."""

    def __init__(self, text: str, timestamp_header: str | None) -> None:
        before, after = (_pieces(part, timestamp_header) for part in text.split(BODY, 1))
        self._pieces = [*before, None, *after]

    def message(self, headers: Headers, body: bytes) -> bytes:
        """What was signed. Raises VerificationFailed if a header that it takes in is not there, or is there twice."""
        return b"".join([body if piece is None else _filled(piece, headers) for piece in self._pieces])


class _Named(bytes):
    """The name of a header whose value belongs here."""

    __slots__ = ()


def faults_of(text: str, timestamp_header: str | None) -> Iterator[str]:
    """What is wrong with a template, each in a sentence."""
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        yield "A template has no braces but those of {body}, {timestamp} and {header:NAME}."
    if text.count(BODY) != 1:
        yield "A template has {body} once: what is not signed proves nothing."
    if (TIMESTAMP in text) != (timestamp_header is not None):
        yield "A template has {timestamp} if there is a `timestamp_header`, and only then: a time has to be signed."


def _pieces(text: str, timestamp_header: str | None) -> list[bytes]:
    return [_piece(piece, timestamp_header) for piece in _PLACEHOLDER.split(text) if piece]


def _piece(piece: str, timestamp_header: str | None) -> bytes:
    if piece == TIMESTAMP and timestamp_header is not None:
        return _Named(timestamp_header.lower().encode())
    if piece.startswith(NAMED) and piece.endswith("}"):
        return _Named(piece[len(NAMED) : -1].lower().encode())
    return piece.encode()


def _filled(piece: bytes, headers: Headers) -> bytes:
    return only(headers, piece) if isinstance(piece, _Named) else piece
