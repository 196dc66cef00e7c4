"""What of a file would be refused, found without sending it: by the service's document, and by the house's rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from letterbox.client.api import Api, NotAnswered
from letterbox.client.declared import Declared
from letterbox.client.plan import Create, Replace
from letterbox.client.sources import Secret
from letterbox.contracts.compile import Contract, compiled
from letterbox.contracts.importing.document import Choice, imported
from letterbox.contracts.intake import intake
from letterbox.errors import Unprocessable, Violation
from letterbox.facts.request import Facts
from letterbox.receive.declared import violations_of as senseless
from letterbox.receive.verification.declared import complete, fault_of, violations_of
from letterbox.representation import as_json

DOCUMENT = "/openapi.json"
NEW_ENDPOINT = Choice("/v1/endpoints", "post")
JUDGED = ("body", "definitions", "assert_formats")


class Promise(NamedTuple):
    """What the service's document says that a new endpoint may be, and how it puts what a path is."""

    contract: Contract
    path_hint: str | None

    @classmethod
    def read(cls, api: Api) -> Promise:
        """Raises NotAnswered for a document that does not say it."""
        document = api.read(DOCUMENT).value
        try:
            found = imported({**document, "assert_formats": True}, NEW_ENDPOINT).contract
            contract = compiled(as_json(intake({name: found[name] for name in JUDGED})))
        except (Unprocessable, LookupError, TypeError):
            raise NotAnswered(f"{api.url}{DOCUMENT} does not say what an endpoint may be") from None
        properties = found["definitions"].get("NewEndpoint", {}).get("properties", {})
        return cls(contract, properties.get("path", {}).get("x-hint"))

    def broken_by(self, wanted: Declared) -> Iterator[Violation]:
        """What an endpoint breaks of it. No message repeats a secret."""
        for violation in self.contract.judge(_sent(wanted.sent())).violations:
            if violation["pointer"] == "/path" and violation["keyword"] == "pattern" and self.path_hint:
                yield {**violation, "message": self.path_hint}
            else:
                yield violation

    def faults_of(self, step: Create | Replace) -> list[Violation]:
        """Why an endpoint would be refused; its meaning is looked at if its form is right."""
        there = step.there.endpoint["verification"] if isinstance(step, Replace) else {}
        kept = {secret["id"] for secret in there.get("secrets", ())}
        return [*self.broken_by(step.wanted)] or [*_senseless(step.wanted, kept)]


def _sent(endpoint: dict[str, Any]) -> Facts:
    return Facts(
        id="",
        method="POST",
        path="",
        path_parameters={},
        raw_query="",
        raw_headers=[(b"content-type", b"application/json")],
        raw_body=as_json(endpoint),
        received_at=0,
    )


def _senseless(wanted: Declared, kept: Collection[str]) -> Iterator[Violation]:
    """What is well-formed and still can't be served."""
    endpoint = wanted.endpoint
    yield from senseless(endpoint)
    if "verification" in endpoint:
        declared = complete(endpoint["verification"])
        wrong = list(violations_of(declared, "/verification"))
        yield from wrong or _secret_violations(wanted.secrets, declared, kept)


def _secret_violations(
    secrets: Sequence[Secret], declared: dict[str, Any], kept: Collection[str]
) -> Iterator[Violation]:
    if declared["scheme"] == "none":
        return
    place, now = "/verification/secrets", datetime.now(UTC)
    there = [secret for secret in secrets if secret.text is not None or secret.id in kept]
    for index, secret in enumerate(secrets):
        gone = None if secret in there else "There is no secret of this id to keep."
        if fault := gone or (secret.text is not None and fault_of(secret.text, declared)):
            yield Violation(pointer=f"{place}/{index}", keyword="verification", message=fault)
    if not any(secret.expires_at is None or secret.expires_at > now for secret in there):
        message = f"The scheme {declared['scheme']} needs a secret that has not expired."
        yield Violation(pointer=place, keyword="verification", message=message)
