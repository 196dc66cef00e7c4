"""The dispatcher of one process: a thread that goes its rounds, so that receiving never waits for a delivery.

Where a failure that nobody foresaw ends them, they begin anew.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Concatenate, ParamSpec

import uvloop

from letterbox.delivery.desk import Desk
from letterbox.delivery.egress import Egress
from letterbox.delivery.lane import Lane
from letterbox.delivery.rounds import Rounds
from letterbox.delivery.router import Evaluator
from letterbox.sealing import Seal
from letterbox.store.changes import Changed, MadeDue, MoreStored, Recalled, Removed
from letterbox.store.destinations import Destination
from letterbox.store.endpoints import Endpoint
from letterbox.store.store import Store
from letterbox.store.subscriptions import Subscription

SECONDS_BETWEEN_LIVES = 1.0

Given = ParamSpec("Given")

log = logging.getLogger(__name__)


class Dispatcher:
    """`start` and `stop` bound its life; `wake` and `apply` may be called on any thread."""

    def __init__(self, store: Store, seal: Seal, evaluator: Evaluator, egress: Egress) -> None:
        self._desk = Desk(store)
        self._begun = partial(Rounds, store, self._desk, seal, evaluator, egress)
        self._rounds: Rounds | None = None
        self._has_to_stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, wait a little for what is in flight, and give the leases back. Not for its own loop."""
        self._has_to_stop.set()
        self._tell(Rounds.stop)
        if self._thread.ident is not None:
            self._thread.join()
        self._desk.close()

    def wake(self) -> None:
        """Something was made due."""
        self._tell(Rounds.hear)

    def apply(self, change: object) -> None:
        """Be told of changes in the order of their commits."""
        match change:
            case MoreStored():
                if self._rounds is not None and not self._rounds.routes_nothing:
                    self._tell(Rounds.hear_of_requests)
            case Changed(Destination() as destination):
                self._tell(Rounds.change, destination)
            case Removed(Destination() as destination):
                self._tell(Rounds.remove, destination.id)
            case Recalled(destination_id):
                self._tell(Rounds.recall, partial(_goes_to, destination_id))
            case MadeDue(destination_id):
                self._tell(Rounds.kick, [destination_id])
            case Changed(Subscription() as subscription) | Removed(Subscription() as subscription):
                self._tell(Rounds.recall, partial(_goes_to, subscription.destination_id))
            case Changed(Endpoint() as endpoint):
                self._tell(Rounds.recall, lambda lane: lane.holds_of(endpoint.id))

    def _run(self) -> None:
        while self._failed() and not self._has_to_stop.wait(SECONDS_BETWEEN_LIVES):
            pass

    def _failed(self) -> bool:
        """Deliver until told to stop; whether that has ended by a failure that nobody foresaw."""
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._live())
        except Exception as failure:
            log.critical("delivering has broken off, and begins anew", exc_info=failure)
            return True
        return False

    async def _live(self) -> None:
        rounds = self._rounds = self._begun()  # from now on they can be told
        if self._has_to_stop.is_set():
            rounds.stop()
        await rounds.run()

    def _tell(self, what: Callable[Concatenate[Rounds, Given], None], *given: Given.args, **more: Given.kwargs) -> None:
        rounds = self._rounds
        if rounds is not None:
            try:
                rounds.loop.call_soon_threadsafe(partial(what, rounds, *given, **more))
            except RuntimeError:
                log.debug("the dispatcher has ended")


def _goes_to(destination_id: str, lane: Lane) -> bool:
    return lane.destination.id == destination_id
