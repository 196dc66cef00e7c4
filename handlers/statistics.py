"""Statistics: how much came in, and how its deliveries were tried."""

from __future__ import annotations

from typing import Any

from handlers import service
from letterbox import statistics
from letterbox.keyring import Caller

Body = dict[str, Any]


def read(
    user: Caller,
    by: str = "hour",
    endpoint: str | None = None,
    destination: str | None = None,
    received_after: str | None = None,
    received_before: str | None = None,
) -> Body:
    wanted = statistics.wanted(by, received_after, received_before)
    service().tally()
    with service().reading() as connection:
        return statistics.read(connection, user.project_id, wanted, endpoint=endpoint, destination=destination)
