"""One header with an HMAC: `github`, `slack` and `shopify` are declarations of the scheme `hmac` that senders share."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from letterbox.errors import VerificationFailed
from letterbox.receive.verification.evidence import (
    TOLERANCE_SECONDS,
    Headers,
    LiveSecret,
    Ring,
    no_match,
    only,
    require_near,
    seconds_of,
)
from letterbox.receive.verification.mac import Mac
from letterbox.receive.verification.template import Template

HMAC = {"prefix": "", "encoding": "hex", "algorithm": "sha256", "template": "{body}"}
NAMED: Mapping[str, Mapping[str, Any]] = {
    "github": {"header": "x-hub-signature-256", "prefix": "sha256="},
    "slack": {
        "header": "x-slack-signature",
        "prefix": "v0=",
        "timestamp_header": "x-slack-request-timestamp",
        "template": "v0:{timestamp}:{body}",
    },
    "shopify": {"header": "x-shopify-hmac-sha256", "encoding": "base64"},
}
FIRST_MILLISECONDS = 10**11  # as seconds, this is in the year 5138


class Signature:
    """Checks the header of one scheme against what each secret would have signed."""

    def __init__(self, verification: Mapping[str, Any], secrets: Sequence[LiveSecret]) -> None:
        said = {**HMAC, **NAMED.get(verification["scheme"], verification)}
        self._header: bytes = said["header"].lower().encode()
        self._prefix: bytes = said["prefix"].encode()
        algorithm: str = said["algorithm"]
        self._encodings = ENCODINGS[said["encoding"]]
        self._length = len(self._prefix) + _length_of(algorithm, self._encodings[0])
        timestamp_header: str | None = said.get("timestamp_header")
        self._timestamp_header = timestamp_header and timestamp_header.lower().encode()
        self._tolerance_seconds = said.get("tolerance_seconds", TOLERANCE_SECONDS)
        self._template = Template(said["template"], timestamp_header)
        self._ring = Ring(secrets, lambda secret: Mac(secret, algorithm))

    def check(self, headers: Headers, _query: str, body: bytes, now_seconds: float) -> None:
        given = only(headers, self._header)
        if len(given) != self._length:
            raise VerificationFailed(f"The header {self._header.decode()} has not the form of a signature.")
        if self._timestamp_header:
            self._require_near(headers, self._timestamp_header, now_seconds)
        message = self._template.message(headers, body)
        for mac in self._ring.at(now_seconds):
            digest = mac.of(message)
            for encode in self._encodings:
                if hmac.compare_digest(given, self._prefix + encode(digest)):
                    return
        raise no_match(self._header)

    def _require_near(self, headers: Headers, name: bytes, now_seconds: float) -> None:
        seconds: float = seconds_of(only(headers, name), name)
        if seconds >= FIRST_MILLISECONDS:
            seconds /= 1000
        require_near(seconds, now_seconds, self._tolerance_seconds)


def base64(digest: bytes) -> bytes:
    return binascii.b2a_base64(digest, newline=False)


def _upper(digest: bytes) -> bytes:
    return binascii.hexlify(digest).upper()


def _length_of(algorithm: str, encode: Callable[[bytes], bytes]) -> int:
    return len(encode(bytes(hashlib.new(algorithm).digest_size)))


# Ours is encoded and theirs is not decoded, since decoders take more than one text for the same bytes. Hex comes in
# lower case from most senders and in upper case from some, but not mixed.
ENCODINGS: Mapping[str, tuple[Callable[[bytes], bytes], ...]] = {
    "hex": (binascii.hexlify, _upper),
    "base64": (base64,),
}
