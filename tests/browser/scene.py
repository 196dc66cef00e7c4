"""A shop's morning: endpoints and requests as they would be, the same each time, to be looked at and audited."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from selenium.webdriver import Chrome

from tests.browser.conftest import Home
from tests.delivery.scripted import Answering, receiving

JSON = {"content-type": "application/json", "user-agent": "shop/4.1"}
ORDER = {
    "type": "object",
    "required": ["id", "customer", "items"],
    "properties": {
        "id": {"type": "string"},
        "customer": {"type": "object", "required": ["email"], "properties": {"email": {"type": "string"}}},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["sku", "quantity"],
                "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1}},
            },
        },
        "total": {"type": "number", "minimum": 0},
    },
}


class Scene(NamedTuple):
    """The ids of a refused order, a quarantined invoice and a signed event that could not be verified."""

    refused: str
    held: str
    unverified: str


def play(home: Home) -> Scene:
    """Declare the endpoints and send what comes to them."""
    orders = home.declare("/orders/{order_id}", name="orders", methods=["POST", "PUT"])
    invoices = home.declare("/invoices", name="invoices", methods=["POST"], contract_mode="quarantine")
    secret = {"scheme": "standard-webhooks", "secrets": ["whsec_" + "bGV0dGVyYm94" * 4]}
    home.declare("/payments", name="payments", methods=["POST"], verification=secret)
    activate(home, orders, ORDER)
    activate(home, invoices, {"type": "object", "required": ["number", "amount"]})
    for number in range(1041, 1052):
        home.send(f"/orders/{number}?source=shop", order(number, quantity=1 + number % 3), **JSON)
    home.send("/payments", b'{"type":"payment.settled","amount":4990}', **JSON)
    home.send("/invoices", b'{"number":"2025-311"}', **JSON)
    home.send("/orders/1052?source=shop", order(1052, quantity=0), **JSON)
    return Scene(
        newest(home, "orders", "refused"), newest(home, "invoices", "quarantined"), newest(home, "payments", "refused")
    )


@contextmanager
def delivered(home: Home) -> Iterator[str]:
    """Orders go to a shop's systems, some of which are in trouble, as long as this lasts; the id of the last one."""
    with receiving() as app, receiving(lambda _received: Answering(503, body=b"back in a minute")) as billing:
        for name, url, more in (
            ("app", app.url, {}),
            ("billing", billing.url, {"retry_schedule_seconds": [0, 0, 300]}),
            ("audit", app.url, {"paused": True}),
        ):
            home.client.post("/v1/destinations", json={"name": name, "url": url, **more}).raise_for_status()
            subscribed = {"endpoint": "orders", "destination": name}
            home.client.post("/v1/subscriptions", json=subscribed).raise_for_status()
        ids = [home.send(f"/orders/{number}", order(number, quantity=1), **JSON) for number in range(1060, 1063)]
        billing.wait_for(2 * len(ids))
        app.wait_for(len(ids))
        yield ids[-1]


def order(number: int, quantity: int) -> bytes:
    items = [{"sku": "LB-RED-02", "quantity": 2}, {"sku": "LB-BLUE-01", "quantity": quantity}]
    customer = {"name": "Ada Example", "email": "ada@example.com"}
    return json.dumps({"id": f"ord_{number}", "customer": customer, "items": items, "total": 49.9}).encode()


def activate(home: Home, endpoint: dict[str, Any], body: dict[str, Any]) -> None:
    contract = {"body": body, "active": True}
    home.client.post(f"/v1/endpoints/{endpoint['id']}/contracts", json=contract).raise_for_status()


def newest(home: Home, endpoint: str, verdict: str) -> str:
    """The id of the newest request of this kind; refused ones are written a moment after their answer."""
    while not (
        items := home.client.get("/v1/requests", params={"endpoint": endpoint, "verdict": verdict}).json()["items"]
    ):
        pass
    return str(items[0]["id"])


def prefer(browser: Chrome, scheme: str) -> None:
    """Be somebody who prefers `light` or `dark`, or neither for an empty text."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
