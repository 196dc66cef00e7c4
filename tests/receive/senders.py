"""Senders of every scheme of verification. Where they have a package of their own, that is what signs."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import standardwebhooks
import stripe
import svix.webhooks
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from slack_sdk.signature import SignatureVerifier

from letterbox.errors import VerificationFailed
from letterbox.receive.verification import LiveSecret, compiled

NOW = 1_764_000_000
SECRET = "It's a Secret to Everybody"
BASE64_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_SECRET = "whpk_" + base64.b64encode(PRIVATE_KEY.public_key().public_bytes_raw()).decode()

Headers = list[tuple[bytes, bytes]]


class Sent(NamedTuple):
    """What a sender sends, as far as it is checked."""

    headers: Headers
    body: bytes
    query: str = ""


class Sender(NamedTuple):
    """A sender, and what is declared about it."""

    verification: dict[str, Any]
    secret: str
    send: Callable[[bytes, int], Sent]  # of a body, at a time in seconds

    def check(self, sent: Sent, now: float = NOW, *secrets: LiveSecret) -> None:
        verifier = compiled(self.verification, secrets or [LiveSecret(self.secret.encode())])
        verifier.check(sent.headers, sent.query, sent.body, now)

    def is_let_in(self, sent: Sent, now: float = NOW, *secrets: LiveSecret) -> bool:
        try:
            self.check(sent, now, *secrets)
        except VerificationFailed:
            return False
        return True


def mac(message: bytes, secret: str = SECRET, algorithm: str = "sha256") -> bytes:
    return hmac.new(secret.encode(), message, getattr(hashlib, algorithm)).digest()


def _github(body: bytes, _now: int) -> Sent:
    return Sent([(b"x-hub-signature-256", b"sha256=" + mac(body).hex().encode())], body)


def _shopify(body: bytes, _now: int) -> Sent:
    return Sent([(b"x-shopify-hmac-sha256", base64.b64encode(mac(body)))], body)


def _stripe(body: bytes, now: int) -> Sent:
    value = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, now)
    return Sent([(b"stripe-signature", str(value).encode())], body)


def _slack(body: bytes, now: int) -> Sent:
    value = SignatureVerifier(SECRET).generate_signature(timestamp=str(now), body=body)
    return Sent([(b"x-slack-signature", str(value).encode()), (b"x-slack-request-timestamp", b"%d" % now)], body)


def _standard_webhooks(body: bytes, now: int) -> Sent:
    moment = datetime.fromtimestamp(now, UTC)
    value = standardwebhooks.Webhook(BASE64_SECRET).sign("msg_1", moment, body.decode())
    return Sent(webhook_headers(b"webhook-", now, value.encode()), body)


def _svix(body: bytes, now: int) -> Sent:
    value = svix.webhooks.Webhook(BASE64_SECRET).sign("msg_1", datetime.fromtimestamp(now, UTC), body.decode())
    return Sent(webhook_headers(b"svix-", now, value.encode()), body)


def _asymmetric(body: bytes, now: int) -> Sent:
    signature = PRIVATE_KEY.sign(b"msg_1.%d.%b" % (now, body))
    return Sent(webhook_headers(b"webhook-", now, b"v1a," + base64.b64encode(signature)), body)


def webhook_headers(prefix: bytes, now: int, signatures: bytes) -> Headers:
    return [(prefix + b"id", b"msg_1"), (prefix + b"timestamp", b"%d" % now), (prefix + b"signature", signatures)]


def _hmac(body: bytes, now: int) -> Sent:
    signature = base64.b64encode(mac(b"POST /in/acme/a %d\xc3\xa9 7 %b!" % (now, body), algorithm="sha512"))
    return Sent([(b"x-time", b"%d" % now), (b"x-number", b"7"), (b"x-signature", b"v2=" + signature)], body)


def _basic(body: bytes, _now: int) -> Sent:
    return Sent([(b"authorization", b"Basic " + base64.b64encode(f"user:{SECRET}".encode()))], body)


def _bearer(body: bytes, _now: int) -> Sent:
    return Sent([(b"authorization", b"Bearer " + SECRET.encode())], body)


def _header_key(body: bytes, _now: int) -> Sent:
    return Sent([(b"x-key", SECRET.encode())], body)


def _query_key(body: bytes, _now: int) -> Sent:
    return Sent([], body, "key=It's+a+Secret%20to+Everybody")


def _sender(send: Callable[[bytes, int], Sent], scheme: str, secret: str = SECRET, **more: Any) -> Sender:
    return Sender({"scheme": scheme, **more}, secret, send)


_HMAC = {
    "header": "X-Signature",
    "prefix": "v2=",
    "encoding": "base64",
    "algorithm": "sha512",
    "timestamp_header": "X-Time",
    "template": "POST /in/acme/a {timestamp}é {header:X-Number} {body}!",
}
SIGNING = {
    "standard-webhooks": _sender(_standard_webhooks, "standard-webhooks", BASE64_SECRET),
    "standard-webhooks, v1a": _sender(_asymmetric, "standard-webhooks", PUBLIC_SECRET),
    "svix": _sender(_svix, "standard-webhooks", BASE64_SECRET),
    "github": _sender(_github, "github"),
    "stripe": _sender(_stripe, "stripe"),
    "slack": _sender(_slack, "slack"),
    "shopify": _sender(_shopify, "shopify"),
    "hmac": _sender(_hmac, "hmac", **_HMAC),
}
SHOWING = {
    "basic": _sender(_basic, "basic", username="user"),
    "bearer": _sender(_bearer, "bearer"),
    "api-key, header": _sender(_header_key, "api-key", **{"in": "header", "name": "X-Key"}),
    "api-key, query": _sender(_query_key, "api-key", **{"in": "query", "name": "key"}),
}
TIMED = {name: SIGNING[name] for name in SIGNING if name not in ("github", "shopify")}
SENDERS = SIGNING | SHOWING
