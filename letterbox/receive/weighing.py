"""Steps 5 to 9 over a whole arrival: verify, judge, the key of its duplicates, and what is answered.

The receiver weighs what comes in, and a readmission what was refused before. What is cheap by count is done at once;
the rest goes to the judge process, so that nothing stalls the event loop.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Protocol

from letterbox.contracts.compile import Contract
from letterbox.contracts.judgement import Judgement
from letterbox.errors import (
    BodyTooLarge,
    ContractViolated,
    MethodNotAllowed,
    NoEndpoint,
    OriginNotAllowed,
    RateLimited,
    Refusal,
    UnparsableBody,
    UnsupportedMediaType,
    VerificationFailed,
    Violation,
)
from letterbox.expressions import Expression, Failed
from letterbox.facts.request import Facts
from letterbox.receive import credentials, dedupe
from letterbox.receive.arrival import Arrival
from letterbox.receive.credentials import Carriers
from letterbox.receive.listener import Listener
from letterbox.receive.reading import Preparing, Reading
from letterbox.receive.reply import Reply
from letterbox.receive.rules import choose
from letterbox.receive.trail import PASSED, Trail
from letterbox.store.dedupe import Claim

ACCEPTED, QUARANTINED, REFUSED = "accepted", "quarantined", "refused"
UNDETERMINED = "undetermined"

CAUSES: dict[type[Refusal], str] = {
    NoEndpoint: "no_endpoint",
    MethodNotAllowed: "method_not_allowed",
    OriginNotAllowed: "verification_failed",
    RateLimited: "rate_limited",
    BodyTooLarge: "body_too_large",
    VerificationFailed: "verification_failed",
    UnsupportedMediaType: "unsupported_media_type",
    UnparsableBody: "unparsable_body",
    ContractViolated: "contract_violation",
}
REFUSALS = {CAUSES[kind]: kind for kind in (UnsupportedMediaType, UnparsableBody, ContractViolated)}
FAILED = "failed"
HASHED_HERE_BYTES = 262_144  # of a larger body another thread makes the hashes, so that the loop goes on


class Judge(Protocol):
    """Who judges what is not cheap: see letterbox/judge."""

    async def judge(self, contract: Contract, facts: Facts, *, owner: str) -> Judgement: ...
    async def evaluate(self, source: str, facts: Facts, key: bytes | None = None, *, owner: str) -> Any: ...
    async def try_compile(self, text: bytes, *, owner: str) -> None: ...


@dataclass(slots=True)
class Finding:
    """What became of an arrival, and why. A refusal is there exactly if the verdict is `refused`."""

    verdict: str = ACCEPTED
    refusal: Refusal | None = None
    causes: tuple[str, ...] = ()
    violations: tuple[Violation, ...] = ()
    contract_version: int | None = None
    event_type: str | None = None
    facts: Facts | None = None
    trail: Trail = field(default_factory=Trail)

    @classmethod
    def refused(cls, refusal: Refusal, trail: Trail) -> Finding:
        return cls(REFUSED, refusal, (CAUSES[type(refusal)],), tuple(refusal.errors), trail=trail)


class Weighing:
    """Weighs arrivals; for one event loop."""

    def __init__(self, judge: Judge) -> None:
        self._judge, self._reading, self._preparing = judge, Reading(), Preparing()

    async def weigh(
        self,
        listener: Listener,
        arrival: Arrival,
        identity: tuple[str, int],
        trail: Trail,
        *,
        is_vouched: bool = False,
    ) -> Finding:
        """Verify, unless somebody vouches for the sender, and judge. From then on the arrival's credentials are masked.

        Raises Unavailable where the contract can't be read.
        """
        if listener.is_verified(arrival.method) and not is_vouched:
            body = arrival.body or b""
            check, at = listener.verifier.check, identity[1] / 1000
            try:
                if len(body) <= HASHED_HERE_BYTES:
                    check(arrival.headers, arrival.query, body, at)
                else:
                    await asyncio.to_thread(check, arrival.headers, arrival.query, body, at)
            except VerificationFailed as refusal:
                trail.add("verification", FAILED, refusal.detail)
                return Finding.refused(refusal, trail)
            finally:
                conceal(arrival, listener.carriers)
            trail.add("verification")
        else:
            conceal(arrival, listener.carriers)
        finding = Finding(trail=trail)
        if listener.needs_facts:
            finding.facts = facts = facts_of(arrival, identity)
            if listener.has_contract:
                contract = listener.contract
                judgement = None if contract is None else contract.judge_here(facts)
                _settle(finding, facts, listener, judgement or await self._judged_elsewhere(listener, facts))
        return finding

    async def reply(self, listener: Listener, finding: Finding, request_id: str) -> Reply:
        """What the endpoint answers to an arrival that is not refused."""
        rules = listener.rules
        if rules.is_plain or finding.facts is None:
            return rules.plain.reply(request_id)

        async def evaluate(expression: Expression, facts: Facts) -> Any:
            return await self._value(expression, facts, listener)

        reply, notes = await choose(rules, finding.facts, evaluate)
        finding.trail.add("reply", note="; ".join(notes) or None)
        return reply

    async def claim(self, listener: Listener, finding: Finding, received_at: int, reply: Reply) -> Claim | None:
        """What makes the next one with the same key a duplicate of this one; None if nothing does."""
        if listener.dedupe_key is None or finding.facts is None or not listener.lets_claim(finding.facts.method):
            return None
        try:
            key = dedupe.key_of(await self._value(listener.dedupe_key, finding.facts, listener))
        except Failed as reason:
            finding.trail.add("dedupe", "no key", str(reason))
            return None
        kept = b"" if key is None else dedupe.encoded(reply.status, reply.headers, reply.body)
        if key is None or dedupe.is_too_large(kept):
            finding.trail.add("dedupe", "no key", None if key is None else dedupe.TOO_LARGE)
            return None
        finding.trail.add("dedupe", "key")
        return Claim(listener.endpoint.id, key, received_at + listener.dedupe_milliseconds, kept)

    async def _judged_elsewhere(self, listener: Listener, facts: Facts) -> Judgement:
        """By the judge process; or here after all, if only the contract was not read yet."""
        contract = listener.contract
        if contract is None:
            contract = listener.contract = await self._reading.contract(listener.endpoint, listener.supplier)
            if (judgement := contract.judge_here(facts)) is not None:
                return judgement
        judgement = await self._judge.judge(contract, facts, owner=listener.endpoint.project_id)
        self._preparing.begin(contract, judgement.event_type)
        return judgement

    async def _value(self, expression: Expression, facts: Facts, listener: Listener) -> Any:
        """Raises Failed."""
        if expression.is_cheap(facts):
            return expression.value(facts, listener.sign)
        secret = listener.signing_secret if expression.uses_sign else None
        return await self._judge.evaluate(expression.source, facts, secret, owner=listener.endpoint.project_id)


def _settle(finding: Finding, facts: Facts, listener: Listener, judgement: Judgement) -> None:
    """What the judgement makes of an arrival."""
    cause, endpoint = judgement.cause, listener.endpoint
    facts.event_type = finding.event_type = judgement.event_type
    finding.contract_version = endpoint.contract_version
    if cause is not None:
        finding.causes, finding.violations = (cause,), judgement.violations
        finding.verdict = verdict_under(endpoint.contract_mode, judgement)
        if finding.verdict == REFUSED:
            finding.refusal = _refusal_of(judgement)
    finding.trail.add("contract", cause or PASSED, "; ".join(judgement.notes) if judgement.notes else None)


def conceal(arrival: Arrival, carriers: Carriers) -> None:
    """Take the credentials out of an arrival's headers and query, once; from then on they are only in `credential`."""
    if arrival.is_concealed:
        return
    if arrival.carried is not None:
        carriers = credentials.union_of(carriers, arrival.carried)
    masked = credentials.masked(arrival.headers, arrival.query, carriers)
    arrival.headers, arrival.query, arrival.credential = masked
    arrival.is_concealed = True


def facts_of(arrival: Arrival, identity: tuple[str, int]) -> Facts:
    return Facts(
        id=identity[0],
        method=arrival.method,
        path=arrival.path,
        path_parameters=arrival.path_parameters,
        raw_query=arrival.query,
        raw_headers=arrival.headers,
        raw_body=arrival.body,
        received_at=identity[1],
    )


def verdict_under(mode: str, judgement: Judgement) -> str:
    """What a contract's judgement comes to; what could not be determined is never refused."""
    if judgement.cause is None or mode == "observe":
        return ACCEPTED
    return QUARANTINED if mode == "quarantine" or judgement.cause == UNDETERMINED else REFUSED


def _refusal_of(judgement: Judgement) -> Refusal:
    cause, violations = judgement.cause or "", judgement.violations
    detail = violations[0]["message"] if violations and cause != "contract_violation" else None
    return REFUSALS[cause](detail, errors=violations)
