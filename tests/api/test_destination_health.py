"""The health of a destination, in one word, and what waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.destination_health import state_of
from letterbox.store.health import Health
from tests.api.sending import Sending
from tests.store.rows import a_destination

NOW = 1_000
FINE = Health(last_success_at=1)
FAILING = Health(failing_since=5)


@pytest.mark.parametrize(
    ("state", "changes", "health"),
    [
        ("unknown", {}, Health()),
        ("healthy", {}, FINE),
        ("failing", {}, FAILING),
        ("failing", {}, FAILING._replace(opened_until=NOW)),
        ("open", {}, FAILING._replace(opened_until=NOW + 1)),
        ("paused", {"paused": True}, FAILING._replace(opened_until=NOW + 1)),
        ("disabled", {"paused": True, "disabled_at": 5}, FAILING),
    ],
)
def test_what_keeps_deliveries_waiting_comes_first(state: str, changes: dict[str, Any], health: Health) -> None:
    assert state_of(a_destination(**changes), health, NOW) == state


def test_it_counts_what_waits_and_what_has_failed(sending: Sending) -> None:
    sending.subscribed(ordering_key="'one line'")
    held = [sending.received({}) for _ in range(2)]
    sending.tried(sending.tested()["id"], "failed")
    sending.tried(sending.tested()["id"], "succeeded", answered=200)
    found = sending.read("/v1/destinations/app/health")
    assert (found["state"], found["waiting"], found["failed"]) == ("paused", 2, 1)
    assert found["oldest_waiting_at"] == held[0]["deliveries"][0]["created_at"]
    assert (found["last_error"], found["failing_since"]) == ("http_status", None)
    assert found["last_success_at"] >= found["last_failure_at"]
