"""What an endpoint takes: parameters, bodies, and examples of what it has accepted, as OpenAPI says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from letterbox.contracts.describing.dialects import Schema
from letterbox.contracts.describing.redaction import MASK
from letterbox.contracts.describing.taken import Taken

JSON = "application/json"
ANYTHING = "*/*"
OF_OTHERS = frozenset({"accept", "content-type", "authorization"})  # OpenAPI says these in other ways
BY_HEADER = re.compile(r"request\.headers\[(?P<quote>['\"])(?P<name>[^'\"\\]+)(?P=quote)\]")
BY_QUERY = re.compile(r"request\.query(?:\[(?P<quote>['\"])(?P<quoted>[^'\"\\]+)(?P=quote)\]|\.(?P<plain>\w+))")
PATH_PARAMETER = re.compile(r"\{(\w+)(\.\.\.)?\}")
SHAPING = ("$ref", "type", "allOf", "anyOf", "oneOf")

Parameter = dict[str, Any]


class Example(NamedTuple):
    """A body that was accepted, with what must not be seen masked."""

    value: Any
    media_type: str
    event_type: str | None
    received_at: str
    event_type_is_secret: bool = False


def body_of(taken: Taken, schema: Schema, examples: Iterable[Example]) -> dict[str, Any]:
    """A request body for which this schema holds; without a contract, anything goes."""
    if taken.contract is None:
        return {"description": "Anything, kept byte for byte.", "content": _content([ANYTHING], {}, examples)}
    media_types = taken.contract.get("media_types") or ([JSON] if schema else [ANYTHING])
    return {"required": bool(schema), "content": _content(media_types, schema, examples)}


def _content(media_types: Sequence[str], schema: Schema, examples: Iterable[Example]) -> dict[str, Any]:
    content: dict[str, Any] = {media_type: {"schema": schema} for media_type in media_types}
    for number, example in enumerate(examples, start=1):
        place = content.get(example.media_type) or content.get(ANYTHING)
        if place is not None:
            shown = {"summary": f"{_event_of(example)}received at {example.received_at}", "value": example.value}
            place.setdefault("examples", {})[f"accepted-{number}"] = shown
    return content


def _event_of(example: Example) -> str:
    """In front of when it came."""
    return f"{MASK if example.event_type_is_secret else example.event_type}, " if example.event_type else ""


def parameters_of(path: str, taken: Taken) -> Iterator[Parameter]:
    """Every parameter of an endpoint's path, and those of query and headers that its contract names."""
    yield from _path_parameters(path, taken.members["path"].schemas)
    event = _event_parameter(taken)
    for place, part in (("query", "query"), ("header", "headers")):
        for name, schema in taken.members[part].schemas.items():
            if (place, name) == (event.get("in"), event.get("name")):
                event = {}
            if place == "query" or name.lower() not in OF_OTHERS:
                required = name in taken.members[part].required
                yield {"name": name, "in": place, "required": required, "schema": _texts(schema)}
    if event:
        yield event


def _path_parameters(path: str, members: Mapping[str, Schema]) -> Iterator[Parameter]:
    for name, is_open in PATH_PARAMETER.findall(path):
        said = {"description": "All that follows; may hold slashes."} if is_open else {}
        schema = _texts(members.get(name, {}))
        yield {"name": name, "in": "path", "required": True, **said, "schema": {"minLength": 1, **schema}}


def _event_parameter(taken: Taken) -> Parameter:
    """What the event type is read from, if that is a header or a parameter of the query alone; else nothing."""
    expression, names = ((taken.contract or {}).get("event_type") or "").strip(), [*taken.event_types]
    if names and (found := BY_HEADER.fullmatch(expression)):
        place = {"name": found["name"], "in": "header"}
    elif names and (found := BY_QUERY.fullmatch(expression)):
        place = {"name": found["quoted"] or found["plain"], "in": "query"}
    else:
        return {}
    schema = {"type": "string", "enum" if taken.knows_all else "examples": names}
    return {**place, "required": taken.knows_all, "description": "The event type.", "schema": schema}


def _texts(schema: Schema) -> Schema:
    """Whatever stands in an address or a header is text."""
    return schema if any(keyword in schema for keyword in SHAPING) else {"type": "string", **schema}
