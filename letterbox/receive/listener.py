"""An endpoint, compiled for the receive plane: what is cheap at once, the rest when it is first needed."""

from __future__ import annotations

import hmac
from typing import Protocol

from letterbox import expressions
from letterbox.contracts.compile import Contract
from letterbox.expressions import Expression
from letterbox.ids import now
from letterbox.receive.credentials import Carriers, carriers_of
from letterbox.receive.origin import networks_of
from letterbox.receive.rate import Bucket
from letterbox.receive.rules import Rules
from letterbox.receive.rules import compiled as compiled_rules
from letterbox.receive.verification import LiveSecret, Verifier
from letterbox.receive.verification import compiled as compiled_verification
from letterbox.store.endpoints import Endpoint

NO_SCHEME = "none"


class Supplier(Protocol):
    """Where a listener gets from what is not kept in memory."""

    def secrets_of(self, endpoint: Endpoint) -> tuple[LiveSecret, ...]: ...

    def contract_of(self, endpoint: Endpoint) -> Contract:
        """The active contract. Not for the event loop. Raises Unavailable."""


class Listener:
    """An endpoint as it listens. Made anew for each change of it."""

    __slots__ = (
        "_has_scheme",
        "_secrets",
        "_verifier",
        "bucket",
        "carriers",
        "contract",
        "dedupe_key",
        "dedupe_milliseconds",
        "endpoint",
        "has_contract",
        "needs_facts",
        "networks",
        "rules",
        "supplier",
    )

    def __init__(self, endpoint: Endpoint, supplier: Supplier, earlier: Listener | None = None) -> None:
        self.endpoint, self.supplier = endpoint, supplier
        self.rules: Rules = compiled_rules(endpoint.replies)
        self.bucket = Bucket(endpoint.requests_per_second) if endpoint.requests_per_second else None
        self.networks = networks_of(endpoint.allow_from)
        self.carriers: Carriers = carriers_of(endpoint.verification)
        self.dedupe_key: Expression | None = None
        self.dedupe_milliseconds = 0
        if endpoint.dedupe is not None:
            self.dedupe_key = expressions.compiled(endpoint.dedupe["key"])
            self.dedupe_milliseconds = endpoint.dedupe["window_seconds"] * 1000
        self.has_contract = endpoint.contract_version is not None
        self.needs_facts = self.has_contract or self.dedupe_key is not None or not self.rules.is_plain
        self._has_scheme = endpoint.verification["scheme"] != NO_SCHEME
        self._verifier: Verifier | None = None
        self._secrets: tuple[LiveSecret, ...] | None = None
        self.contract: Contract | None = earlier.contract_at(endpoint.contract_version) if earlier else None

    def is_verified(self, method: str) -> bool:
        """Whether who sends by this method has to prove who it is."""
        return self._has_scheme and self.verifier.binds(method)

    def lets_claim(self, method: str) -> bool:
        """Whether a request may hold a key of `dedupe`: not unproven, where others have to prove who they are."""
        return method != "HEAD" and (not self._has_scheme or self.is_verified(method))

    @property
    def verifier(self) -> Verifier:
        if self._verifier is None:
            self._verifier = compiled_verification(self.endpoint.verification, self.secrets)
        return self._verifier

    @property
    def secrets(self) -> tuple[LiveSecret, ...]:
        """Those of the verification, as they were declared."""
        if self._secrets is None:
            self._secrets = self.supplier.secrets_of(self.endpoint)
        return self._secrets

    @property
    def signing_secret(self) -> bytes | None:
        """What an expression signs under: the first secret that is alive, as they were declared."""
        return next((each.value for each in self.secrets if not each.expires_at or each.expires_at > now()), None)

    def sign(self, algorithm: str, text: bytes) -> bytes:
        """Raises ValueError without a secret, or for an algorithm that is not known."""
        if (secret := self.signing_secret) is None:
            raise ValueError("the endpoint's verification has no secret to sign with")
        return hmac.digest(secret, text, algorithm)

    def contract_at(self, version: int | None) -> Contract | None:
        """The contract of this version, if it is the one that is known here."""
        return self.contract if version == self.endpoint.contract_version else None
