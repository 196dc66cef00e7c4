"""A secret that is sent along: `basic` (RFC 7617), `bearer` (RFC 6750), or an `api-key` in a header or the query."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from letterbox.errors import VerificationFailed
from letterbox.receive.verification.evidence import Headers, LiveSecret, Ring, only
from letterbox.receive.verification.signature import base64

AUTHORIZATION = b"authorization"
CHALLENGES = {"basic": 'Basic realm="letterbox", charset="UTF-8"', "bearer": 'Bearer realm="letterbox"'}


class Authorization:
    """The header Authorization: the scheme in any case, then exactly what a secret makes."""

    def __init__(self, scheme: str, ring: Ring[bytes]) -> None:
        self._scheme, self._ring = scheme.encode(), ring
        self._challenge = {"WWW-Authenticate": CHALLENGES[scheme]}

    def check(self, headers: Headers, _query: str, _body: bytes, now_seconds: float) -> None:
        scheme, _, given = only(headers, AUTHORIZATION, self._challenge).partition(b" ")
        if scheme.lower() != self._scheme:
            wrong = f"The header authorization is not of the scheme {self._scheme.decode()}."
            raise VerificationFailed(wrong, headers=self._challenge)
        if not _is_one_of(given, self._ring.at(now_seconds)):
            wrong = "The header authorization has none of the endpoint's secrets."
            raise VerificationFailed(wrong, headers=self._challenge)


class HeaderKey:
    def __init__(self, name: str, secrets: Sequence[LiveSecret]) -> None:
        self._name, self._ring = name.lower().encode(), Ring(secrets, bytes)

    def check(self, headers: Headers, _query: str, _body: bytes, now_seconds: float) -> None:
        if not _is_one_of(only(headers, self._name), self._ring.at(now_seconds)):
            raise VerificationFailed(f"The header {self._name.decode()} has none of the endpoint's secrets.")


class QueryKey:
    def __init__(self, name: str, secrets: Sequence[LiveSecret]) -> None:
        self._name, self._ring = name, Ring(secrets, bytes)

    def check(self, _headers: Headers, query: str, _body: bytes, now_seconds: float) -> None:
        name = self._name.encode()
        found = [value for key, value in pairs_of(query) if key == name]
        if len(found) != 1:
            wrong = "comes more than once" if found else "is missing"
            raise VerificationFailed(f"The parameter {self._name} of the query {wrong}.")
        if not _is_one_of(found[0], self._ring.at(now_seconds)):
            raise VerificationFailed(f"The parameter {self._name} of the query has none of the endpoint's secrets.")


def basic(verification: Mapping[str, Any], secrets: Sequence[LiveSecret]) -> Authorization:
    user = verification["username"].encode() + b":"
    return Authorization("basic", Ring(secrets, lambda password: base64(user + password)))


def bearer(secrets: Sequence[LiveSecret]) -> Authorization:
    return Authorization("bearer", Ring(secrets, bytes))


def api_key(verification: Mapping[str, Any], secrets: Sequence[LiveSecret]) -> HeaderKey | QueryKey:
    kind = HeaderKey if verification["in"] == "header" else QueryKey
    return kind(verification["name"], secrets)


def pairs_of(query: str) -> Iterator[tuple[bytes, bytes]]:
    """The parameters of a query as it was sent, decoded, in order."""
    for part in query.encode("latin-1", "replace").split(b"&"):
        name, _, value = part.partition(b"=")
        yield decoded(name), decoded(value)


def decoded(text: bytes) -> bytes:
    """A name or value of a query; what is badly encoded stands for itself."""
    return unquote_to_bytes(text.replace(b"+", b" "))


def _is_one_of(given: bytes, keys: Iterable[bytes]) -> bool:
    return any(hmac.compare_digest(given, key) for key in keys)
