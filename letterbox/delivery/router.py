"""The router: finds the accepted requests behind its mark, and makes a delivery for each subscription that takes one.

The deliveries and the mark are one unit of work, so a crash leaves both or neither. One process routes at a time; if
two do for a moment, the mark lets one of them write.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from letterbox.delivery.matching import Match, Matched, are_looking, everybody, matched, needs_body, nobody
from letterbox.errors import Unavailable
from letterbox.expressions.expression import Expression
from letterbox.facts.request import Facts
from letterbox.ids import new_id, now
from letterbox.kept import facts_of
from letterbox.store import routing
from letterbox.store.changes import MadeDue
from letterbox.store.deliveries import FRESH, Delivery
from letterbox.store.routing import Page, Routable, Routed, Seen, Subscriber
from letterbox.store.store import Store
from letterbox.store.tailing import Horizon
from letterbox.store.writer import Connection, Unit

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
        self.is_idle = False  # nobody subscribes to anything
        self.passed = 0  # entries of the journal, when it last looked
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

    def route(self) -> bool:
        """Route the next page; whether there is more. Raises Unavailable."""
        with self._store.reading() as connection:
            until = self._horizon.look(connection)
            if self._marked is None:
                self._marked = self._reached = routing.cursor_of(connection)
            self.is_idle = not routing.has_subscribers(connection)
            if self.is_idle:
                page = Page([], {}, max(until, self._reached), set())
            else:
                page = routing.page_of(connection, after=self._reached, until=until)
            seen = self._seen(connection, page)
        self.passed = page.reached - self._reached
        routed = self._routed(page, seen)
        if routed.deliveries or routed.notes or now() - self._marked_at >= MILLISECONDS_BETWEEN_MARKS:
            self._mark(routed, page.reached)
        else:
            self._reached = page.reached
        return page.reached < until

    def settle(self) -> None:
        """Store the mark as it is. Raises Unavailable."""
        if self._marked is not None and self._reached != self._marked:
            self._mark(Routed(), self._reached)

    def _mark(self, routed: Routed, reached: int) -> None:
        seen, moment = self._marked or 0, now()
        if reached == seen:
            return
        if self._store.writer.run(partial(_written, routed, seen, reached, moment)):
            self._marked = self._reached = reached
            self._marked_at = moment
        else:
            self.forget()

    def _seen(self, connection: Connection, page: Page) -> dict[str, Seen]:
        """Those requests that expressions look at: most subscriptions take whatever comes."""
        looking = {name: some for name, some in page.subscribers.items() if are_looking(some)}
        with_bodies = any(needs_body(some) for some in looking.values())
        some = [each for each in page.found if each.endpoint_id in looking]
        return routing.requests_of(connection, some, with_bodies=with_bodies)

    def _routed(self, page: Page, seen: dict[str, Seen]) -> Routed:
        routed = Routed()
        for each in page.found:
            whole = page.subscribers.get(each.endpoint_id, [])
            subscribers = (
                [one for one in whole if (each.id, one.destination_id) not in page.asked] if page.asked else whole
            )
            found = self._matched(each, subscribers, seen.get(each.id))
            routed.deliveries.extend(_delivery(each, match) for match in found.matches)
            if found.notes:
                routed.notes[each.id] = found.notes
        return routed

    def _matched(self, routable: Routable, subscribers: Sequence[Subscriber], seen: Seen | None) -> Matched:
        if seen is None:
            taking = [each for each in subscribers if not are_looking([each])]  # of one that was erased, the others
            return everybody(taking, routable.sequence)
        facts = facts_of(seen.request, seen.body)
        facts.event_type = seen.request.event_type

        def evaluate(expression: Expression, facts: Facts) -> Any:
            return self._evaluator.evaluate(routable.project_id, expression, facts)

        try:
            return matched(subscribers, routable.sequence, facts, evaluate)
        except Unavailable:
            raise
        except Exception as failure:  # one request must not hold up all others for ever
            log.error("%s can't be routed", routable.id, exc_info=failure)
            return nobody(subscribers, f"it could not be routed: {type(failure).__name__}")


def _written(routed: Routed, seen: int, reached: int, moment: int, unit: Unit) -> bool:
    if not routing.put(unit.connection, routed, seen=seen, reached=reached, at=moment):
        return False
    for destination_id in {each.destination_id for each in routed.deliveries}:
        unit.announce(MadeDue(destination_id))
    return True


def _delivery(routable: Routable, match: Match) -> Delivery:
    subscriber = match.subscriber
    made = fresh(
        routable,
        subscriber.destination_id,
        sequence=routable.sequence,
        subscription_id=subscriber.id,
        ordering_key=match.ordering_key,
    )
    if not subscriber.first_wait_seconds:
        return made
    return made._replace(due_at=made.created_at + round(subscriber.first_wait_seconds * 1000))


class Origin(Protocol):
    """The request that is delivered."""

    @property
    def id(self) -> str: ...
    @property
    def project_id(self) -> str: ...
    @property
    def endpoint_id(self) -> str | None: ...


def fresh(
    request: Origin,
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
