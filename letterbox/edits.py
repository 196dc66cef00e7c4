"""Edits: a kept request with a body of one's own, judged as at the door, and kept as a new one that names its origin.

Whoever edits vouches for the sender, so nobody has to prove who it is; all else is judged as if it came in now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from letterbox import endpoints
from letterbox.checks import body_of
from letterbox.delivery.header_names import OF_THE_OLD_BODY
from letterbox.delivery.matching import Note
from letterbox.errors import BodyTooLarge, Unprocessable, Violation, WrongVerdict
from letterbox.ids import stamped_id
from letterbox.receive.arrival import Arrival
from letterbox.receive.asking import Edit, Question, Said
from letterbox.receive.credentials import PLAIN, about_credential
from letterbox.receive.record import row_of
from letterbox.receive.verification import signature_names
from letterbox.receive.weighing import conceal
from letterbox.sealing import Seal
from letterbox.store import edits as stored
from letterbox.store import requests as stored_requests
from letterbox.store import routing
from letterbox.store.changes import MoreStored
from letterbox.store.endpoints import Endpoint
from letterbox.store.requests import Request, Row
from letterbox.store.writer import Connection, Unit
from letterbox.verdicts import arrival_of

__all__ = ["Row", "is_asked", "keep", "made", "note_routed", "question", "request_of", "target_of"]

BODIES = ("body", "body_base64")
ACCEPTED = "accepted"
WITHOUT_BODY = "Only a request with an edited body is judged anew; name a verdict together with body or body_base64."
NOBODY_LISTENS = "No endpoint took this request, so nobody can judge an edited body of it. Readmit it first."

# What an edited body has in common with the one before stays, such as its media type.
STAYING = frozenset((b"content-type", b"content-language", b"content-location", b"content-disposition"))
OF_THE_WAY = frozenset((b"content-length", b"transfer-encoding", b"trailer"))
DROPPED = (OF_THE_OLD_BODY - STAYING) | OF_THE_WAY


def is_asked(asked: Mapping[str, Any]) -> bool:
    """Whether a replay is of an edited body. Raises Unprocessable for what only makes sense with one."""
    if any(name in asked for name in BODIES):
        return True
    if "verdict" in asked:
        violation = Violation(pointer="/verdict", keyword="dependentRequired", message=WITHOUT_BODY)
        raise Unprocessable(WITHOUT_BODY, errors=[violation])
    return False


def target_of(asked: Mapping[str, Any]) -> dict[str, str]:
    """Where a replay goes, as it was named."""
    return {name: asked[name] for name in ("destination", "subscription") if name in asked}


def question(connection: Connection, origin: Request, asked: Mapping[str, Any], seal: Seal) -> Question:
    """What the door is asked of a request with another body. Raises Unprocessable, and WrongVerdict."""
    if origin.endpoint_id is None:
        raise WrongVerdict(NOBODY_LISTENS)
    endpoint = endpoints.read(connection, origin.project_id, origin.endpoint_id)
    body = body_of(asked)
    arrival = _arrival_of(origin, endpoint, body, seal)
    return Question(endpoint, arrival, body, is_vouched=True, edit=Edit(stamped_id("req"), origin.id))


def made(question: Question, said: Said, expected: str, seal: Seal) -> Row:
    """The new request, not stored. Raises WrongVerdict unless its verdict is the expected one, and BodyTooLarge."""
    finding, arrival, edit = said.finding, question.arrival, question.edit
    if isinstance(finding.refusal, BodyTooLarge):
        raise finding.refusal
    if finding.verdict != expected:
        raise WrongVerdict(_otherwise(said, expected), errors=finding.violations)
    conceal(arrival, PLAIN)  # unless weighing has
    arrival.body, arrival.body_bytes = question.body, len(question.body)
    identity = edit.identity if edit is not None else stamped_id("req")
    credential = arrival.credential and seal.close(arrival.credential, about_credential(identity[0]))
    endpoint = question.endpoint
    return row_of(identity, endpoint.project_id, endpoint.id, arrival, finding, said.reply_status, credential)


def request_of(row: Row) -> Request:
    """The new request as it will be kept."""
    return stored_requests.request_of(row)


def keep(unit: Unit, row: Row, origin: Request, who: str) -> None:
    """Keep the new request in the transaction that makes its deliveries."""
    unit.announce(MoreStored(stored.keep(unit.connection, row, origin.id, who)))


def note_routed(unit: Unit, row: Row, notes: Sequence[Note]) -> None:
    """Note of one that is accepted why subscriptions did not take it; there, routing has nothing left to ask."""
    if row.verdict == ACCEPTED:
        routing.note(unit.connection, row.id, notes, row.received_at)


def _arrival_of(origin: Request, endpoint: Endpoint, body: bytes, seal: Seal) -> Arrival:
    """The origin as it came in, credentials and all, but for its body and what was only true of that.

    Given its own bytes all that is said of them is still true, such as how they are compressed.
    """
    is_the_same = sha256(body).hexdigest() == origin.body_sha256
    dropped = OF_THE_WAY if is_the_same else DROPPED | signature_names(endpoint.verification)
    came = arrival_of(origin, b"", seal)
    headers = [(name, value) for name, value in came.headers if name not in dropped]
    headers.append((b"content-length", b"%d" % len(body)))
    return replace(came, headers=headers, body=None, body_bytes=0)


def _otherwise(said: Said, expected: str) -> str:
    finding = said.finding
    why = f" ({', '.join(finding.causes)})" if finding.causes else ""
    then = "Mend the body" if expected == ACCEPTED else "Check it again"
    return (
        f"With this body it would be {finding.verdict}{why}, not {expected}. {then}, "
        f'or send "verdict": "{finding.verdict}" to mean it as it is.'
    )
