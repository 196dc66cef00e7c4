"""An endpoint, compiled for the receive plane: what is cheap at once, the rest when it is first needed."""

from __future__ import annotations

import asyncio
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
        "_contract",
        "_loading",
        "_secrets",
        "_supplier",
        "_verifier",
        "bucket",
        "carriers",
        "dedupe_key",
        "dedupe_milliseconds",
        "endpoint",
        "needs_facts",
        "networks",
        "rules",
    )

    def __init__(self, endpoint: Endpoint, supplier: Supplier, earlier: Listener | None = None) -> None:
        self.endpoint, self._supplier = endpoint, supplier
        self.rules: Rules = compiled_rules(endpoint.replies)
        self.bucket = Bucket(endpoint.requests_per_second) if endpoint.requests_per_second else None
        self.networks = networks_of(endpoint.allow_from)
        self.carriers: Carriers = carriers_of(endpoint.verification)
        self.dedupe_key: Expression | None = None
        self.dedupe_milliseconds = 0
        if endpoint.dedupe is not None:
            self.dedupe_key = expressions.compiled(endpoint.dedupe["key"])
            self.dedupe_milliseconds = endpoint.dedupe["window_seconds"] * 1000
        has_contract = endpoint.contract_version is not None
        self.needs_facts = has_contract or self.dedupe_key is not None or not self.rules.is_plain
        self._verifier: Verifier | None = None
        self._secrets: tuple[LiveSecret, ...] | None = None
        self._loading: asyncio.Future[Contract] | None = None
        self._contract: Contract | None = earlier.contract_at(endpoint.contract_version) if earlier else None

    def is_verified(self, method: str) -> bool:
        """Whether who sends by this method has to prove who it is."""
        return self.endpoint.verification["scheme"] != NO_SCHEME and self.verifier.binds(method)

    @property
    def verifier(self) -> Verifier:
        if self._verifier is None:
            self._verifier = compiled_verification(self.endpoint.verification, self.secrets)
        return self._verifier

    @property
    def secrets(self) -> tuple[LiveSecret, ...]:
        """Those of the verification, as they were declared."""
        if self._secrets is None:
            self._secrets = self._supplier.secrets_of(self.endpoint)
        return self._secrets

    @property
    def signing_secret(self) -> bytes | None:
        """What an expression signs under: the first secret that is alive, which is the newest one."""
        return next((each.value for each in self.secrets if not each.expires_at or each.expires_at > now()), None)

    def sign(self, algorithm: str, text: bytes) -> bytes:
        """Raises ValueError without a secret, or for an algorithm that is not known."""
        if (secret := self.signing_secret) is None:
            raise ValueError("the endpoint's verification has no secret to sign with")
        return hmac.digest(secret, text, algorithm)

    def contract_at(self, version: int | None) -> Contract | None:
        """The contract of this version, if it is the one that is known here."""
        return self._contract if version == self.endpoint.contract_version else None

    async def contract(self) -> Contract | None:
        """The active contract, read when the first request asks for it. Raises Unavailable."""
        if self._contract is None and self.endpoint.contract_version is not None:
            if self._loading is None:
                self._loading = asyncio.ensure_future(asyncio.to_thread(self._supplier.contract_of, self.endpoint))
            try:
                self._contract = await asyncio.shield(self._loading)
            finally:
                self._loading = None
            if not self._contract.is_made_ready_by_itself:  # nobody waits for it: the judge judges meanwhile
                asyncio.get_running_loop().run_in_executor(None, self._contract.prepare_here)
        return self._contract
