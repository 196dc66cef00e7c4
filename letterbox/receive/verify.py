"""Step 5, verify: who may send. The scheme `none` lets everyone in, and is the only one so far."""

from __future__ import annotations

from letterbox.receive.arrival import Arrival
from letterbox.store.endpoints import Endpoint


def verify(_endpoint: Endpoint, _arrival: Arrival) -> None:
    """Raise the refusal that keeps this sender out."""
