"""Every operation of the specification with a call that works, so that rules can be tried on all of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import httpx

from tests.conftest import Tenant

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Call:
    """A call of one operation that would succeed, and the ids in its path."""

    operation: str
    method: str
    path: str
    body: Any = None

    def by(self, client: httpx.Client, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.request(self.method, self.path, json=self.body, headers=named)


class World:
    """Things of one project to call operations on; `manager` may manage projects."""

    def __init__(self, tenant: Tenant, manager: httpx.Client) -> None:
        self.tenant, self.manager = tenant, manager
        self._contracted: str | None = None

    def call(self, operation: str) -> Call:
        """A call of this operation on things made for it."""
        noun = operation.partition(".")[0]
        calls: list[Call] = getattr(self, f"_{noun}")()
        return next(call for call in calls if call.operation == operation)

    def client_of(self, operation: str) -> httpx.Client:
        """Who may call it."""
        return self.manager if operation.startswith("projects.") else self.tenant.client

    def _projects(self) -> list[Call]:
        slug = f"world-{next(_numbers)}"
        made = self.manager.post("/v1/projects", json={"slug": slug}).json()
        path = f"/v1/projects/{made['id']}"
        return [
            Call("projects.search", "GET", "/v1/projects"),
            Call("projects.create", "POST", "/v1/projects", {"slug": f"{slug}-other"}),
            Call("projects.read", "GET", path),
            Call("projects.change", "PATCH", path, {"name": "Changed"}),
            Call("projects.remove", "DELETE", path),
        ]

    def _keys(self) -> list[Call]:
        name = f"world-{next(_numbers)}"
        made = self.tenant.client.post("/v1/keys", json={"name": name, "scopes": ["read"]}).json()
        path = f"/v1/keys/{made['id']}"
        return [
            Call("keys.search", "GET", "/v1/keys"),
            Call("keys.create", "POST", "/v1/keys", {"name": f"{name}-other", "scopes": ["read"]}),
            Call("keys.read", "GET", path),
            Call("keys.rotate", "POST", f"{path}/rotate", {"overlap_seconds": 0}),
            Call("keys.remove", "DELETE", path),
        ]

    def _endpoints(self) -> list[Call]:
        at = f"/world-{next(_numbers)}"
        path = f"/v1/endpoints/{self.tenant.declare(at)['id']}"
        return [
            Call("endpoints.search", "GET", "/v1/endpoints"),
            Call("endpoints.create", "POST", "/v1/endpoints", {"path": f"{at}/other"}),
            Call("endpoints.read", "GET", path),
            Call("endpoints.replace", "PUT", path, {"path": f"{at}/moved"}),
            Call("endpoints.change", "PATCH", path, {"paused": True}),
            Call("endpoints.check", "POST", f"{path}/check", {"body": "text"}),
            Call("endpoints.remove", "DELETE", path),
        ]

    def _documents(self) -> list[Call]:
        endpoint = self.tenant.declare(f"/world-{next(_numbers)}")
        return [Call("documents.read", "GET", f"/v1/endpoints/{endpoint['id']}/openapi.json")]

    def _contracts(self) -> list[Call]:
        """Of one endpoint, which has one version more each time."""
        if self._contracted is None:
            declared = self.tenant.declare(f"/world-{next(_numbers)}")
            self._contracted = f"/v1/endpoints/{declared['id']}/contracts"
        made = self.tenant.client.post(self._contracted, json={"body": {"type": "object"}}).json()
        path = f"{self._contracted}/{made['version']}"
        return [
            Call("contracts.search", "GET", self._contracted),
            Call("contracts.create", "POST", self._contracted, {"body": {"type": "array"}}),
            Call("contracts.read", "GET", path),
            Call("contracts.activate", "POST", f"{path}/activate"),
            Call("contracts.deactivate", "POST", f"{path}/deactivate"),
            Call("contracts.diff", "GET", f"{path}/diff"),
        ]

    def _requests(self) -> list[Call]:
        at = f"/world-{next(_numbers)}"
        self.tenant.declare(at)
        path = f"/v1/requests/{self.tenant.send(at, content=b'body').json()['id']}"
        return [
            Call("requests.search", "GET", "/v1/requests"),
            Call("requests.read", "GET", path),
            Call("requests.read_body", "GET", f"{path}/body"),
            Call("requests.erase", "DELETE", path),
            Call("requests.readmit", "POST", f"/v1/requests/{self._refused()}/readmit"),
            Call("requests.release", "POST", f"/v1/requests/{self._quarantined()}/release"),
            Call("requests.reject", "POST", f"/v1/requests/{self._quarantined()}/reject"),
            Call("requests.check", "POST", f"{path}/check", {"body": "edited"}),
            Call("requests.replay", "POST", f"{path}/replay", {"body": "edited"}),
        ]

    def _tail(self) -> list[Call]:
        return [Call("tail.follow", "GET", "/v1/tail?limit=0")]

    def _readmissions(self) -> list[Call]:
        at = "/v1/readmissions"
        body = {"action": "release"}
        planned = f"{at}/{self.tenant.client.post(at, json=body).json()['id']}"
        return [
            Call("readmissions.search", "GET", at),
            Call("readmissions.create", "POST", at, body),
            Call("readmissions.read", "GET", planned),
            Call("readmissions.run", "POST", f"{planned}/run"),
            Call("readmissions.cancel", "POST", f"{planned}/cancel"),
        ]

    def _trials(self) -> list[Call]:
        contract = self.call("contracts.read").path
        begun = self.tenant.client.post(f"{contract}/try", json={"received_before": "2001-01-01T00:00:00Z"}).json()
        path = f"/v1/trials/{begun['id']}"
        return [
            Call("trials.begin", "POST", f"{contract}/try", {}),
            Call("trials.read", "GET", path),
            Call("trials.cancel", "POST", f"{path}/cancel"),
        ]

    def _destinations(self) -> list[Call]:
        at, url = "/v1/destinations", "https://app.example.com/hooks"
        path = f"{at}/{self.tenant.client.post(at, json={'url': url, 'paused': True}).json()['id']}"
        return [
            Call("destinations.search", "GET", at),
            Call("destinations.create", "POST", at, {"url": url}),
            Call("destinations.read", "GET", path),
            Call("destinations.replace", "PUT", path, {"url": f"{url}/moved"}),
            Call("destinations.change", "PATCH", path, {"paused": True}),
            Call("destinations.rotate_secret", "POST", f"{path}/rotate-secret", {"overlap_seconds": 60}),
            Call("destinations.enable", "POST", f"{path}/enable"),
            Call("destinations.send_test", "POST", f"{path}/test", {}),
            Call("destinations.read_health", "GET", f"{path}/health"),
            Call("destinations.remove", "DELETE", path),
        ]

    def _subscriptions(self) -> list[Call]:
        at = "/v1/subscriptions"
        body = {"endpoint": self.tenant.declare(f"/world-{next(_numbers)}")["id"]}
        body["destination"] = self.call("destinations.read").path.rpartition("/")[2]
        path = f"{at}/{self.tenant.client.post(at, json=body).json()['id']}"
        return [
            Call("subscriptions.search", "GET", at),
            Call("subscriptions.create", "POST", at, body),
            Call("subscriptions.read", "GET", path),
            Call("subscriptions.change", "PATCH", path, {"filter": "request.method == 'POST'"}),
            Call("subscriptions.remove", "DELETE", path),
        ]

    def _deliveries(self) -> list[Call]:
        """Of a destination that is paused, so that nothing is sent."""
        at = "/v1/deliveries"
        path = self.call("destinations.send_test").by(self.tenant.client).headers["location"]
        return [
            Call("deliveries.search", "GET", at),
            Call("deliveries.read", "GET", path),
            Call("deliveries.read_attempts", "GET", f"{path}/attempts"),
            Call("deliveries.retry", "POST", f"{path}/retry"),
            Call("deliveries.cancel", "POST", f"{path}/cancel"),
            Call("deliveries.retry_failed", "POST", f"{at}/retry", {}),
        ]

    def _replays(self) -> list[Call]:
        at = "/v1/replays"
        planned = f"{at}/{self.tenant.client.post(at, json={}).json()['id']}"
        return [
            Call("replays.search", "GET", at),
            Call("replays.create", "POST", at, {"per_second": 10}),
            Call("replays.read", "GET", planned),
            Call("replays.run", "POST", f"{planned}/run"),
            Call("replays.cancel", "POST", f"{planned}/cancel"),
        ]

    def _statistics(self) -> list[Call]:
        day = "received_after=2025-09-17T00:00:00Z&received_before=2025-09-18T00:00:00Z"
        return [Call("statistics.read", "GET", f"/v1/statistics?by=day&{day}")]

    def _refused(self) -> str:
        return str(self.tenant.send(f"/nowhere-{next(_numbers)}", content=b"body").json()["request_id"])

    def _quarantined(self) -> str:
        at = f"/world-{next(_numbers)}"
        declared = self.tenant.declare(at, contract_mode="quarantine")
        contract = {"body": {"type": "array"}, "active": True}
        self.tenant.client.post(f"/v1/endpoints/{declared['id']}/contracts", json=contract)
        return str(self.tenant.send(at, json={}).json()["id"])
