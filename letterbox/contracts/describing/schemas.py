"""A contract's schemas as components of an OpenAPI 3.1 document: in one dialect, and with every reference inside it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from letterbox.contracts.describing.defaults import Defaults
from letterbox.contracts.describing.dialects import Schema, counting, modern
from letterbox.contracts.keywords import KEYWORDS, schemas_in
from letterbox.contracts.references import LeadsNowhere, Place, References, declared_draft

REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
# Components stand side by side in one document, so nothing in them may name itself or hold more of them.
LEFT_OUT = frozenset({"$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"})
LEFT_OUT |= {"definitions", "$defs"}
WITHOUT_A_NAME = "Schema"


class Source(NamedTuple):
    """A schema of a contract, and what follows its references."""

    references: References
    place: Place

    @property
    def key(self) -> tuple[int, tuple[str | int, ...]]:
        return id(self.references), self.place.path


class Components:
    """The schemas of a document, by name; what they refer to comes in by itself. `own` are not the contract's."""

    def __init__(self, contract: Mapping[str, Any], own: Mapping[str, Schema]) -> None:
        self._contract = References(dict(contract))
        self._schemas: dict[str, Schema] = {}
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}  # that the last of those alike has
        self._defaults = Defaults()
        self._names: dict[tuple[int, tuple[str | int, ...]], str] = {}
        self._pending: deque[Source] = deque()
        for name, schema in own.items():
            self._schemas[self._free(name)] = schema

    def add(self, name: str, *path: str) -> Schema:
        """Put a part of the contract in, such as ("event_types", "push"); returns a reference to it."""
        return self._settled(self._reference(Source(self._contract, self._contract.part(*path)), name))

    def add_foreign(self, name: str, schema: Any) -> Schema:
        """Put in a schema that is no part of the contract; returns a reference to it."""
        references = References({"body": schema})
        return self._settled(self._reference(Source(references, references.part("body")), name))

    def inlined(self, part: str) -> Schema:
        """A part of the contract that gets no name here, but what it refers to does."""
        source = Source(self._contract, self._contract.part(part))
        return self._settled(self._converted(source, source.references.draft_of(source.place)))

    def followed(self, schema: Schema) -> Iterator[Schema]:
        """The schema and all that apply with it at the same place, each once: by reference and by allOf."""
        seen, waiting = set[int](), [schema]
        while waiting:
            one = waiting.pop()
            if id(one) not in seen:
                seen.add(id(one))
                yield one
                waiting += one.get("allOf", ())
                waiting += [self._schemas[one["$ref"].rpartition("/")[2]]] if "$ref" in one else []

    def copy(self) -> Components:
        """One to which more can be added, without a change to this one."""
        other = Components({}, {})
        other._contract = self._contract
        other._schemas, other._names = dict(self._schemas), dict(self._names)
        other._taken, other._numbers = set(self._taken), dict(self._numbers)
        other._defaults = self._defaults.copy()
        return other

    def all(self) -> dict[str, Schema]:
        return dict(self._schemas)

    def _settled(self, schema: Schema) -> Schema:
        """Once everything is in that it refers to."""
        while self._pending:
            source = self._pending.popleft()
            draft = source.references.draft_of(source.place)
            self._schemas[self._names[source.key]] = self._converted(source, draft)
        return schema

    def _reference(self, source: Source, name: str) -> Schema:
        if source.key not in self._names:
            self._names[source.key] = self._free(name)
            self._pending.append(source)
        return {"$ref": f"#/components/schemas/{self._names[source.key]}"}

    def _free(self, name: str) -> str:
        """A name that no other has, not even to a generator that makes `UserName` of `user-name`."""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_") or WITHOUT_A_NAME
        number = self._numbers.get(_plain(stem), 1)
        free = stem if number == 1 else f"{stem}_{number}"
        while _plain(free) in self._taken:
            number += 1
            free = f"{stem}_{number}"
        self._numbers[_plain(stem)] = number
        self._taken.add(_plain(free))
        return free

    def _converted(self, source: Source, draft: int) -> Schema:
        schema = source.place.schema
        if not isinstance(schema, dict):
            return {} if schema else {"not": {}}
        draft = declared_draft(schema) or draft
        whole: Schema = {}
        for name, value in counting(schema, draft).items():
            if name in REFERENCES:
                whole |= self._target(source, value)
            elif name not in LEFT_OUT:
                whole[name] = self._below(source, name, value, draft)
        return self._defaults.fitting(modern(whole, draft))

    def _below(self, source: Source, name: str, value: Any, draft: int) -> Any:
        """A keyword's value with the schemas in it converted."""
        if name not in KEYWORDS:
            return value
        parts = {
            path: self._converted(source._replace(place=source.place.below(name, *path)), draft)
            for path, _ in schemas_in(KEYWORDS[name], value)
        }
        if () in parts:
            return parts[()]
        if isinstance(value, list):
            return [parts.get((index,), part) for index, part in enumerate(value)]
        return {key: parts.get((key,), part) for key, part in value.items()} if parts else value

    def _target(self, source: Source, reference: str) -> Schema:
        try:
            place = source.references.followed(source.place, reference)
        except LeadsNowhere:
            return {}
        return self._reference(source._replace(place=place), _name_of(place))


def _plain(name: str) -> str:
    """What is left of a name where case and punctuation do not count."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _name_of(place: Place) -> str:
    words = [str(step) for step in place.path if isinstance(step, str) and step not in KEYWORDS]
    return words[-1] if words else WITHOUT_A_NAME
