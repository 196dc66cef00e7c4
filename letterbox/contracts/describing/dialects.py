"""Keywords of older drafts of JSON Schema said in those of 2020-12, which is what OpenAPI 3.1 takes."""

from __future__ import annotations

from typing import Any

from letterbox.contracts.keywords import NEWEST

Schema = dict[str, Any]
FIRST_WITH_SIBLINGS = 2019  # before it, no rule counts beside a $ref
ANNOTATIONS = frozenset({"title", "description", "deprecated", "x-redact"})
# OpenAPI gives these a meaning that a contract never meant.
FOREIGN = frozenset({"discriminator", "xml", "externalDocs"})
BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def counting(schema: Schema, draft: int) -> Schema:
    """The keywords that count in a schema of this draft, and what is said for people."""
    if draft < FIRST_WITH_SIBLINGS and "$ref" in schema:
        return {keyword: value for keyword, value in schema.items() if keyword in ANNOTATIONS | {"$ref"}}
    return {keyword: value for keyword, value in schema.items() if keyword not in FOREIGN}


def modern(schema: Schema, draft: int) -> Schema:
    """One schema, whose parts are modern already, in the keywords of 2020-12."""
    _say_dependencies(schema)  # which still count, though the newest draft has other keywords for them
    if draft < NEWEST:
        _say_prefix(schema)
        _say_bounds(schema)
    return schema


def _say_prefix(schema: Schema) -> None:
    """A list of `items` are those that come first, and the additional ones all others."""
    rest = schema.pop("additionalItems", None)
    if isinstance(schema.get("items"), list):
        first = schema.pop("items")
        schema |= {"prefixItems": first} if first else {}
        schema |= {} if rest is None else {"items": rest}


def _say_dependencies(schema: Schema) -> None:
    """Names and schemas have keywords of their own, in which there may be some for the same property already."""
    said = schema.pop("dependencies", {})
    for keyword, kind in (("dependentRequired", list), ("dependentSchemas", dict)):
        more = {name: needed for name, needed in said.items() if isinstance(needed, kind)}
        if more:
            there = schema.get(keyword, {})
            both = {name: _both(there[name], needed) for name, needed in more.items() if name in there}
            schema[keyword] = {**there, **more, **both}


def _both(one: Any, other: Any) -> Any:
    return list(dict.fromkeys([*one, *other])) if isinstance(one, list) else {"allOf": [one, other]}


def _say_bounds(schema: Schema) -> None:
    """In draft 4 the exclusive bounds are marks beside the others."""
    for exclusive, bound in BOUNDS.items():
        if isinstance(schema.get(exclusive), bool):
            is_exclusive = schema.pop(exclusive)
            if is_exclusive and bound in schema:
                schema[exclusive] = schema.pop(bound)
