"""The keywords of JSON Schema that we know: in which drafts, and what stands below them. All others are ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

DRAFTS = {
    "http://json-schema.org/draft-04/schema": 4,
    "http://json-schema.org/draft-06/schema": 6,
    "http://json-schema.org/draft-07/schema": 7,
    "https://json-schema.org/draft/2019-09/schema": 2019,
    "https://json-schema.org/draft/2020-12/schema": 2020,
}
DRAFT_4 = 4  # in which some things were still otherwise
BESIDE_REFERENCES = 2019  # since which something counts beside $ref
NEWEST = 2020

Schema = dict[str, Any] | bool
Step = str | int


class Keyword(NamedTuple):
    """`below` says what its value is: a schema, a list of them, schemas by name, or else a plain value.

    `here` ones judge the same value as the schema that they stand in, the others a part of it.
    """

    below: str = "value"
    here: bool = False
    since: int = 4
    until: int = NEWEST


KEYWORDS = {
    "$ref": Keyword("reference", here=True),
    "$recursiveRef": Keyword("reference", here=True, since=2019, until=2019),
    "$dynamicRef": Keyword("reference", here=True, since=2020),
    "allOf": Keyword("list", here=True),
    "anyOf": Keyword("list", here=True),
    "oneOf": Keyword("list", here=True),
    "not": Keyword("schema", here=True),
    "if": Keyword("schema", here=True, since=7),
    "then": Keyword("schema", here=True, since=7),
    "else": Keyword("schema", here=True, since=7),
    "dependentSchemas": Keyword("named", here=True, since=2019),
    "dependencies": Keyword("named", here=True),
    "properties": Keyword("named"),
    "patternProperties": Keyword("named"),
    "additionalProperties": Keyword("schema"),
    "propertyNames": Keyword("schema", since=6),
    "unevaluatedProperties": Keyword("schema", since=2019),
    "items": Keyword("schema or list"),
    "prefixItems": Keyword("list", since=2020),
    "additionalItems": Keyword("schema", until=2019),
    "contains": Keyword("schema", since=6),
    "unevaluatedItems": Keyword("schema", since=2019),
    "definitions": Keyword("named"),
    "$defs": Keyword("named"),
    "type": Keyword(),
    "enum": Keyword(),
    "const": Keyword(since=6),
    "multipleOf": Keyword(),
    "maximum": Keyword(),
    "exclusiveMaximum": Keyword(),
    "minimum": Keyword(),
    "exclusiveMinimum": Keyword(),
    "maxLength": Keyword(),
    "minLength": Keyword(),
    "pattern": Keyword(),
    "format": Keyword(),
    "maxItems": Keyword(),
    "minItems": Keyword(),
    "uniqueItems": Keyword(),
    "maxContains": Keyword(since=2019),
    "minContains": Keyword(since=2019),
    "maxProperties": Keyword(),
    "minProperties": Keyword(),
    "required": Keyword(),
    "dependentRequired": Keyword(since=2019),
}
CONTAINERS = ("definitions", "$defs")  # hold schemas that judge nothing by themselves


def keywords_of(schema: dict[str, Any], draft: int) -> Iterator[tuple[str, Keyword, Any]]:
    """The keywords that count in a schema of this draft, with their values."""
    if draft < BESIDE_REFERENCES and "$ref" in schema:
        yield "$ref", KEYWORDS["$ref"], schema["$ref"]
        return
    for name, value in schema.items():
        keyword = KEYWORDS.get(name)
        if keyword is not None and keyword.since <= draft <= keyword.until:
            yield name, keyword, value


def schemas_in(keyword: Keyword, value: Any) -> Iterator[tuple[tuple[Step, ...], Schema]]:
    """The schemas that stand below a keyword, each with the steps that lead to it from there."""
    if "schema" in keyword.below and isinstance(value, (dict, bool)):
        yield (), value
    elif "list" in keyword.below and isinstance(value, list):
        yield from (((index,), part) for index, part in enumerate(value))
    elif keyword.below == "named" and isinstance(value, dict):
        yield from (((name,), part) for name, part in value.items() if not isinstance(part, list))
