"""What an attempt needs and leaves: a destination with its secrets opened, and the row of what came of it."""

from __future__ import annotations

import orjson

from letterbox import signing_secrets
from letterbox.delivery.outgoing import Target
from letterbox.delivery.sender import Answer
from letterbox.ids import new_id, now
from letterbox.sealing import Seal
from letterbox.store.deliveries import Delivery
from letterbox.store.destinations import Destination
from letterbox.store.outcomes import Tried


def opened_target(destination: Destination, seal: Seal) -> Target:
    """A destination as it is sent to now."""
    secrets = signing_secrets.opened(destination.secrets, seal, destination.project_id, now())
    return Target(destination.url, destination.headers, secrets, destination.forward_credentials)


def tried_of(delivery: Delivery, started_at: int, answer: Answer) -> Tried:
    """The attempt that has made of a delivery what it is."""
    headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in answer.headers]
    return Tried(
        delivery_id=delivery.id,
        number=delivery.attempts,
        id=new_id("att"),
        started_at=started_at,
        duration_ms=answer.duration_ms,
        status=answer.status,
        error=answer.error,
        response_headers=orjson.dumps(headers).decode(),
        response_body=answer.body,
        is_truncated=answer.is_truncated,
    )
