"""From a stored request to the letter that is sent: credentials as the destination may have them, and the body as the
subscription wants it.
"""

from __future__ import annotations

from dataclasses import dataclass

from letterbox import expressions
from letterbox.delivery.outgoing import Letter
from letterbox.delivery.router import Evaluator
from letterbox.expressions import BadExpression, Failed
from letterbox.kept import credential_of, facts_of, unmasked_of
from letterbox.receive.credentials import carried_by, without
from letterbox.representation import as_json
from letterbox.sealing import Seal, WrongSecretKey
from letterbox.store.destinations import Destination
from letterbox.store.due import Due
from letterbox.store.requests import Request

REMOVED = "Its subscription was removed."
DELETED = "The request was deleted or erased before it could be sent."


class Unpreparable(Exception):
    """Why a delivery can't be sent, whatever its destination says."""


class Withdrawn(Unpreparable):
    """Why nobody wants it to be sent any more."""


@dataclass(frozen=True, slots=True)
class Preparing:
    """Makes letters. Not for the event loop: an expression may be waited for."""

    seal: Seal
    evaluator: Evaluator

    def letter(self, due: Due, destination: Destination) -> Letter:
        """Raises Unpreparable, and Unavailable if a transformation can't be evaluated right now."""
        if due.is_orphan:  # what it would have been transformed to, nobody knows any more
            raise Withdrawn(REMOVED)
        if due.request is None:
            raise Withdrawn(DELETED)
        headers, query, masked = self._addressed(due.request, destination)
        return Letter(
            request_id=due.request.id,
            method=due.request.method,
            query=query,
            headers=headers,
            body=due.body,
            transformed=None if due.transform is None else self._transformed(due, due.request, due.transform),
            masked=masked,
        )

    def _addressed(
        self, request: Request, destination: Destination
    ) -> tuple[list[tuple[bytes, bytes]], str, frozenset[bytes]]:
        """The headers, the query, and which of the headers stay here."""
        shown = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
        if request.credential is None:
            return shown, request.query, frozenset()
        try:
            if destination.forward_credentials:
                return *unmasked_of(request, self.seal), frozenset()
            carriers = carried_by(request.query, credential_of(request, self.seal))
        except WrongSecretKey:
            raise Unpreparable("The credential that came with the request does not open.") from None
        return shown, without(request.query, carriers), carriers.headers

    def _transformed(self, due: Due, request: Request, source: str) -> bytes:
        facts = facts_of(request, due.body)
        facts.event_type = request.event_type
        try:
            value = self.evaluator.evaluate(request.project_id, expressions.compiled(source), facts)
            return as_json(value)
        except (BadExpression, Failed) as reason:
            raise Unpreparable(f"transform: {reason}") from None
        except (TypeError, ValueError):
            raise Unpreparable("transform: what it gave is not JSON") from None
