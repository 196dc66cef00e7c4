"""What is sent to a destination: the request as it came, end to end, with our signature on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from letterbox import __version__
from letterbox.delivery.header_names import (
    FORWARDING,
    FORWARDING_PREFIX,
    HOP_BY_HOP,
    OF_THE_OLD_BODY,
    OURS,
    SIGNATURE,
    WRITTEN_ANEW,
    fault_of_header,
)
from letterbox.delivery.signing import signature_of

__all__ = ["Header", "Letter", "Outgoing", "Target", "Unsendable", "fault_of_header", "outgoing"]

Header = tuple[bytes, bytes]

USER_AGENT = f"letterbox/{__version__}".encode()
ORIGIN = b"letterbox-origin-"  # before the names of ours that a sender used too
NOT_PASSED_ON = HOP_BY_HOP | WRITTEN_ANEW | FORWARDING | {ORIGIN + name for name in SIGNATURE}

_SAFE = b"\t" + bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))  # RFC 9110, 5.5: what may be in a header
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NEVER_IN_A_QUERY = re.compile("[\x00-\x20\x23\x7f]|[^\x00-\xff]")


class Unsendable(ValueError):
    """What would not leave as one request. The text says why, and repeats nothing of it."""


@dataclass(frozen=True)
class Target:
    """A destination, with its live secrets opened, the newest first."""

    url: str
    headers: Mapping[str, str]
    secrets: tuple[str, ...]
    forward_credentials: bool  # for whoever makes the Letter: opened headers instead of masked ones

    @cached_property
    def own_headers(self) -> list[Header]:
        """As they are written; one target serves many letters."""
        return [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()]

    @cached_property
    def own_names(self) -> frozenset[bytes]:
        return frozenset(name for name, _ in self.own_headers)

    @cached_property
    def not_passed_on(self) -> frozenset[bytes]:
        """Of any letter's headers."""
        return NOT_PASSED_ON | self.own_names


@dataclass(slots=True)
class Letter:
    """A kept request on its way out. Headers have lower-case names; the query is latin-1 text as it came."""

    request_id: str
    method: str
    query: str
    headers: list[Header]
    body: bytes
    transformed: bytes | None = None  # JSON, in the body's place
    masked: frozenset[bytes] = frozenset()  # headers that hold a mask instead of their value: they stay here


@dataclass(slots=True)
class Outgoing:
    """One request as it is written, but for host and length. Raises Unsendable, so that there is none that is split."""

    method: str
    url: str
    headers: list[Header]
    body: bytes

    def __post_init__(self) -> None:
        if not _METHOD.fullmatch(self.method):
            raise Unsendable("The method is not a token.")
        if b"".join(map(b"".join, self.headers)).translate(None, _SAFE):
            raise Unsendable("A header has a control character in it.")


def outgoing(target: Target, letter: Letter, timestamp: int) -> Outgoing:
    """The request for one try; each try is signed for its own `timestamp`, in seconds since 1970. Raises Unsendable."""
    body = letter.body if letter.transformed is None else letter.transformed
    return Outgoing(
        method=letter.method,
        url=_joined(target.url, letter.query),
        headers=[*_headers_of(target, letter), *_signature_headers(target, letter, timestamp, body)],
        body=body,
    )


def _joined(url: str, query: str) -> str:
    """The destination's own query first. A query is repeated as it came, save for what no request line can carry."""
    if not query:
        return url
    between = "?" if "?" not in url else "" if url[-1] in "?&" else "&"
    return url + between + _NEVER_IN_A_QUERY.sub(_quoted, query)


def _quoted(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _headers_of(target: Target, letter: Letter) -> list[Header]:
    """The request's own, then the destination's, then what is missing."""
    out = _staying(target, letter)
    kept = [one for one in letter.headers if one[0] not in out and not one[0].startswith(FORWARDING_PREFIX)]
    names = {name for name, _ in kept}
    if not names.isdisjoint(SIGNATURE):
        kept = [(ORIGIN + name, value) if name in SIGNATURE else (name, value) for name, value in kept]
    kept += target.own_headers
    if letter.transformed is not None and b"content-type" not in target.own_names:
        kept.append((b"content-type", b"application/json"))
    if b"user-agent" not in names and b"user-agent" not in target.own_names:
        kept.append((b"user-agent", USER_AGENT))
    return kept


def _staying(target: Target, letter: Letter) -> frozenset[bytes]:
    """The names of what goes no further, or is replaced."""
    out = target.not_passed_on
    if letter.masked:
        out |= letter.masked
    named = [value for name, value in letter.headers if name == b"connection"]
    if named:
        out |= {name.strip() for name in b",".join(named).lower().split(b",")}
    return out if letter.transformed is None else out | OF_THE_OLD_BODY


def _signature_headers(target: Target, letter: Letter, timestamp: int, body: bytes) -> Iterable[Header]:
    signature = signature_of(target.secrets, letter.request_id, timestamp, body)
    return zip(OURS, (letter.request_id.encode(), b"%d" % timestamp, signature.encode()), strict=True)
