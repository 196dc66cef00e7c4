"""The functions that expressions have besides those of CEL: signatures, digests and encodings, each bounded."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable
from typing import Any

from letterbox.expressions.names import ALGORITHMS

# (algorithm, message) → its HMAC under a secret that only the caller knows; raises ValueError where there is none.
Sign = Callable[[str, bytes], bytes]
Text = str | bytes

MOST_BYTES = 65_536  # of what a function is given: encodings in encodings grow without end


class Refused(Exception):
    """A function was called with what it doesn't take; the text says so without repeating it."""


def _bytes_of(value: Any) -> bytes:
    if not isinstance(value, Text):
        raise Refused("takes a string or bytes")
    given = value.encode() if isinstance(value, str) else value
    if len(given) > MOST_BYTES:
        raise Refused(f"takes at most {MOST_BYTES} bytes")
    return given


def _algorithm_of(value: Any) -> str:
    if value not in ALGORITHMS:
        raise Refused(f"knows the algorithms {', '.join(ALGORITHMS)}")
    return str(value)


def _hmac(algorithm: Any, key: Any, message: Any) -> bytes:
    return hmac.digest(_bytes_of(key), _bytes_of(message), _algorithm_of(algorithm))


def _sha256(value: Any) -> bytes:
    return hashlib.sha256(_bytes_of(value)).digest()


def _base64(value: Any) -> str:
    return base64.b64encode(_bytes_of(value)).decode()


def _base64_decode(value: Any) -> bytes:
    try:
        return base64.b64decode(_bytes_of(value), validate=True)
    except binascii.Error:
        raise Refused("takes base64 with its padding") from None


def _hex(value: Any) -> str:
    return _bytes_of(value).hex()


def _lower(value: Any) -> str:
    try:
        return _bytes_of(value).decode().lower()
    except UnicodeDecodeError:
        raise Refused("takes UTF-8") from None


def _signing(sign: Sign | None) -> Callable[[Any, Any], bytes]:
    def signed(algorithm: Any, message: Any) -> bytes:
        known, text = _algorithm_of(algorithm), _bytes_of(message)
        try:
            if sign is not None:
                return sign(known, text)
        except ValueError:
            pass
        raise Refused("needs an endpoint whose verification has a secret")

    return signed


_PURE: dict[str, Callable[..., Any]] = {
    "hmac": _hmac,
    "sha256": _sha256,
    "base64": _base64,
    "base64_decode": _base64_decode,
    "hex": _hex,
    "lower": _lower,
}


def bound(names: Iterable[str], sign: Sign | None) -> dict[str, Callable[..., Any]]:
    """Of these names, those that are ours, as the CEL package calls them."""
    return {
        name: _signing(sign) if name == "sign" else _PURE[name] for name in names if name in _PURE or name == "sign"
    }
