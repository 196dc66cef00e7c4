"""A delivery plane over a store of its own, with a project and an endpoint; nobody receives or judges beside it."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from letterbox import signing_secrets
from letterbox.config import Settings
from letterbox.delivery.dispatcher import Dispatcher
from letterbox.delivery.egress import Egress
from letterbox.expressions.expression import Expression
from letterbox.facts.request import Facts
from letterbox.ids import new_id, now, stamped_id
from letterbox.sealing import Seal, new_data_key
from letterbox.store import deliveries, destinations, requests, subscriptions
from letterbox.store.changes import Changed, MoreStored, Removed
from letterbox.store.deliveries import Attempt, Delivery, Filter
from letterbox.store.delivery_tables import lease
from letterbox.store.destinations import Destination
from letterbox.store.leases import PROCESS
from letterbox.store.store import Store
from letterbox.store.subscriptions import Subscription
from letterbox.store.writer import Unit
from tests.store.rows import PROJECT, a_destination, a_row, a_subscription, add_project, declare

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
ENDPOINT = "ep_1"
PATIENCE_SECONDS = 20.0


class Here:
    """Evaluates every expression here."""

    def evaluate(self, _project_id: str, expression: Expression, facts: Facts) -> Any:
        return expression.value(facts)


class Plane:
    """One process's dispatcher. `start` and `stop` bound its life; the store stays open until `close`."""

    def __init__(self, settings: Settings, *, seal: Seal | None = None) -> None:
        self.seal = seal or Seal([new_data_key()])
        self.store = Store(settings, self._tell)
        self.dispatcher: Dispatcher | None = None
        self._is_closed = False

    def furnish(self) -> None:
        """Make the project and its endpoint."""

        def make(unit: Unit) -> None:
            add_project(unit.connection)
            declare(unit.connection, ENDPOINT)

        self.run(make)

    def start(self) -> None:
        self.dispatcher = Dispatcher(self.store, self.seal, Here(), Egress((LOOPBACK,)))
        self.dispatcher.start()

    def stop(self) -> None:
        if self.dispatcher is not None:
            self.dispatcher.stop()
            self.dispatcher = None

    def close(self) -> None:
        """Once or twice."""
        self.stop()
        if not self._is_closed:
            self._is_closed = True
            self.store.close()

    def run(self, function: Callable[[Unit], Any]) -> Any:
        return self.store.writer.run(function)

    def destination(self, url: str, **more: Any) -> Destination:
        secret = signing_secrets.new(self.seal, PROJECT, now()).stored
        given = {"retry_schedule_seconds": (0,), "timeout_seconds": 5, "secrets": (secret,), **more}
        made = a_destination(new_id("dst"), url=url, **given)

        def add(unit: Unit) -> None:
            destinations.add(unit.connection, made)
            unit.announce(Changed(made))

        self.run(add)
        return made

    def change(self, destination: Destination) -> None:
        def change(unit: Unit) -> None:
            destinations.change(unit.connection, destination)
            unit.announce(Changed(destination))

        self.run(change)

    def remove(self, destination: Destination) -> None:
        def remove(unit: Unit) -> None:
            destinations.retire(unit.connection, destination.id, now())
            unit.announce(Removed(destination))

        self.run(remove)

    def read(self, destination: Destination) -> Destination:
        with self.store.reading() as connection:
            return destinations.these(connection, [destination.id])[0]

    def subscribe(self, destination: Destination, **more: Any) -> Subscription:
        made = a_subscription(new_id("sub"), endpoint_id=ENDPOINT, destination_id=destination.id, **more)

        def add(unit: Unit) -> None:
            subscriptions.add(unit.connection, made)
            unit.announce(Changed(made))

        self.run(add)
        return made

    def unsubscribe(self, subscription: Subscription) -> None:
        def remove(unit: Unit) -> None:
            subscriptions.remove(unit.connection, subscription.id, now())
            unit.announce(Removed(subscription))

        self.run(remove)

    def receive(self, *bodies: bytes, **columns: Any) -> list[str]:
        """Keep requests with these bodies, all in one commit; their ids."""
        rows = []
        for body in bodies:
            identity, moment = stamped_id("req")
            rows.append(a_row(body, id=identity, received_at=moment, endpoint_id=ENDPOINT, **columns))

        def keep(unit: Unit) -> None:
            unit.announce(MoreStored(requests.keep(unit.connection, rows)))

        self.run(keep)
        return [row.id for row in rows]

    def deliveries(self, **wanted: Any) -> list[Delivery]:
        """Oldest first."""
        with self.store.reading() as connection:
            return deliveries.page_of(connection, PROJECT, Filter(**wanted), after=None, limit=100_000)[0][::-1]

    def attempts(self, delivery: Delivery) -> list[Attempt]:
        with self.store.reading() as connection:
            return deliveries.attempts_of(connection, delivery.id)

    def until(self, is_so: Callable[[list[Delivery]], bool], **wanted: Any) -> list[Delivery]:
        """The deliveries as soon as this holds of them; raises AssertionError if it never does."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so(found := self.deliveries(**wanted)):
            assert time.monotonic() < end, found
            time.sleep(0.005)
        return found

    def until_held(self, is_so: Callable[[set[str]], bool]) -> set[str]:
        """The destinations that somebody holds, and perhaps routing, as soon as this holds of them."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with self.store.reading() as connection:
                somebody = (lease.c.holder != "") & ~lease.c.name.startswith(PROCESS)
                held = set(connection.execute(select(lease.c.name).where(somebody)).scalars())
            if is_so(held):
                return held
            assert time.monotonic() < end, held
            time.sleep(0.005)

    def until_all(self, status: str, count: int) -> list[Delivery]:
        return self.until(lambda found: len(found) == count and all(each.status == status for each in found))

    def _tell(self, change: object) -> None:
        if (dispatcher := self.dispatcher) is not None:
            dispatcher.apply(change)
