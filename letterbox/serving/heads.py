"""What a head may be: how large, and how it is written. Whatever is wrong with one is raised as a Refusal.

A head is checked once it is whole, since its parts come by the thousand and only their sum has to be bounded meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from letterbox.errors import HeadTooLarge, InvalidRequest, NotSupported, UriTooLong

MOST_LINE_BYTES = 4094  # method, target and version with the spaces between
MOST_FIELD_BYTES = 8190  # of one header: name, colon, space and value
MOST_FIELDS = 100
MOST_HEAD_BYTES = 65_536  # of all headers

HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")
ONE_HOST = "Send one Host, which is a name or an address."


def check_line(method: bytes, url: bytes, version: str) -> None:
    if len(method) + len(url) + len("  HTTP/1.1") > MOST_LINE_BYTES:
        raise UriTooLong
    if method == b"CONNECT":
        raise NotSupported("This is no proxy.")
    if version not in ("1.1", "1.0"):
        raise InvalidRequest("Send HTTP/1.1.")
    if b"#" in url:
        raise InvalidRequest("Send the address without a fragment.")


def check_fields(headers: Iterable[tuple[bytes, bytes]], version: str) -> bool:
    """Whether the sender waits for a 100 before it sends the body. Names are in lower case."""
    size = hosts = 0
    expects = False
    for name, value in headers:
        field_bytes = len(name) + len(value) + len(": ")
        size += field_bytes
        if field_bytes > MOST_FIELD_BYTES:
            raise HeadTooLarge
        if name == b"host":
            hosts += 1
            if not HOST.fullmatch(value):
                raise InvalidRequest(ONE_HOST)
        elif name == b"transfer-encoding":
            _check_encoding(value, version)
        elif name == b"expect":
            expects = version == "1.1" and value.lower() == b"100-continue"
    if size > MOST_HEAD_BYTES:
        raise HeadTooLarge
    if hosts > 1 or (version == "1.1" and not hosts):
        raise InvalidRequest(ONE_HOST)
    return expects


def _check_encoding(value: bytes, version: str) -> None:
    if value.lower() != b"chunked":
        raise NotSupported("The one Transfer-Encoding that is taken is `chunked`.")
    if version != "1.1":
        raise InvalidRequest("HTTP/1.0 has no Transfer-Encoding.")
