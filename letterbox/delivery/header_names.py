"""Which headers go from a request to a destination, and which a destination may declare."""

from __future__ import annotations

import re

# What is between two neighbours (RFC 9110, 7.6.1), with what older servers and proxies still send.
HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authentication-info",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    )
)

# What the sender of each request says anew. Whoever waited with `expect` has been told to go on already.
WRITTEN_ANEW = frozenset((b"host", b"content-length", b"expect"))

# What describes the way to us. A destination takes us for its neighbour, and many believe what a neighbour says of the
# client's address: passed on, these would let anybody who may call an endpoint choose it, and would show our proxies.
FORWARDING_PREFIX = b"x-forwarded-"
FORWARDING = frozenset(
    (b"forwarded", b"via", b"x-real-ip", b"x-client-ip", b"x-cluster-client-ip", b"true-client-ip", b"cf-connecting-ip")
)

# What is only true of the bytes that a transformation replaces.
OF_THE_OLD_BODY = frozenset(
    (
        b"content-type",
        b"content-encoding",
        b"content-language",
        b"content-location",
        b"content-disposition",
        b"content-range",
        b"content-md5",
        b"content-digest",
        b"repr-digest",
        b"digest",
        b"etag",
        b"last-modified",
    )
)

OURS = (b"webhook-id", b"webhook-timestamp", b"webhook-signature")
SIGNATURE = frozenset(OURS)

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def fault_of_header(name: str, value: str) -> str | None:
    """Why a destination may not declare this header; None if it may."""
    if not _TOKEN.fullmatch(name):
        return "This is not a header's name."
    if not _VALUE.fullmatch(value) or value != value.strip():
        return "A header's value is ISO-8859-1 text without line breaks, control characters, or spaces around it."
    return _fault_of_name(name.lower().encode())


def _fault_of_name(name: bytes) -> str | None:
    if name in HOP_BY_HOP:
        return "This header is between two neighbours, and the connection's own business."
    if name in WRITTEN_ANEW or name == b"content-encoding":
        return "This header follows from the address or the body, and cannot be declared."
    if name in SIGNATURE or name.startswith(b"letterbox-"):
        return "Letterbox sets this header itself."
    return None
