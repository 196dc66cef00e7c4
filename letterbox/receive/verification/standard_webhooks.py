"""Standard Webhooks: an id, a time, and signatures over `{id}.{time}.{body}`, symmetric (v1) or by ed25519 (v1a).

https://github.com/standard-webhooks/standard-webhooks. Svix sends the same under names of its own, `svix-…`.
"""

from __future__ import annotations

import binascii
import hmac
from collections.abc import Sequence
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

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
from letterbox.receive.verification.signature import base64

ASYMMETRIC = b"v1a,"
PREFIXES = (b"webhook-", b"svix-")
SYMMETRIC, PUBLIC, PRIVATE = "whsec_", "whpk_", "whsk_"
LEAST_BYTES, MOST_BYTES = 24, 64  # of a symmetric secret
KEY_BYTES = 32  # of each half of an ed25519 pair
MOST_ASYMMETRIC = 3  # signatures of v1a in one header: each of them costs 0.13 ms a key


class Key(Protocol):
    """What checks signatures of one version."""

    def signed(self, message: bytes, signatures: Sequence[bytes]) -> bool: ...


class SymmetricKey:
    """v1: HMAC-SHA256."""

    def __init__(self, key: bytes) -> None:
        self._mac = Mac(key)

    def signed(self, message: bytes, signatures: Sequence[bytes]) -> bool:
        ours = b"v1," + base64(self._mac.of(message))
        return any(hmac.compare_digest(signature, ours) for signature in signatures)


class PublicKey:
    """v1a: ed25519. A signature has to be decoded here, so only the one text that encodes to itself is taken."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    def signed(self, message: bytes, signatures: Sequence[bytes]) -> bool:
        return any(self._made(message, text[len(ASYMMETRIC) :]) for text in _asymmetric(signatures))

    def _made(self, message: bytes, text: bytes) -> bool:
        try:
            signature = binascii.a2b_base64(text)
            if base64(signature) != text:
                return False
            self._key.verify(signature, message)
        except (ValueError, InvalidSignature):
            return False
        return True


class StandardWebhooks:
    def __init__(self, secrets: Sequence[LiveSecret]) -> None:
        self._ring = Ring(secrets, key_of)

    def check(self, headers: Headers, _query: str, body: bytes, now_seconds: float) -> None:
        prefix = _prefix_of(headers)
        name, time_name = prefix + b"signature", prefix + b"timestamp"
        identity, time = only(headers, prefix + b"id"), only(headers, time_name)
        signatures = _signatures(only(headers, name), name)
        require_near(seconds_of(time, time_name), now_seconds, TOLERANCE_SECONDS)
        message = b"%b.%b.%b" % (identity, time, body)
        if not any(key.signed(message, signatures) for key in self._ring.at(now_seconds)):
            raise no_match(name)


def _signatures(value: bytes, name: bytes) -> list[bytes]:
    signatures = value.split(b" ", MOST_SIGNATURES)
    for each, most in ((signatures, MOST_SIGNATURES), (_asymmetric(signatures), MOST_ASYMMETRIC)):
        if len(each) > most:
            raise too_many(name, most)
    return signatures


def _asymmetric(signatures: Sequence[bytes]) -> list[bytes]:
    return [signature for signature in signatures if signature.startswith(ASYMMETRIC)]


def key_of(secret: bytes) -> Key:
    """The key that a secret is the text of. Raises ValueError, in a sentence, for what is none."""
    text = secret.decode()
    for prefix, read in _READERS.items():
        if text.startswith(prefix):
            return read(_decoded(text.removeprefix(prefix)))
    return _symmetric(_decoded(text))


def _symmetric(key: bytes) -> Key:
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(f"A secret whsec_… is the base64 of {LEAST_BYTES} to {MOST_BYTES} bytes.")
    return SymmetricKey(key)


def _public(key: bytes) -> Key:
    if len(key) != KEY_BYTES:
        raise ValueError(f"A public key whpk_… is the base64 of {KEY_BYTES} bytes.")
    return PublicKey(Ed25519PublicKey.from_public_bytes(key))


def _private(key: bytes) -> Key:
    """A private key also comes with its public half behind it."""
    if len(key) in (KEY_BYTES, 2 * KEY_BYTES):
        public = Ed25519PrivateKey.from_private_bytes(key[:KEY_BYTES]).public_key()
        if key[KEY_BYTES:] in (b"", public.public_bytes_raw()):
            return PublicKey(public)
    raise ValueError(f"A private key whsk_… is the base64 of {KEY_BYTES} bytes, or of these and its public key.")


_READERS = {SYMMETRIC: _symmetric, PUBLIC: _public, PRIVATE: _private}


def _decoded(text: str) -> bytes:
    bare = text.rstrip("=")
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except ValueError:  # of a kind that echoes nothing
        raise ValueError("A secret of Standard Webhooks is base64, after whsec_, whpk_ or whsk_.") from None


def _prefix_of(headers: Headers) -> bytes:
    """Which names a sender uses; those of the standard where both are there."""
    names = {name for name, _ in headers}
    return next((prefix for prefix in PREFIXES if prefix + b"signature" in names), PREFIXES[0])
