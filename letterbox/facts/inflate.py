"""Bodies compressed by gzip, inflated for judging within bounds; what is kept and delivered stays as it was sent."""

from __future__ import annotations

import zlib

from letterbox.facts.parsed import Unparsable

GROWTH = 10  # times the compressed bytes,
MOST_BYTES = 4 * 1024 * 1024  # but never more than this,
LEAST_BYTES = 64 * 1024  # and always as many as this: small texts compress far better
_GZIP = 16 + zlib.MAX_WBITS
_CODINGS = {"gzip", "x-gzip"}


def decoded(body: bytes, content_encoding: str | None) -> bytes:
    """The body without its content coding. Raises Unparsable for a coding other than gzip, and for what is not gzip."""
    coding = (content_encoding or "").strip(" \t").lower()
    if coding in {"", "identity"}:
        return body
    if coding not in _CODINGS:
        raise Unparsable("The body has a content coding other than gzip; it is kept as sent.")
    return _inflated(body)


def _inflated(body: bytes) -> bytes:
    bound = max(LEAST_BYTES, min(GROWTH * len(body), MOST_BYTES))
    inflater = zlib.decompressobj(_GZIP)
    try:
        inflated = inflater.decompress(body, bound + 1)
    except zlib.error:
        raise Unparsable("The body is not valid gzip.") from None
    if len(inflated) > bound:
        raise Unparsable(f"The body inflates to more than {bound} bytes.")
    if not inflater.eof:
        raise Unparsable("The body ends in the middle of its gzip data.")
    if inflater.unused_data:  # one member alone: many tiny ones cost far more than their bytes
        raise Unparsable("Something follows the body's gzip data.")
    return inflated
