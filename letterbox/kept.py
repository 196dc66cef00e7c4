"""A kept request as contracts and expressions see it, and as it was sent."""

from __future__ import annotations

from letterbox.facts.request import Facts
from letterbox.receive.credentials import about_credential, unmasked
from letterbox.sealing import Seal
from letterbox.store.requests import Request


def facts_of(request: Request, body: bytes) -> Facts:
    """A kept request as a contract sees it, credentials masked as they were."""
    return Facts(
        id=request.id,
        method=request.method,
        path=request.path,
        path_parameters=request.path_parameters,
        raw_query=request.query,
        raw_headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        raw_body=body,
        received_at=request.received_at,
    )


def unmasked_of(request: Request, seal: Seal) -> tuple[list[tuple[bytes, bytes]], str]:
    """The headers and the query of a request as they were sent."""
    return unmasked(headers_of(request), request.query, credential_of(request, seal))


def headers_of(request: Request) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]


def credential_of(request: Request, seal: Seal) -> bytes | None:
    """What was taken out of its headers and query, opened. Raises WrongSecretKey."""
    if request.credential is None:
        return None
    return seal.open(request.credential, about_credential(request.id))
