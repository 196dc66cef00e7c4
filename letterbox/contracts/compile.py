"""From the text of a contract to something that judges: once for each text, shared, and dropped when unused."""

from __future__ import annotations

import hashlib
from weakref import WeakValueDictionary

from letterbox.contracts.contract import Contract

__all__ = ["Contract", "compiled"]

_known: WeakValueDictionary[str, Contract] = WeakValueDictionary()


def compiled(text: bytes) -> Contract:
    """The contract of a normalised document as canonical JSON."""
    digest = hashlib.sha256(text).hexdigest()
    contract = _known.get(digest)
    if contract is None:
        contract = _known[digest] = Contract(text)
    return contract
