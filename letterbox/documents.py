"""Documents: an endpoint's own OpenAPI document, for whoever may read it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson

from letterbox import endpoints
from letterbox.contracts.describing.document import View, described
from letterbox.contracts.describing.requests import Example
from letterbox.contracts.describing.taken import Taken, taken_by
from letterbox.errors import Unauthenticated
from letterbox.facts.bodies import Unparsable, parsed
from letterbox.representation import as_json, as_time
from letterbox.store import contracts
from letterbox.store import documents as stored
from letterbox.store.documents import Accepted
from letterbox.store.endpoints import Endpoint
from letterbox.store.writer import Connection

EXAMPLES = 3
LEAST_REMEMBERED, MOST_REMEMBERED = 16_384, 1_048_576  # bytes of a contract; ready it takes twenty times as many


def public(connection: Connection, endpoint_id: str) -> Endpoint:
    """An endpoint that anyone may read about. Raises Unauthenticated for every other, whether it is there or not."""
    project_id = stored.project_of_public(connection, endpoint_id)
    if project_id is None:
        raise Unauthenticated
    return endpoints.read(connection, project_id, endpoint_id)


def read(
    connection: Connection, endpoint: Endpoint, address: str, view: View, *, for_anyone: bool = False
) -> dict[str, Any]:
    """The document; `address` is the project's.

    Without a contract nobody has said what to mask, so that what is for anyone has no examples then.
    """
    taken = _taken(connection, endpoint)
    may_show = taken.contract is not None or not for_anyone
    examples = list(_examples(connection, endpoint)) if may_show else []
    return described(endpoints.shown(endpoint, address), address, taken, examples, view)


def _taken(connection: Connection, endpoint: Endpoint) -> Taken:
    """What the active contract takes; everything without one."""
    if endpoint.contract_version is None:
        return taken_by(None)
    found = contracts.find(connection, endpoint.id, endpoint.contract_version)
    if found is None:
        return taken_by(None)
    if LEAST_REMEMBERED <= len(found.document) <= MOST_REMEMBERED:
        return _remembered(found.document)
    return taken_by(orjson.loads(found.document))


@lru_cache(maxsize=4)
def _remembered(document: bytes) -> Taken:
    """Anyone may ask for a public document again and again, and a large one takes a while to make ready."""
    return taken_by(orjson.loads(document))


def _examples(connection: Connection, endpoint: Endpoint) -> Iterator[Example]:
    """The newest bodies that differ and can be shown."""
    found = {as_json(example.value): example for example in _readable(stored.accepted(connection, endpoint))}
    return islice(found.values(), EXAMPLES)


def _readable(bodies: list[Accepted]) -> Iterator[Example]:
    for one in bodies:
        try:
            value = parsed(one.body, one.media_type, None).value
            as_json(value)
        except (Unparsable, TypeError):  # TypeError: numbers that JSON has and our answers can't have
            continue
        yield Example(value, one.media_type, one.event_type, as_time(one.received_at))
