"""What a service kept of requests and found about them, whatever it answered to them."""

from __future__ import annotations

import json
import time
from collections.abc import Collection

from tests.faults.check import Item, listed
from tests.faults.wire import Answer, Wire

PATIENCE_SECONDS = 20


def name_of(answer: Answer) -> str:
    """The id under which a request is kept, as its answer names it; the answer itself where it names none."""
    try:
        shown = json.loads(answer.body)
        return str(shown.get("id") or shown["request_id"])
    except (ValueError, KeyError, AttributeError):
        return f"{answer.status} {answer.body[:100]!r}"


def found(wire: Wire, names: Collection[str]) -> dict[str, Item]:
    """What is listed of these, by id. Refused ones are written behind the others, so they are waited for a while."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        items = {item["id"]: item for item in listed(wire.management)}
        if items.keys() >= set(names) or time.monotonic() > end:
            return items
        time.sleep(0.1)  # for the writer's next commit
