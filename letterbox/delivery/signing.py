"""Signatures that a destination verifies us by: Standard Webhooks, version 1."""

from __future__ import annotations

import base64
import hmac
import secrets as randomness
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()


def signature_of(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature for each secret, in their order, so the newest goes first."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return " ".join(_one(secret, signed) for secret in secrets)


def _one(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
