"""Replaying: kept requests are delivered again, to whom somebody names, or to whoever subscribes now."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from letterbox import destinations, subscriptions
from letterbox.delivery.matching import Evaluate, Note, matched
from letterbox.delivery.router import fresh
from letterbox.errors import BodyNotKept, WrongVerdict
from letterbox.expressions.expression import Expression
from letterbox.facts.request import Facts
from letterbox.kept import facts_of
from letterbox.store import deliveries as stored
from letterbox.store import destinations as stored_destinations
from letterbox.store import routing, tailing
from letterbox.store.deliveries import REPLAYED, Delivery
from letterbox.store.requests import Request, Row
from letterbox.store.routing import Subscriber
from letterbox.store.writer import Connection, Unit

EVERYBODY: dict[str, str] = {}  # the target of whoever names none
SINCE_EVER = sys.maxsize  # every subscription began before this place of the journal

EvaluateFor = Callable[[str, Expression, Facts], Any]  # for a project: see receive/again.py


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom requests go to: a destination, or subscribers, by the endpoint of the request unless one is named."""

    destination_id: str | None = None
    named: Subscriber | None = None
    by_endpoint: Mapping[str, Sequence[Subscriber]] = field(default_factory=dict)

    def of(self, request: Request) -> Sequence[Subscriber]:
        return [self.named] if self.named is not None else self.by_endpoint.get(request.endpoint_id or "", ())


class Replayed(NamedTuple):
    """A request that is sent again, its deliveries, and its row if it is a new one; nothing of it is stored yet."""

    request: Request
    deliveries: Sequence[Delivery]
    notes: Sequence[Note] = ()  # why subscriptions did not take it
    row: Row | None = None


def target_of(connection: Connection, project_id: str, named: Mapping[str, str]) -> dict[str, str]:
    """A target by its id. Raises NotFound."""
    if "destination" in named:
        return {"destination": destinations.read(connection, project_id, named["destination"]).id}
    if "subscription" in named:
        return {"subscription": subscriptions.read(connection, project_id, named["subscription"]).id}
    return EVERYBODY


def recipients_of(
    connection: Connection, project_id: str, target: Mapping[str, str], requests: Sequence[Request]
) -> Recipients:
    """Whom these requests go to now. Raises NotFound if the target is gone."""
    target = target_of(connection, project_id, target)
    if "destination" in target:
        return Recipients(destination_id=target["destination"])
    if "subscription" in target:
        one = subscriptions.read(connection, project_id, target["subscription"])
        # Whatever its filter says: it was named.
        return Recipients(named=Subscriber(one.id, one.endpoint_id, one.destination_id, None, one.ordering_key, 0))
    return Recipients(by_endpoint=routing.subscribers_of(connection, {each.endpoint_id for each in requests}))


def require_replayable(request: Request, body: bytes | None, target: Mapping[str, str]) -> bytes:
    """What is sent of a request. Raises WrongVerdict, unless somebody is named, and BodyNotKept."""
    if request.verdict != routing.ACCEPTED and not target:
        raise WrongVerdict(
            f"This request is {request.verdict}, so no subscription takes it; name a destination or a subscription."
        )
    if body is None:
        raise BodyNotKept("The body of this request was not read, so there is nothing to send.")
    return body


def again(request: Request, body: bytes, recipients: Recipients, evaluate: EvaluateFor) -> Replayed:
    """How a request is sent again, and who does not take it. Raises Unavailable if that can't be told now."""
    if recipients.destination_id is not None:
        return Replayed(request, [_replayed(fresh(request, recipients.destination_id, sequence=0))])
    facts = facts_of(request, body)
    facts.event_type = request.event_type
    found = matched(recipients.of(request), SINCE_EVER, facts, _evaluating(request.project_id, evaluate))
    made = [
        fresh(
            request,
            match.subscriber.destination_id,
            sequence=0,
            subscription_id=match.subscriber.id,
            ordering_key=match.ordering_key,
        )
        for match in found.matches
    ]
    return Replayed(request, [_replayed(each) for each in made], found.notes)


def put(unit: Unit, made: Sequence[Delivery]) -> list[Delivery]:
    """Store deliveries, each behind all that are in its line. Left out is what goes to a destination that is gone."""
    live = stored_destinations.these(unit.connection, sorted({each.destination_id for each in made}))
    live_ids = {each.id for each in live}
    sequence = tailing.newest_visible(unit.connection)
    placed = [each._replace(sequence=sequence) for each in made if each.destination_id in live_ids]
    stored.add(unit.connection, placed)
    return stored.these(unit.connection, [each.id for each in placed])


def _replayed(delivery: Delivery) -> Delivery:
    return delivery._replace(queue=REPLAYED)


def _evaluating(project_id: str, evaluate: EvaluateFor) -> Evaluate:
    return lambda expression, facts: evaluate(project_id, expression, facts)
