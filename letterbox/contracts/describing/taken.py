"""A contract made ready to be described: its schemas as components, and what stands where in a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from letterbox.contracts.describing.dialects import Schema
from letterbox.contracts.describing.refusals import PROBLEM, VIOLATION
from letterbox.contracts.describing.replies import RECEIVED
from letterbox.contracts.describing.schemas import Components

OWN_SCHEMAS = {"Received": RECEIVED, "Problem": PROBLEM, "Violation": VIOLATION}
OF_TEXTS = ("path", "query", "headers")


class Members(NamedTuple):
    """The members of a part of a request, such as its query, and those that have to be there."""

    schemas: dict[str, Schema]
    required: frozenset[str]


class Taken(NamedTuple):
    """What a contract takes. Nothing here changes any more, so that it can be kept for the next document."""

    contract: Mapping[str, Any] | None
    components: Components
    body: Schema | None  # of every event type
    event_types: dict[str, Schema]
    members: dict[str, Members]  # of path, query and headers

    @property
    def judges_body(self) -> bool:
        return self.body is not None or bool(self.event_types)

    @property
    def knows_all(self) -> bool:
        """Whether an event type that is not listed is refused."""
        return self.contract is None or self.contract.get("unknown_event_types") != "accept"

    def of(self, event_type: str | None) -> Schema:
        """What holds for a body of this event type."""
        schemas = [self.event_types.get(event_type or ""), self.body]
        found = [schema for schema in schemas if schema is not None]
        return {"allOf": found} if len(found) > 1 else next(iter(found), {})

    def whole(self) -> Schema:
        """What holds for a body of any event type."""
        if not self.event_types:
            return self.of(None)
        choice = [*self.event_types.values()] if self.knows_all else [*self.event_types.values(), {}]
        by_type: Schema = {"anyOf": choice} if len(choice) > 1 else choice[0]
        return by_type if self.body is None else {"allOf": [self.body, by_type]}


def taken_by(contract: Mapping[str, Any] | None) -> Taken:
    """Make a normalised contract ready, or None, which takes everything."""
    said: Mapping[str, Any] = contract or {}
    components = Components(said, OWN_SCHEMAS)
    body = said.get("body")
    return Taken(
        contract,
        components,
        None if body is None or body is True or body == {} else components.add("Body", "body"),
        {name: components.add(name, "event_types", name) for name in said.get("event_types") or {}},
        {part: _members(said, part, components) for part in OF_TEXTS},
    )


def _members(contract: Mapping[str, Any], part: str, components: Components) -> Members:
    """Also where references and allOf say them."""
    if not isinstance(contract.get(part), dict):
        return Members({}, frozenset())
    schemas: dict[str, Schema] = {}
    required: set[str] = set()
    for schema in components.followed(components.inlined(part)):
        schemas = {**schema.get("properties", {}), **schemas}
        required.update(schema.get("required", ()))
    return Members({name: {} for name in sorted(required)} | schemas, frozenset(required))
