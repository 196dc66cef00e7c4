"""The router: finds the accepted requests behind its mark, and makes a delivery for each subscription that takes one.

The deliveries and the mark are one unit of work, so a crash leaves both or neither. One process routes at a time; if
two do for a moment, the mark lets one of them write.
"""

from __future__ import annotations

import logging
from typing import Any, Protocol

from letterbox.delivery.matching import Match, Matched, matched, needs_body
from letterbox.expressions.expression import Expression
from letterbox.facts.request import Facts
from letterbox.ids import new_id, now
from letterbox.store import routing
from letterbox.store.deliveries import FRESH, Delivery
from letterbox.store.requests import Request
from letterbox.store.routing import Page, Routable, Routed
from letterbox.store.store import Store
from letterbox.store.tailing import Horizon
from letterbox.trials import facts_of

log = logging.getLogger(__name__)

MILLISECONDS_BETWEEN_MARKS = 10_000  # where nothing was found, so that receiving alone costs no more commits


class Evaluator(Protocol):
    """What evaluates expressions, here or in the judge: see receive/again.py."""

    def evaluate(self, project_id: str, expression: Expression, facts: Facts) -> Any: ...


class Router:
    """Routes for one process. Its methods are for a thread that is not the event loop's, one at a time."""

    def __init__(self, store: Store, evaluator: Evaluator) -> None:
        self._store, self._evaluator = store, evaluator
        self._horizon = Horizon()
        self._marked: int | None = None  # as it is stored
        self._reached = 0  # as far as it was looked
        self._marked_at = 0

    @property
    def is_behind(self) -> bool:
        """Whether something is visible that can't be routed yet, since a transaction before it may still commit."""
        return self._horizon.is_behind

    def forget(self) -> None:
        """Begin at the stored mark: another process may have routed meanwhile."""
        self._marked = None

    def route(self) -> tuple[set[str], bool]:
        """Route the next page: the destinations with something new, and whether there is more. Raises Unavailable."""
        with self._store.reading() as connection:
            until = self._horizon.look(connection)
            if self._marked is None:
                self._marked = self._reached = routing.cursor_of(connection)
            page = routing.page_of(connection, after=self._reached, until=until)
            bodies = routing.bodies_of(connection, [each.request for each in page.found if _needs_body(page, each)])
        routed = self._routed(page, bodies)
        if routed.deliveries or routed.notes or now() - self._marked_at >= MILLISECONDS_BETWEEN_MARKS:
            self._mark(routed, page.reached)
        else:
            self._reached = page.reached
        return {each.destination_id for each in routed.deliveries}, page.reached < until

    def settle(self) -> None:
        """Store the mark as it is. Raises Unavailable."""
        if self._marked is not None and self._reached != self._marked:
            self._mark(Routed(), self._reached)

    def _mark(self, routed: Routed, reached: int) -> None:
        seen, moment = self._marked or 0, now()
        if reached == seen:
            return
        if self._store.writer.run(
            lambda unit: routing.put(unit.connection, routed, seen=seen, reached=reached, at=moment)
        ):
            self._marked = self._reached = reached
            self._marked_at = moment
        else:
            self.forget()

    def _routed(self, page: Page, bodies: dict[str, bytes]) -> Routed:
        routed = Routed()
        for each in page.found:
            found = self._matched(page, each, bodies.get(each.request.id, b""))
            routed.deliveries.extend(_delivery(each, match) for match in found.matches)
            if found.notes:
                routed.notes[each.request.id] = found.notes
        return routed

    def _matched(self, page: Page, routable: Routable, body: bytes) -> Matched:
        request = routable.request
        facts = facts_of(request, body)
        facts.event_type = request.event_type

        def evaluate(expression: Expression, facts: Facts) -> Any:
            return self._evaluator.evaluate(request.project_id, expression, facts)

        return matched(page.subscribers.get(request.endpoint_id or "", []), routable.sequence, facts, evaluate)


def _needs_body(page: Page, routable: Routable) -> bool:
    return needs_body(page.subscribers.get(routable.request.endpoint_id or "", []))


def _delivery(routable: Routable, match: Match) -> Delivery:
    return fresh(
        routable.request,
        match.subscriber.destination_id,
        sequence=routable.sequence,
        subscription_id=match.subscriber.id,
        ordering_key=match.ordering_key,
    )


def fresh(
    request: Request,
    destination_id: str,
    *,
    sequence: int,
    subscription_id: str | None = None,
    ordering_key: str | None = None,
) -> Delivery:
    """A delivery that is to be sent at once."""
    moment = now()
    return Delivery(
        id=new_id("dlv"),
        project_id=request.project_id,
        request_id=request.id,
        endpoint_id=request.endpoint_id,
        subscription_id=subscription_id,
        destination_id=destination_id,
        replay_id=None,
        status="waiting",
        queue=FRESH,
        due_at=moment,
        attempts=0,
        spent=0,
        ordering_key=ordering_key,
        sequence=sequence,
        last_error=None,
        reason=None,
        created_at=moment,
        updated_at=moment,
    )
