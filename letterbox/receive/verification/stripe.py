"""Stripe's header: the time and one signature per secret, `t=…,v1=…,v1=…`, over `{t}.{body}`."""

from __future__ import annotations

import binascii
import hmac
from collections.abc import Sequence

from letterbox.errors import VerificationFailed
from letterbox.receive.verification.evidence import (
    MOST_SIGNATURES,
    TOLERANCE_SECONDS,
    Headers,
    LiveSecret,
    Ring,
    no_match,
    only,
    require_near,
    seconds_of,
    too_many,
)
from letterbox.receive.verification.mac import Mac

HEADER = b"stripe-signature"


class Stripe:
    """The key is the secret as it is written, `whsec_` included."""

    def __init__(self, secrets: Sequence[LiveSecret]) -> None:
        self._ring = Ring(secrets, Mac)

    def check(self, headers: Headers, _query: str, body: bytes, now_seconds: float) -> None:
        time, signatures = _parts(only(headers, HEADER))
        require_near(seconds_of(time, HEADER), now_seconds, TOLERANCE_SECONDS)
        message = b"%b.%b" % (time, body)
        for mac in self._ring.at(now_seconds):
            ours = binascii.hexlify(mac.of(message))
            for signature in signatures:
                if hmac.compare_digest(signature, ours):
                    return
        raise no_match(HEADER)


def _parts(value: bytes) -> tuple[bytes, list[bytes]]:
    """The time, and the signatures of the version that is known; others, such as v0, are passed over."""
    pairs = [part.partition(b"=") for part in value.split(b",")]
    times = [text for name, _, text in pairs if name == b"t"]
    signatures = [text for name, _, text in pairs if name == b"v1"]
    if len(times) != 1 or not signatures:
        raise VerificationFailed(f"The header {HEADER.decode()} has not one time `t=` and a signature `v1=`.")
    if len(signatures) > MOST_SIGNATURES:
        raise too_many(HEADER, MOST_SIGNATURES)
    return times[0], signatures
