"""Schemas of the specification, compiled once at start, and what a value breaks of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson

from letterbox.binding.dialect import Direction, draft4
from letterbox.binding.operations import CannotBind, Document
from letterbox.errors import Violation

VIOLATIONS_SHOWN = 20
LONGEST_TEXT = 200  # characters of anything that a client sent and gets to read again
MOST_WORDS = 20  # of an enumeration, all of which are named
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Rules:
    """Compiled schemas of one document. Messages never repeat the value: it may be long, or a secret."""

    def __init__(self, document: Document) -> None:
        schemas = document.get("components", {}).get("schemas", {})
        self._hints = dict(_hints_in(document))
        self._registries = {
            direction: jsonschema_rs.Registry(
                [(f"letterbox:{direction}", {"components": {"schemas": _all(schemas, direction)}})],
                draft=jsonschema_rs.Draft4,
            )
            for direction in ("request", "response")
        }
        self._compiled: dict[tuple[str, bytes], Rule] = {}  # most answers are problems, and all of these are one schema

    def compiled(self, schema: dict[str, Any], direction: Direction) -> Rule:
        """Raises CannotBind for a schema that cannot be compiled, such as one with a pattern that looks ahead."""
        key = direction, orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)
        if key not in self._compiled:
            self._compiled[key] = self._anew(schema, direction)
        return self._compiled[key]

    def _anew(self, schema: dict[str, Any], direction: Direction) -> Rule:
        try:
            validator = jsonschema_rs.Draft4Validator(
                _absolute(draft4(schema, direction), f"letterbox:{direction}"),
                registry=self._registries[direction],
                formats={"uuid": lambda text: _UUID.fullmatch(text) is not None},
                validate_formats=True,
                offline=True,
                mask="This",
                pattern_options=jsonschema_rs.RegexOptions(),  # linear in the length of the text
            )
        except ValueError as error:
            reason = str(error).partition("\n")[0]
            raise CannotBind(f"A schema cannot be compiled: {reason}: {shortened(str(schema))}") from error
        return Rule(validator, self._hints)


class Rule:
    """One compiled schema. A broken pattern or `not` is told by its hint (`x-hint` beside it), if it has one."""

    def __init__(self, validator: jsonschema_rs.Draft4Validator, hints: Mapping[str, str]) -> None:
        self._validator, self._hints = validator, hints

    def broken_by(self, value: Any, at: str = "") -> list[Violation]:
        """The first 20 violations, or none; `at` is the JSON Pointer of the value itself."""
        if self._validator.is_valid(value):
            return []
        errors = islice(self._validator.iter_errors(value), VIOLATIONS_SHOWN)
        return [
            {
                "pointer": shortened(at + pointer(error.instance_path)),
                "keyword": error.kind.name,
                "message": self._message(error),
            }
            for error in errors
        ]

    def _message(self, error: jsonschema_rs.ValidationError) -> str:
        if error.kind.name == "not":
            return self._hints.get(_shown(getattr(error.kind, "schema", None))) or "This is not allowed here."
        words = getattr(error.kind, "options", ())
        if 0 < len(words) <= MOST_WORDS:
            return f"This is none of {', '.join(map(_shown, words))}."
        hint = self._hints.get(getattr(error.kind, "pattern", ""))
        return hint or shortened(f"{error.message}.")


def _hints_in(node: Any) -> Iterator[tuple[str, str]]:
    """Every pattern, and every schema of a `not`, of the document that has a hint, with it."""
    if isinstance(node, Mapping):
        if "pattern" in node and "x-hint" in node:
            yield node["pattern"], node["x-hint"]
        if "not" in node and "x-hint" in node:
            yield _shown(node["not"]), node["x-hint"]
        for part in node.values():
            yield from _hints_in(part)
    elif isinstance(node, list):
        for part in node:
            yield from _hints_in(part)


def _shown(word: Any) -> str:
    return orjson.dumps(word, option=orjson.OPT_SORT_KEYS).decode()


def pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def shortened(text: str) -> str:
    """At most 200 characters of it."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _all(schemas: dict[str, Any], direction: Direction) -> dict[str, Any]:
    return {name: draft4(schema, direction) for name, schema in schemas.items()}


def _absolute(rules: Any, base: str) -> Any:
    """With every internal reference leading into the registry."""
    if isinstance(rules, list):
        return [_absolute(part, base) for part in rules]
    if not isinstance(rules, dict):
        return rules
    if isinstance(rules.get("$ref"), str):
        return {"$ref": base + rules["$ref"]}
    return {keyword: _absolute(value, base) for keyword, value in rules.items()}
