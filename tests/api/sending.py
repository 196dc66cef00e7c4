"""Deliveries for the tests of their API: routed when a test says so, and settled without a network."""

from __future__ import annotations

from typing import Any

from letterbox.delivery.router import Router
from letterbox.ids import new_id, now
from letterbox.service import Service, Unit
from letterbox.store import deliveries, leases, outcomes
from letterbox.store.deliveries import Delivery
from letterbox.store.outcomes import Outcome, Tried
from tests.conftest import Tenant

URL = "https://app.example.com/hooks"


class Sending:
    """A tenant whose destinations are paused, so that nothing is sent but what a test says was."""

    def __init__(self, tenant: Tenant, house: Service) -> None:
        self.tenant, self.client, self._house = tenant, tenant.client, house

    def destination(self, name: str = "app") -> dict[str, Any]:
        return self._made("/v1/destinations", {"url": URL, "name": name, "paused": True})

    def subscribed(self, endpoint: str = "in", destination: str = "app", **more: Any) -> dict[str, Any]:
        return self._made("/v1/subscriptions", {"endpoint": endpoint, "destination": destination, **more})

    def tested(self, destination: str = "app", **body: Any) -> dict[str, Any]:
        """A delivery of a sample."""
        return self._made(f"/v1/destinations/{destination}/test", body, status=202)

    def received(self, body: Any, path: str = "/in") -> dict[str, Any]:
        """A request that came in and was routed, as it is read."""
        identity = self.tenant.send(path, json=body).json()["id"]
        router = Router(self._house.store, self._house.door)
        while not (found := self.request(identity))["routing"]["routed"]:
            router.route()
            router.settle()
        return found

    def request(self, identity: str) -> dict[str, Any]:
        return self.read(f"/v1/requests/{identity}")

    def delivery(self, identity: str) -> dict[str, Any]:
        return self.read(f"/v1/deliveries/{identity}")

    def read(self, path: str, **wanted: Any) -> dict[str, Any]:
        answer = self.client.get(path, params=wanted)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def listed(self, **wanted: Any) -> list[str]:
        return [each["id"] for each in self.read("/v1/deliveries", **wanted)["items"]]

    def stored(self, identity: str) -> Delivery:
        with self._house.reading() as connection:
            found = deliveries.find(connection, self.tenant.project["id"], identity)
        assert found is not None
        return found

    def tried(self, identity: str, status: str, body: bytes = b"", *, answered: int = 500) -> None:
        """Have an attempt come to this status of its delivery."""
        one, error = self.stored(identity), None if status == "succeeded" else "http_status"
        number, headers = one.attempts + 1, '[["x-a","b"]]'
        tried = Tried(one.id, number, new_id("att"), now(), 7, answered, error, headers, body, is_truncated=False)
        ended = one._replace(status=status, due_at=None, attempts=number, spent=one.spent + 1, last_error=error)

        def settle(unit: Unit) -> None:
            token = leases.take(unit.connection, [one.destination_id], "a test")[one.destination_id]
            outcomes.settle(unit.connection, [Outcome(ended._replace(reason="a try"), token, tried)], now())

        self._house.run(settle)

    def _made(self, path: str, body: Any, status: int = 201) -> dict[str, Any]:
        answer = self.client.post(path, json=body)
        assert answer.status_code == status, answer.text
        made: dict[str, Any] = answer.json()
        return made
