"""What an endpoint asks of its senders, compiled when it is declared: which methods have to prove what, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from letterbox.errors import VerificationFailed
from letterbox.receive.verification.credential import api_key, basic, bearer
from letterbox.receive.verification.evidence import Check, Headers, LiveSecret
from letterbox.receive.verification.signature import Signature
from letterbox.receive.verification.standard_webhooks import StandardWebhooks
from letterbox.receive.verification.stripe import Stripe

Maker = Callable[[Mapping[str, Any], Sequence[LiveSecret]], Check]


class Verifier:
    """What an endpoint asks of its senders. `methods` are those that have to prove it; None stands for every one."""

    __slots__ = ("check", "methods")

    def __init__(self, check: Check, methods: frozenset[str] | None) -> None:
        self.check = check
        """Takes headers, query, body and the time of arrival in seconds; raises VerificationFailed and nothing else."""
        self.methods = methods

    def binds(self, method: str) -> bool:
        """Whether a request of this method has to prove where it comes from. HEAD is GET without the body."""
        return self.methods is None or ("GET" if method == "HEAD" else method) in self.methods


def compiled(verification: Mapping[str, Any], secrets: Sequence[LiveSecret]) -> Verifier:
    """The verifier of a declaration that is stored. A scheme that nobody here knows lets nothing in."""
    scheme = verification["scheme"]
    if scheme == "none":
        return Verifier(_pass, frozenset())
    methods = verification.get("methods")
    make = SCHEMES.get(scheme)
    return Verifier(
        make(verification, secrets) if make else _refuse,
        None if methods is None else frozenset(methods),
    )


def _pass(_headers: Headers, _query: str, _body: bytes, _now_seconds: float) -> None:
    """Everybody may send who knows the address."""


def _refuse(_headers: Headers, _query: str, _body: bytes, _now_seconds: float) -> None:
    raise VerificationFailed("The endpoint's scheme of verification is not known here.")


SCHEMES: Mapping[str, Maker] = {
    "standard-webhooks": lambda _, secrets: StandardWebhooks(secrets).check,
    "stripe": lambda _, secrets: Stripe(secrets).check,
    "basic": lambda verification, secrets: basic(verification, secrets).check,
    "bearer": lambda _, secrets: bearer(secrets).check,
    "api-key": lambda verification, secrets: api_key(verification, secrets).check,
    **dict.fromkeys(
        ("github", "slack", "shopify", "hmac"),
        lambda verification, secrets: Signature(verification, secrets).check,
    ),
}
