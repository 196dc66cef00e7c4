"""Step 9, dedupe: whether this came before. No endpoint names a key yet, so everything is new."""

from __future__ import annotations

from letterbox.receive.arrival import Arrival
from letterbox.store.endpoints import Endpoint


def dedupe(_endpoint: Endpoint, _arrival: Arrival) -> None:
    """Raise if this arrival is to be answered like an earlier one."""
