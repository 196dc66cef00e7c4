"""Deliveries to keep, each with what a test says and the rest made up."""

from __future__ import annotations

import itertools
from typing import Any

from letterbox.ids import first_id_at
from letterbox.store.deliveries import FRESH, Delivery
from tests.store.rows import PROJECT

_numbers = itertools.count(1)


def a_delivery(**changes: Any) -> Delivery:
    """A delivery that waits, made after all before it; of ep_1 by sub_1 to dst_1, unless something else is said."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": first_id_at("dlv", number),
        "project_id": PROJECT,
        "request_id": "req_1",
        "endpoint_id": "ep_1",
        "subscription_id": "sub_1",
        "destination_id": "dst_1",
        "replay_id": None,
        "status": "waiting",
        "queue": FRESH,
        "due_at": number,
        "attempts": 0,
        "spent": 0,
        "ordering_key": None,
        "sequence": number,
        "last_error": None,
        "reason": None,
        "created_at": number,
        "updated_at": number,
    }
    return Delivery(**{**values, **changes})
