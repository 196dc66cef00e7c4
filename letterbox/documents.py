"""Documents: an endpoint's own OpenAPI document, for whoever may read it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson

from letterbox import endpoints
from letterbox.contracts.describing.document import View, described
from letterbox.contracts.describing.replies import HIDDEN
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
MOST_FOR_ANYONE = 2_621_440  # making more of it ready takes seconds, which nobody may ask for without a key

_one_at_a_time = threading.Lock()


def public(connection: Connection, endpoint_id: str) -> Endpoint:
    """An endpoint that anyone may read about. Raises Unauthenticated for every other, whether it is there or not."""
    project_id = stored.project_of_public(connection, endpoint_id)
    if project_id is None:
        raise Unauthenticated
    return endpoints.read(connection, project_id, endpoint_id)


def read(
    connection: Connection, endpoint: Endpoint, address: str, view: View, *, for_anyone: bool = False
) -> dict[str, Any]:
    """The document; `address` is the project's. Raises Unauthenticated for anyone where the contract is too large.

    Without a schema of the body nobody has said what to mask, so that what is for anyone has no examples then. Nor does
    it have the conditions of replies, in which there may be words that a sender has to know.
    """
    contract = _contract(connection, endpoint)
    if for_anyone and len(contract) > MOST_FOR_ANYONE:
        raise Unauthenticated
    taken, shown = _taken(contract), endpoints.shown(endpoint, address)
    if for_anyone:
        shown["replies"] = [{**rule, "when": HIDDEN} if "when" in rule else rule for rule in shown["replies"]]
    may_show = taken.judges_body or not for_anyone
    examples = list(_examples(connection, endpoint)) if may_show else []
    return described(shown, address, taken, examples, view)


def _contract(connection: Connection, endpoint: Endpoint) -> bytes:
    """The active contract as JSON; nothing without one."""
    if endpoint.contract_version is None:
        return b""
    found = contracts.find(connection, endpoint.id, endpoint.contract_version)
    return found.document if found else b""


def _taken(contract: bytes) -> Taken:
    """What a contract takes; everything without one."""
    if len(contract) < LEAST_REMEMBERED:
        return taken_by(orjson.loads(contract) if contract else None)
    with _one_at_a_time:
        return _remembered(contract) if len(contract) <= MOST_REMEMBERED else _largest(contract)


@lru_cache(maxsize=4)
def _remembered(document: bytes) -> Taken:
    """Anyone may ask for a public document again and again, and a large one takes a while to make ready."""
    return taken_by(orjson.loads(document))


@lru_cache(maxsize=1)
def _largest(document: bytes) -> Taken:
    """Ready, one of these takes tens of megabytes."""
    return taken_by(orjson.loads(document))


def _examples(connection: Connection, endpoint: Endpoint) -> Iterator[Example]:
    """The newest bodies that differ and can be shown."""
    found = {as_json(example.value): example for example in _readable(stored.accepted(connection, endpoint))}
    return islice(found.values(), EXAMPLES)


def _readable(bodies: list[Accepted]) -> Iterator[Example]:
    for one in bodies:
        try:
            value = parsed(one.body, one.media_type).value
            as_json(value)
        except (Unparsable, TypeError):  # TypeError: numbers that JSON has and our answers can't have
            continue
        yield Example(value, one.media_type, one.event_type, as_time(one.received_at))
