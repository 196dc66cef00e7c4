"""Errands: deliveries whose sender waits for the destination's answer. On the loop that receives.

The delivery is kept in the commit that keeps the request, as being sent, and due only once the sender can't wait any
more: so if this process ends in the middle, whoever holds the destination's lease sends it again like any other. The
first try is made from here, in whatever process received, beside the destination's lane and not bound by its rate.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from letterbox.delivery.attempts import opened_target, tried_of
from letterbox.delivery.book import Book
from letterbox.delivery.outgoing import Unsendable, outgoing
from letterbox.delivery.preparing import Preparing, Unpreparable
from letterbox.delivery.router import fresh
from letterbox.delivery.ruling import given_up, ruled
from letterbox.delivery.sender import Answer, Sender
from letterbox.errors import Unavailable
from letterbox.ids import now
from letterbox.receive import dedupe
from letterbox.receive.errand import Errand, passed_on
from letterbox.receive.reply import Ask, Reply
from letterbox.store import destinations, outcomes
from letterbox.store.changes import Changed
from letterbox.store.deliveries import Delivery
from letterbox.store.destinations import Destination
from letterbox.store.due import Due
from letterbox.store.outcomes import Again, Outcome
from letterbox.store.requests import Row, request_of
from letterbox.store.store import Store
from letterbox.store.writer import Unit

MOST_BYTES = 1_048_576  # of an answer that is passed on
KEPT_BYTES = 16_384  # of it, with the attempt
SPARE_SECONDS = 5.0  # beyond the time that the sender waits, until somebody else sends it
ANSWERED = "The destination refused it, and that was the reply."

log = logging.getLogger(__name__)


class Errands:
    """Of one process. `open` and `close` bound its life on the running loop; `wake` tells that something is due."""

    def __init__(
        self,
        store: Store,
        book: Book,
        preparing: Preparing,
        sender: Sender,
        wake: Callable[[], None],
        *,
        in_flight_bytes: int,
    ) -> None:
        self._store, self._book, self._preparing, self._sender = store, book, preparing, sender
        self._wake = wake
        self._in_flight: Counter[str] = Counter()  # by destination
        self._most_held_bytes = in_flight_bytes
        self._held_bytes = 0  # of requests whose senders wait, once they are no longer among the bodies that come in

    async def open(self) -> None:
        await self._sender.open()

    async def close(self) -> None:
        await self._sender.close()

    def prepare(self, row: Row, ask: Ask, *, is_paused: bool) -> Errand | None:
        """The delivery that is kept with a request; None if there is no such destination."""
        destination = self._book.find(row.project_id, ask.destination)
        if destination is None:
            log.warning("a reply is to come from a destination that is not there: project %s", row.project_id)
            return None
        delivery = fresh(row, destination.id, sequence=0)
        is_held = is_paused or destination.paused or destination.disabled_at is not None
        weight = len(row.body or b"") + len(row.headers)
        if is_held or self._is_busy(destination) or self._held_bytes + weight > self._most_held_bytes:
            return Errand(delivery, destination, None)
        self._in_flight[destination.id] += 1
        self._held_bytes += weight
        due_at = now() + round((ask.timeout_seconds + SPARE_SECONDS) * 1000)
        waiting = delivery._replace(status="sending", due_at=due_at)
        return Errand(waiting, destination, ask.timeout_seconds, weight)

    async def run(self, errand: Errand, row: Row) -> Reply | None:
        """Ask, now that the request is on disk; the reply, or None if there is none for the sender."""
        if errand.timeout_seconds is None:
            return None
        try:
            if now() + errand.timeout_seconds * 1000 > (errand.delivery.due_at or 0):
                return None  # the commit took so long that somebody else may send it meanwhile
            return await self._asked(errand, row, errand.timeout_seconds)
        except Exception as failure:
            log.error("%s could not be sent on", errand.delivery.id, exc_info=failure)
            return None
        finally:
            self.leave(errand)

    def leave(self, errand: Errand) -> None:
        """It is over, or is not run."""
        if errand.timeout_seconds is not None:
            self._in_flight[errand.destination.id] -= 1
            self._in_flight += Counter()  # forgets those with none
            self._held_bytes -= errand.weight

    def _is_busy(self, destination: Destination) -> bool:
        return self._in_flight[destination.id] >= destination.max_in_flight

    async def _asked(self, errand: Errand, row: Row, timeout_seconds: float) -> Reply | None:
        delivery, destination, started_at = errand.delivery, errand.destination, now()
        try:
            due = Due(delivery, request_of(row), row.body or b"", None)
            letter = self._preparing.letter(due, destination)
            going = outgoing(opened_target(destination, self._preparing.seal), letter, started_at // 1000)
        except (Unpreparable, Unsendable) as reason:
            await self._settle(delivery, Outcome(given_up(delivery, str(reason), now()), 0), None)
            return None
        answer = await self._sender.send(going, timeout_seconds=timeout_seconds, most_bytes=MOST_BYTES)
        reply = passed_on(answer)
        await self._settle(delivery, self._outcome(errand, answer, reply, started_at), reply)
        return reply

    def _outcome(self, errand: Errand, answer: Answer, reply: Reply | None, started_at: int) -> Outcome:
        draw = random.random()  # noqa: S311 # spreads a wait, and guards nothing
        ruling = ruled(errand.delivery, answer, errand.destination.retry_schedule_seconds, now(), draw)
        settled = ruling.delivery
        if reply is not None and answer.error is not None:  # the sender was told, and may mend it: nothing to repeat
            settled = settled._replace(status="failed", due_at=None, reason=ANSWERED)
        kept = answer.body[:KEPT_BYTES]
        is_cut = answer.is_truncated or len(answer.body) > KEPT_BYTES
        tried = tried_of(settled, started_at, replace(answer, body=kept, is_truncated=is_cut))
        return Outcome(settled, 0, tried, ruling.is_gone)

    async def _settle(self, kept: Delivery, outcome: Outcome, reply: Reply | None) -> None:
        """Before the reply leaves, so that whoever comes with the same key next is answered alike."""
        again = None if reply is None else _again(reply)
        try:
            await asyncio.wrap_future(self._store.writer.submit(partial(_settled, kept, outcome, again)))
        except Unavailable as reason:  # then it is sent once more, later
            log.warning("what came of %s could not be written: %s", kept.id, reason)
        self._wake()


def _again(reply: Reply) -> Again:
    encoded = dedupe.encoded(reply.status, reply.headers, reply.body)
    return Again(reply.status, None if dedupe.is_too_large(encoded) else encoded)


def _settled(kept: Delivery, outcome: Outcome, reply: Again | None, unit: Unit) -> None:
    settled = outcomes.settle_errand(unit.connection, kept, outcome, reply, now())
    for each in destinations.these(unit.connection, settled.disabled):
        unit.announce(Changed(each))
