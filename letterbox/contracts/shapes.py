"""What the value of each keyword has to be, and the sentence for one that is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from letterbox.contracts import patterns
from letterbox.contracts.keywords import DRAFT_4, NEWEST
from letterbox.contracts.wording import TYPES


class Shape(NamedTuple):
    fits: Callable[[Any, int], bool]  # given the value and the draft
    says: str


def _is_number(value: Any, _draft: int) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_count(value: Any, _draft: int) -> bool:
    return _is_number(value, _draft) and value >= 0 and value == int(value)


def _is_bound(value: Any, draft: int) -> bool:
    return isinstance(value, bool) if draft == DRAFT_4 else _is_number(value, draft)


def _are_names(value: Any, _draft: int = 0) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value) and len(set(value)) == len(value)


def _are_types(value: Any, _draft: int) -> bool:
    several = [value] if isinstance(value, str) else value
    return _are_names(several) and bool(several) and set(several) <= set(TYPES)


def _are_schemas(value: Any, _draft: int) -> bool:
    return isinstance(value, list) and bool(value)


def _are_dependencies(value: Any, _draft: int) -> bool:
    return isinstance(value, dict) and all(
        _are_names(part) or isinstance(part, (dict, bool)) for part in value.values()
    )


_COUNT = Shape(_is_count, "This is a whole number, 0 or more.")
_NUMBER = Shape(_is_number, "This is a number.")
_BOUND = Shape(_is_bound, "This is a number; in draft 4 it is true or false.")
_TEXT = Shape(lambda value, _draft: isinstance(value, str), "This is a string.")
_REFERENCE = Shape(lambda value, _draft: isinstance(value, str), "A reference is a string.")
_SCHEMA = Shape(lambda value, _draft: isinstance(value, (dict, bool)), "A schema is an object, true or false.")
_SCHEMAS = Shape(_are_schemas, "This is a list of schemas, at least one.")
_NAMED = Shape(lambda value, _draft: isinstance(value, dict), "This is an object of schemas.")
_SHAPES = {
    "$ref": _REFERENCE,
    "$recursiveRef": _REFERENCE,
    "$dynamicRef": _REFERENCE,
    "type": Shape(_are_types, f"A type is one of {', '.join(TYPES)}, or a list of several of them."),
    "enum": Shape(
        lambda value, _draft: isinstance(value, list) and bool(value), "This is a list of values, at least one."
    ),
    "const": Shape(lambda _value, _draft: True, ""),
    "multipleOf": Shape(lambda value, draft: _is_number(value, draft) and value > 0, "This is a number above 0."),
    **dict.fromkeys(("maximum", "minimum"), _NUMBER),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum"), _BOUND),
    **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"), _COUNT),
    **dict.fromkeys(("maxContains", "minContains"), _COUNT),
    **dict.fromkeys(("pattern", "format"), _TEXT),
    "uniqueItems": Shape(lambda value, _draft: isinstance(value, bool), "This is true or false."),
    "required": Shape(_are_names, "This is a list of names, each once."),
    "dependentRequired": Shape(
        lambda value, _draft: isinstance(value, dict) and all(map(_are_names, value.values())),
        "This is an object of lists of names, each once.",
    ),
    "dependencies": Shape(_are_dependencies, "This is an object of schemas or of lists of names."),
    "items": Shape(
        lambda value, draft: isinstance(value, (dict, bool)) or (isinstance(value, list) and draft < NEWEST),
        "A schema is an object, true or false; since draft 2020-12 a list of them is called prefixItems.",
    ),
}
_BELOW = {"schema": _SCHEMA, "list": _SCHEMAS, "named": _NAMED}


def objection(name: str, below: str, value: Any, draft: int) -> str | None:
    """Why the value of a keyword is none; None if it is fine so far. What schemas hold is not looked at."""
    shape = _SHAPES.get(name) or _BELOW[below]
    if not shape.fits(value, draft):
        return shape.says
    return patterns.objection(value) if name == "pattern" else None
