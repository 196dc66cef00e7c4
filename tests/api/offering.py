"""Contracts that are offered to an endpoint by the API."""

from __future__ import annotations

from typing import Any

import httpx

from tests.conftest import Tenant

BODY = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer", "minimum": 1}}}
WHOLE = {
    "media_types": ["application/json"],
    "body": BODY,
    "assert_formats": True,
    "path": {"type": "object"},
    "query": {"required": ["page"]},
    "headers": {"required": ["x-shop"]},
    "event_type": "request.body.type",
    "event_types": {"paid": {"$ref": "#/definitions/paid"}, "ping": {}},
    "unknown_event_types": "accept",
    "definitions": {"paid": {"required": ["order"]}},
}
EMPTY: dict[str, Any] = {
    "media_types": [],
    "body": None,
    "assert_formats": False,
    "path": None,
    "query": None,
    "headers": None,
    "event_type": None,
    "event_types": {},
    "unknown_event_types": "refuse",
    "definitions": {},
}
MEBIBYTE = 1_048_576


class Contracts:
    """The contracts of one endpoint."""

    def __init__(self, tenant: Tenant) -> None:
        self.client = tenant.client
        self.endpoint = tenant.declare("/orders")
        self.path = f"/v1/endpoints/{self.endpoint['id']}/contracts"

    def offer(self, contract: Any, **parameters: str) -> httpx.Response:
        return self.client.post(self.path, json=contract, params=parameters)

    def add(self, contract: Any, **parameters: str) -> dict[str, Any]:
        answer = self.offer(contract, **parameters)
        assert answer.status_code == 201, answer.text
        added: dict[str, Any] = answer.json()
        return added

    def read(self, version: int | str) -> httpx.Response:
        return self.client.get(f"{self.path}/{version}")

    def turn(self, version: int, verb: str) -> dict[str, Any]:
        answer = self.client.post(f"{self.path}/{version}/{verb}")
        assert answer.status_code == 200, answer.text
        turned: dict[str, Any] = answer.json()
        return turned

    def active(self) -> int | None:
        """As the endpoint shows it."""
        found: int | None = self.client.get(f"/v1/endpoints/{self.endpoint['id']}").json()["contract_version"]
        return found


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]
