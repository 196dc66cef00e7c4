"""Sealing: what has to be read again but must not lie open in the store (AES-256-GCM, NIST SP 800-38D).

By envelope: everything is sealed under one data key, and the data key under those of LETTERBOX_SECRET_KEY. Whoever
changes these seals the data key anew, and nothing else.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

DATA_KEY_BYTES = 32
SALT_BYTES, NONCE_BYTES = 16, 12
HEAD_BYTES = SALT_BYTES + NONCE_BYTES


class WrongSecretKey(Exception):
    """None of the given keys opens this."""


class Seal:
    """Seals and opens bytes. `about` says what they are, so that one sealed thing can't be passed off as another.

    Several keys can be given so that they can be changed: the first one seals, each of them opens.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)

    def close(self, content: bytes, about: str) -> bytes:
        head = os.urandom(HEAD_BYTES)
        return head + _cipher(self._keys[0], head).encrypt(head[SALT_BYTES:], content, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises WrongSecretKey if no key opens it."""
        head, rest = sealed[:HEAD_BYTES], sealed[HEAD_BYTES:]
        for key in self._keys:
            try:
                return _cipher(key, head).decrypt(head[SALT_BYTES:], rest, about.encode())
            except (InvalidTag, ValueError):  # ValueError: too short to be sealed at all
                continue
        raise WrongSecretKey("no key of LETTERBOX_SECRET_KEY opens this")


def new_data_key() -> bytes:
    return os.urandom(DATA_KEY_BYTES)


def _cipher(key: bytes, head: bytes) -> AESGCM:
    """A cipher of its own for each thing: under one alone, random nonces are safe for 2**32 things, ten busy days."""
    return AESGCM(hmac.digest(key, head[:SALT_BYTES], "sha256"))
