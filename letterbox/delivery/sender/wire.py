"""How a request is written: byte for byte. aiohttp would encode it as UTF-8, in its own order, with its own headers."""

from __future__ import annotations

from letterbox.delivery.outgoing import Outgoing

WITH_A_BODY = frozenset(("POST", "PUT", "PATCH"))  # an empty one of theirs has a length too: RFC 9110, 8.6


def head_of(outgoing: Outgoing, target: str, host: str) -> bytes:
    """The request line and the headers. Whoever made the Outgoing has seen to it that no line can break."""
    lines = [f"{outgoing.method} {target} HTTP/1.1\r\nhost: {host}\r\n".encode("latin-1")]
    lines += [b"%b: %b\r\n" % header for header in outgoing.headers]
    if outgoing.body or outgoing.method in WITH_A_BODY:
        lines.append(b"content-length: %d\r\n" % len(outgoing.body))
    return b"".join(lines) + b"\r\n"
