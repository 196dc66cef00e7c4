"""Cross-origin calls (https://fetch.spec.whatwg.org): only from origins that an endpoint names, without credentials."""

from __future__ import annotations

from letterbox.receive.arrival import Arrival
from letterbox.store.endpoints import Endpoint

PREFLIGHT_SECONDS = b"600"
VARY = (b"vary", b"origin")

Headers = list[tuple[bytes, bytes]]


def allowed_origin(endpoint: Endpoint, arrival: Arrival) -> bytes | None:
    """The value of Access-Control-Allow-Origin for this arrival, None where it gets none."""
    origins = endpoint.cors["origins"]
    origin = arrival.header(b"origin") if origins else None
    if origin is None:
        return None
    if "*" in origins:
        return b"*"
    return origin.encode("latin-1") if origin in origins else None


def answer_headers(endpoint: Endpoint, arrival: Arrival) -> Headers:
    """What a reply says about who may read it."""
    if not endpoint.cors["origins"]:
        return []
    origin = allowed_origin(endpoint, arrival)
    return [VARY] if origin is None else [(b"access-control-allow-origin", origin), VARY]


def preflight_headers(endpoint: Endpoint, arrival: Arrival, allow: str) -> Headers:
    """What a preflight is told: the methods of the path, and the headers that it asked for."""
    headers = answer_headers(endpoint, arrival)
    if allowed_origin(endpoint, arrival) is None or arrival.header(b"access-control-request-method") is None:
        return headers
    asked = arrival.header(b"access-control-request-headers")
    return [
        *headers,
        (b"access-control-allow-methods", allow.encode()),
        *([(b"access-control-allow-headers", asked.encode("latin-1"))] if asked else []),
        (b"access-control-max-age", PREFLIGHT_SECONDS),
    ]
