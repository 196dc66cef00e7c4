"""Examples without what `x-redact: true` marks: masked where the schema says so, and wherever else the value occurs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs

from letterbox.contracts.describing.dialects import Schema
from letterbox.contracts.describing.schemas import Components
from letterbox.contracts.patterns import size_of

MARK = "x-redact"
MASK = "***"
SAME_PLACE = ("anyOf", "oneOf")  # allOf and $ref are followed with the schema itself
SAME_PLACE_TOO = ("if", "then", "else", "not", "propertyNames")  # a name can't be masked, so the whole is
MOST_LOOKS = 200_000  # at a schema or a pattern; an example that needs more is not shown
MOST_STATES = 50_000  # of patterns: each takes about a microsecond to compile, during which all others wait
MOST_SECRETS = 500
SHORTEST_SECRET = 4  # characters: `1` or `yes` would be found everywhere


class TooMuchToRedact(Exception):
    """It can't be said within bounds what has to be masked, so nothing is shown."""


class Redaction:
    """Masks values by the schemas of one document, and remembers what it has masked."""

    def __init__(self, components: Components) -> None:
        self._components = components
        self._looks = self._states = 0
        self._rules: dict[str, jsonschema_rs.Draft202012Validator | None] = {}  # by pattern
        self._secrets: set[str] = set()
        self._short: set[str] = set()  # that were masked, and are looked for nowhere else

    def masked(self, value: Any, schema: Schema) -> Any:
        """The value with each part masked that any branch of the schema marks. Raises TooMuchToRedact."""
        self._looks = 0
        return self._masked(value, [schema])

    def scrubbed(self, value: Any) -> Any:
        """The value without any text that was masked before, here or in another value."""
        if isinstance(value, dict):
            return {self._scrubbed_text(name): self.scrubbed(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.scrubbed(part) for part in value]
        if isinstance(value, bool) or value is None:
            return value
        text = value if isinstance(value, str) else _text(value)
        return MASK if self._scrubbed_text(text) == MASK else value

    def hides(self, text: str) -> bool:
        """Whether a text that was taken out of a value is, or holds, one that was masked."""
        return text in self._short or self._scrubbed_text(text) != text

    def _scrubbed_text(self, text: str) -> str:
        return MASK if any(secret in text for secret in self._secrets) else text

    def _masked(self, value: Any, schemas: list[Schema]) -> Any:
        applied = list(self._applied(schemas))
        if any(schema.get(MARK) is True for schema in applied):
            self._remember(value)
            return MASK
        if isinstance(value, dict):
            return {name: self._masked(part, list(self._of_member(applied, name))) for name, part in value.items()}
        if isinstance(value, list):
            return [self._masked(part, list(_of_item(applied, index))) for index, part in enumerate(value)]
        return value

    def _applied(self, schemas: Iterable[Schema]) -> Iterator[Schema]:
        """Every schema that may say something about the value, each once."""
        seen, waiting = set[int](), list(schemas)
        while waiting:
            for schema in self._components.followed(waiting.pop()):
                self._look()
                if id(schema) not in seen:
                    seen.add(id(schema))
                    yield schema
                    waiting += _beside(schema)

    def _of_member(self, schemas: list[Schema], name: str) -> Iterator[Schema]:
        for schema in schemas:
            found = [schema["properties"][name]] if name in schema.get("properties", {}) else []
            named = schema.get("patternProperties", {})
            found += [one for pattern, one in named.items() if self._matches(pattern, name)]
            rest = [] if found else [schema.get("additionalProperties"), schema.get("unevaluatedProperties")]
            yield from (one for one in (*found, *rest) if one is not None)

    def _matches(self, pattern: str, name: str) -> bool:
        self._look()
        if pattern not in self._rules:
            self._states += size_of(pattern)
            if self._states > MOST_STATES:
                raise TooMuchToRedact
            self._rules[pattern] = _rule(pattern)
        rule = self._rules[pattern]
        return rule is None or rule.is_valid(name)

    def _look(self) -> None:
        self._looks += 1
        if self._looks > MOST_LOOKS:
            raise TooMuchToRedact

    def _remember(self, value: Any) -> None:
        for text in _leaves(value):
            (self._secrets if len(text) >= SHORTEST_SECRET else self._short).add(text)
        if len(self._secrets) > MOST_SECRETS:
            raise TooMuchToRedact


def _beside(schema: Schema) -> Iterator[Schema]:
    """Schemas below this one that are about the same value, whether they hold for it or not."""
    for keyword in SAME_PLACE:
        yield from schema.get(keyword, ())
    yield from (schema[keyword] for keyword in SAME_PLACE_TOO if keyword in schema)
    yield from schema.get("dependentSchemas", {}).values()


def _of_item(schemas: list[Schema], index: int) -> Iterator[Schema]:
    for schema in schemas:
        first = schema.get("prefixItems", [])
        rest = [schema.get("items"), schema.get("unevaluatedItems")]
        mine = [first[index]] if index < len(first) else rest
        yield from (one for one in (*mine, schema.get("contains")) if one is not None)


@lru_cache(maxsize=256)
def _rule(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    """A compiled pattern, linear in the length of the name; None for one that can't be, which then matches all."""
    try:
        options = jsonschema_rs.RegexOptions()
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options, offline=True)
    except ValueError:
        return None


def _leaves(value: Any) -> Iterator[str]:
    """Every text and number in a value."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    elif isinstance(value, str):
        yield value
    elif not isinstance(value, bool) and value is not None:
        yield _text(value)


def _text(number: float) -> str:
    return json.dumps(number)
