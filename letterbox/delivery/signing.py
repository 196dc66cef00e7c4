"""Signatures that a destination verifies us by: Standard Webhooks, version 1."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets as randomness
from collections.abc import Sequence
from functools import lru_cache

PREFIX = "whsec_"
SECRET_BYTES = 32
MOST_KEYS = 4096  # kept ready, a few hundred bytes each


def new_secret() -> str:
    return PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()


def signature_of(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature for each secret, in their order, so the newest goes first."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return " ".join([_one(secret, signed) for secret in secrets])


def _one(secret: str, signed: bytes) -> str:
    mac = _begun(secret).copy()
    mac.update(signed)
    return "v1," + binascii.b2a_base64(mac.digest(), newline=False).decode()


@lru_cache(maxsize=MOST_KEYS)
def _begun(secret: str) -> hmac.HMAC:
    """Making a key ready takes longer than hashing a usual body."""
    return hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), digestmod="sha256")
