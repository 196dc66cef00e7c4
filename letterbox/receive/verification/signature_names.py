"""Which headers hold a signature over the body: no longer true once somebody edits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.receive.verification.signature import HMAC, NAMED
from letterbox.receive.verification.standard_webhooks import PREFIXES
from letterbox.receive.verification.stripe import HEADER as STRIPE

# Also where the endpoint does not ask for them: who gets the request may.
ALWAYS = frozenset(
    (
        STRIPE,
        b"x-hub-signature",
        b"signature",
        b"signature-input",
        *(prefix + b"signature" for prefix in PREFIXES),
        *(said["header"].encode() for said in NAMED.values()),
    )
)


def signature_names(verification: Mapping[str, Any]) -> frozenset[bytes]:
    """Of a request to an endpoint of this verification, in lower case."""
    if verification["scheme"] != "hmac" or "{body}" not in verification.get("template", HMAC["template"]):
        return ALWAYS
    return ALWAYS | {verification["header"].lower().encode()}
