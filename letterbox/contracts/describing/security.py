"""How a sender proves who it is, as a security scheme of OpenAPI: a signature is a key in a header, well described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

HMAC: Mapping[str, Any] = {"prefix": "", "encoding": "hex", "algorithm": "sha256", "template": "{body}"}
SIGNED: Mapping[str, Mapping[str, Any]] = {
    "github": {"header": "X-Hub-Signature-256", "prefix": "sha256="},
    "slack": {
        "header": "X-Slack-Signature",
        "prefix": "v0=",
        "timestamp_header": "X-Slack-Request-Timestamp",
        "template": "v0:{timestamp}:{body}",
    },
    "shopify": {"header": "X-Shopify-Hmac-SHA256", "encoding": "base64"},
}
PLAIN: Mapping[str, Mapping[str, str]] = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
ENCODINGS = {"hex": "hexadecimal digits", "base64": "base64"}
STRIPE = (
    "`t={seconds since 1970},v1={signature}`. The signature is the HMAC-SHA256 of `{t}.{body}` in hexadecimal digits, "
    "with the shared secret as it is given; `{body}` is the exact body. The time may be 300 seconds off."
)
STANDARD = (
    "Standard Webhooks (https://www.standardwebhooks.com). `v1,{signature}`: the HMAC-SHA256 of "
    "`{webhook-id}.{webhook-timestamp}.{body}` in base64, with the bytes of the shared secret; `{body}` is the exact "
    "body. Or `v1a,{signature}` with ed25519. Several are separated by spaces."
)
STANDARD_HEADERS = {
    "webhook-id": "What this message is known by; the same if it is sent again.",
    "webhook-timestamp": "When it was signed, in whole seconds since 1970; at most 300 seconds off.",
}


class Proof(NamedTuple):
    """What is asked of a sender: the security scheme, if any, and the headers that go with it, with what they say."""

    name: str
    scheme: dict[str, Any]
    headers: Mapping[str, str]
    methods: tuple[str, ...]  # those that have to prove it; none: all

    def binds(self, method: str) -> bool:
        return bool(self.scheme) and (not self.methods or method in self.methods)


def proof_of(verification: Mapping[str, Any]) -> Proof:
    """What a verification, as an endpoint shows it, asks of a sender."""
    name, methods = verification["scheme"], tuple(verification.get("methods") or ())
    if name == "none":
        return Proof("", {}, {}, ())
    if name in PLAIN:
        return Proof(name, dict(PLAIN[name]), {}, methods)
    if name == "api-key":
        place = {"type": "apiKey", "in": verification["in"], "name": verification["name"]}
        return Proof(name, place, {}, methods)
    header, description, headers = _signature(verification)
    scheme = {"type": "apiKey", "in": "header", "name": header, "description": description}
    return Proof(name, scheme, headers, methods)


def _signature(verification: Mapping[str, Any]) -> tuple[str, str, Mapping[str, str]]:
    """The header of a signature, how it is made, and the other headers that it needs."""
    if verification["scheme"] == "stripe":
        return "Stripe-Signature", STRIPE, {}
    if verification["scheme"] == "standard-webhooks":
        return "webhook-signature", STANDARD, STANDARD_HEADERS
    said = {**HMAC, **SIGNED.get(verification["scheme"], verification)}
    timestamp = said.get("timestamp_header")
    return said["header"], _made(said), {timestamp: _time(said)} if timestamp else {}


def _made(said: Mapping[str, Any]) -> str:
    encoding = ENCODINGS[said["encoding"]]
    made = f"The HMAC-{said['algorithm'].upper()} of `{said['template']}` in {encoding}, with the shared secret"
    after = f", after `{said['prefix']}`" if said["prefix"] else ""
    timestamp = said.get("timestamp_header")
    time = f", and `{{timestamp}}` the value of the header {timestamp}" if timestamp else ""
    return f"{made}{after}. `{{body}}` is the exact body{time}."


def _time(said: Mapping[str, Any]) -> str:
    seconds = said.get("tolerance_seconds", 300)
    return f"When it was signed, in whole seconds since 1970; at most {seconds} seconds off."
