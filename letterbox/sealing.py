"""Sealing: what has to be read again but must not lie open in the store (AES-256-GCM, NIST SP 800-38D).

Several keys can be given so that they can be changed: the first one seals, each of them opens.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class WrongSecretKey(Exception):
    """None of the given keys opens this."""


class Seal:
    """Seals and opens bytes. `about` says what they are, so that one sealed thing can't be passed off as another."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = [AESGCM(key) for key in keys]

    def close(self, content: bytes, about: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, content, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises WrongSecretKey if no key opens it."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
            except (InvalidTag, ValueError):  # ValueError: too short to be sealed at all
                continue
        raise WrongSecretKey("no key of LETTERBOX_SECRET_KEY opens this")
