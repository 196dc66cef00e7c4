"""Steps 6 to 8, media type, parse and contract: what may be sent. An endpoint without a contract takes everything."""

from __future__ import annotations

from letterbox.receive.arrival import Arrival
from letterbox.store.endpoints import Endpoint


def judge(_endpoint: Endpoint, _arrival: Arrival) -> None:
    """Raise the refusal of what breaks the active contract."""
