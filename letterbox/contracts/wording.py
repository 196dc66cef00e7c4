"""Why a value breaks a keyword, in a sentence that never repeats the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from letterbox.contracts.findings import Found, Path, violation
from letterbox.errors import Violation

TYPES = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
MOST_SHOWN = 20  # values of an enum

_SENTENCES: dict[str, Callable[[Any], str]] = {
    "type": lambda rule: f"This is not {_alternatives(rule)}.",
    "enum": lambda rule: (
        f"This is none of {', '.join(map(_shown, rule[:MOST_SHOWN]))}{', …' * (len(rule) > MOST_SHOWN)}."
    ),
    "const": lambda rule: f"This is not {_shown(rule)}.",
    "multipleOf": lambda rule: f"This is not a multiple of {rule}.",
    "maximum": lambda rule: f"This is more than the maximum of {rule}.",
    "exclusiveMaximum": lambda rule: f"This is not less than {rule}.",
    "minimum": lambda rule: f"This is less than the minimum of {rule}.",
    "exclusiveMinimum": lambda rule: f"This is not more than {rule}.",
    "maxLength": lambda rule: f"This is longer than {_counted(rule, 'character')}.",
    "minLength": lambda rule: f"This is shorter than {_counted(rule, 'character')}.",
    "pattern": lambda rule: f"This does not match the pattern {_shown(rule)}.",
    "format": lambda rule: f"This is not of the format {_shown(rule)}.",
    "maxItems": lambda rule: f"This has more than {_counted(rule, 'item')}.",
    "minItems": lambda rule: f"This has fewer than {_counted(rule, 'item')}.",
    "uniqueItems": lambda _rule: "This has the same item more than once.",
    "maxProperties": lambda rule: f"This has more than {_counted(rule, 'member')}.",
    "minProperties": lambda rule: f"This has fewer than {_counted(rule, 'member')}.",
}


def broken(keyword: str, rule: Any, value: Any, path: Path) -> Found:
    """How a value breaks a keyword that stands by itself."""
    if keyword == "required":
        for name in rule:
            if name not in value:
                yield missing(path, keyword, name)
    elif keyword == "dependentRequired":
        yield from dependents(keyword, rule, value, path)
    else:
        yield violation(path, keyword, _SENTENCES[keyword](rule))


def dependents(keyword: str, rule: Any, value: Any, path: Path) -> Found:
    """The members that others ask for, and that are missing."""
    for asking, names in rule.items():
        if asking in value and isinstance(names, list):
            yield from (missing(path, keyword, name) for name in names if name not in value)


def missing(path: Path, keyword: str, name: str) -> Violation:
    return violation(path, keyword, f"The member {_shown(name)} is missing.")


def _alternatives(types: str | list[str]) -> str:
    several = [TYPES[name] for name in ([types] if isinstance(types, str) else types)]
    return " or ".join(filter(None, (", ".join(several[:-1]), several[-1])))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(value: Any) -> str:
    return orjson.dumps(value).decode()
