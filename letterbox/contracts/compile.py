"""From the text of a contract to something that judges: once for each text, shared, and dropped when unused."""

from __future__ import annotations

import hashlib
from weakref import WeakValueDictionary

from letterbox.contracts.contract import Contract

__all__ = ["Contract", "compiled", "digest_of", "known"]

_known: WeakValueDictionary[str, Contract] = WeakValueDictionary()


def digest_of(text: bytes) -> str:
    """By which a contract is known."""
    return hashlib.sha256(text).hexdigest()


def compiled(text: bytes) -> Contract:
    """The contract of a normalised document as canonical JSON."""
    digest = digest_of(text)
    contract = _known.get(digest)
    if contract is None:
        contract = _known[digest] = Contract(text)
    return contract


def known(digest: str) -> Contract | None:
    """The contract whose text has this SHA-256, if somebody holds it."""
    return _known.get(digest)
