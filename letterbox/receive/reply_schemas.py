"""Schemas of replies: a literal body is checked when it is saved, a computed one when it is answered.

A schema is taken in, compiled and bounded like a contract. What isn't cheap to check is refused, or not answered:
nobody waits for the judge process on behalf of a reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterbox.contracts.compile import Contract, compiled
from letterbox.contracts.intake import intake, normalised, text_of
from letterbox.errors import Unprocessable, Violation
from letterbox.facts.request import Facts
from letterbox.receive.reply_bodies import JSON, encoded
from letterbox.representation import as_json

MOST_BYTES = 32_768  # of a schema, since it may be compiled on the event loop

TOO_LARGE = f"The schema of a reply has at most {MOST_BYTES} bytes."
TOO_DEAR = "To check this by its schema takes too long here."
NO_BODY = "There is no body that this could hold for."


class ReplySchema:
    """What a computed body has to conform to, compiled when the first one is answered; it was taken in when saved."""

    __slots__ = ("_contract", "_schema")

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._contract: Contract | None = None

    def objection_to(self, body: bytes, media_type: str) -> str | None:
        """Why a body may not leave; None if it may."""
        try:
            self._contract = self._contract or _compiled(normalised({"body": self._schema}))
            found = _found(self._contract, _answered(body, media_type))
        except (Unprocessable, ValueError) as refusal:
            return str(refusal)
        return f"{found[0]['pointer']} {found[0]['message']}".strip() if found else None


def violations_of(rule: dict[str, Any], pointer: str) -> Iterator[Violation]:
    """What is wrong with the schema of a rule, or with its literal body under it."""
    if "schema" not in rule:
        return
    if "body" not in rule and "body_from" not in rule:
        yield Violation(pointer=f"{pointer}/schema", keyword="schema", message=NO_BODY)
    elif len(as_json(rule["schema"])) > MOST_BYTES:
        yield Violation(pointer=f"{pointer}/schema", keyword="schema", message=TOO_LARGE)
    else:
        yield from _contradictions(rule, pointer)


def _contradictions(rule: dict[str, Any], pointer: str) -> Iterator[Violation]:
    try:
        contract = _compiled(intake({"body": rule["schema"]}))
    except Unprocessable as refusal:
        for error in refusal.errors or [Violation(pointer="", keyword="schema", message=str(refusal))]:
            yield _moved(error, f"{pointer}/schema", error["pointer"].removeprefix("/body"))
        return
    if "body" in rule:
        contract.prepare_here()  # this once; what computes its body is checked on the event loop, unprepared
    media_type = rule.get("media_type", JSON)
    answered = _answered(encoded(rule["body"], media_type) if "body" in rule else b"", media_type)
    if (fault := _fault_of(contract, answered)) is not None:
        yield Violation(pointer=f"{pointer}/schema", keyword="schema", message=fault)
    elif "body" in rule:
        for error in _found(contract, answered):
            yield _moved(error, f"{pointer}/body", error["pointer"])


def _fault_of(contract: Contract, answered: Facts) -> str | None:
    """Why replies can't be checked by a schema that is none the less one."""
    if not contract.is_cheap(answered):
        return TOO_DEAR
    try:
        contract.prepare()
    except ValueError as refusal:
        return str(refusal)[:200]
    return None


def _moved(error: Violation, pointer: str, below: str) -> Violation:
    return Violation(pointer=pointer + below, keyword=error["keyword"], message=error["message"])


def _compiled(contract: dict[str, Any]) -> Contract:
    return compiled(text_of(contract))


def _found(contract: Contract, answered: Facts) -> list[Violation]:
    judgement = contract.judge_here(answered)
    if judgement is None:
        return [Violation(pointer="", keyword="schema", message=TOO_DEAR)]
    return list(judgement.violations)


def _answered(body: bytes, media_type: str) -> Facts:
    """A reply in the shape in which contracts judge: as if somebody had sent it."""
    return Facts(
        id="",
        method="POST",
        path="/",
        path_parameters={},
        raw_query="",
        raw_headers=[(b"content-type", media_type.encode())],
        raw_body=body,
        received_at=0,
    )
