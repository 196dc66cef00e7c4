"""Credentials that arrive in the clear: masked wherever a request is shown, and given apart, to be sealed.

What is masked says nothing of what it hides, not even its length. `unmasked` gives back exactly what arrived.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from letterbox.receive.verification.credential import decoded
from letterbox.representation import as_json

Headers = list[tuple[bytes, bytes]]

MASK = "***"
SCHEMES = frozenset({b"basic", b"bearer", b"digest", b"negotiate", b"token", b"apikey", b"hmac", b"signature"})
ALWAYS = frozenset({b"authorization", b"proxy-authorization"})


class Carriers(NamedTuple):
    """Which headers (names in lower case) and which parameters of the query carry a credential."""

    headers: frozenset[bytes] = ALWAYS
    parameters: frozenset[bytes] = frozenset()


PLAIN = Carriers()


class Masked(NamedTuple):
    """A request that can be shown, and what was taken out of it as JSON; None if there was nothing."""

    headers: Headers
    query: str
    credential: bytes | None


def carriers_of(verification: Mapping[str, Any]) -> Carriers:
    """What carries a credential to an endpoint of this verification."""
    if verification["scheme"] != "api-key":
        return PLAIN
    if verification["in"] == "query":
        return Carriers(parameters=frozenset({verification["name"].encode()}))
    return Carriers(headers=ALWAYS | {verification["name"].lower().encode()})


def union_of(some: Carriers, others: Carriers) -> Carriers:
    return Carriers(some.headers | others.headers, some.parameters | others.parameters)


def carried_by(query: str, credential: bytes | None) -> Carriers:
    """What carried the credential that was taken out of a request, which is shown with this query."""
    if credential is None:
        return PLAIN
    taken = orjson.loads(credential)
    pairs = zip(query.split("&"), (taken["query"] or query).split("&"), strict=True)
    parameters = {_name_of(shown) for shown, sent in pairs if shown != sent}
    return Carriers(frozenset(name.encode() for name in taken["names"]), frozenset(parameters))


def masked(headers: Headers, query: str, carriers: Carriers) -> Masked:
    """The same request with a mask for each credential."""
    carrying, parameters = carriers
    taken = [value.decode("latin-1") for name, value in headers if name in carrying]
    shown_query = _masked_query(query, parameters) if parameters and query else query
    if not taken and shown_query == query:
        return Masked(headers, query, None)
    shown = [(name, _mask_of(value) if name in carrying else value) for name, value in headers]
    names = sorted({name.decode() for name, _ in headers if name in carrying})
    credential = {"names": names, "values": taken, "query": None if shown_query == query else query}
    return Masked(shown, shown_query, as_json(credential))


def unmasked(headers: Headers, query: str, credential: bytes | None) -> tuple[Headers, str]:
    """What arrived, of what `masked` made of it."""
    if credential is None:
        return headers, query
    taken = orjson.loads(credential)
    names, values = {name.encode() for name in taken["names"]}, iter(taken["values"])
    whole = [(name, next(values).encode("latin-1") if name in names else value) for name, value in headers]
    return whole, query if taken["query"] is None else taken["query"]


def without(query: str, carriers: Carriers) -> str:
    """A query without the parameters that carry a credential."""
    if not carriers.parameters:
        return query
    return "&".join(pair for pair in query.split("&") if _name_of(pair) not in carriers.parameters)


def about_credential(request_id: str) -> str:
    """What the seal of a request's credential is bound to."""
    return f"credential {request_id}"


def _mask_of(value: bytes) -> bytes:
    """The word that says how it is meant stays, if it is one of those known: others may be the secret itself."""
    scheme, space, rest = value.partition(b" ")
    kept = scheme + space if rest and scheme.lower() in SCHEMES else b""
    return kept + MASK.encode()


def _masked_query(query: str, parameters: frozenset[bytes]) -> str:
    return "&".join(_masked_pair(pair, parameters) for pair in query.split("&"))


def _name_of(pair: str) -> bytes:
    return decoded(pair.partition("=")[0].encode("latin-1", "replace"))


def _masked_pair(pair: str, parameters: frozenset[bytes]) -> str:
    name, equals, value = pair.partition("=")
    if not value or _name_of(pair) not in parameters:
        return pair
    return name + equals + MASK
