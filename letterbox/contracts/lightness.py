"""Which schemas are compiled in a few milliseconds, told by what there is to compile."""

from __future__ import annotations

from typing import Any

from letterbox.contracts import patterns
from letterbox.contracts.flattened import Flattened

MOST_VALUES = 10_000  # keywords, names and values of enums: about a microsecond each
MOST_STATES = 5_000  # of patterns: about a microsecond each


def is_light(flattened: Flattened) -> bool:
    values, states = 0, 0
    level: list[Any] = list(flattened.schemas.values())
    while level and values <= MOST_VALUES and states <= MOST_STATES:
        mappings = [part for part in level if isinstance(part, dict)]
        states += sum(map(states_of, mappings))
        level = [part for mapping in mappings for part in mapping.values()] + [
            part for whole in level if isinstance(whole, list) for part in whole
        ]
        values += len(level)
    return values <= MOST_VALUES and states <= MOST_STATES


def states_of(schema: dict[str, Any]) -> int:
    """How large its patterns are together. A member that is merely called so counts as well, which does no harm."""
    names = schema.get("patternProperties")
    found = [schema.get("pattern"), *(names if isinstance(names, dict) else ())]
    return sum(_size(pattern) for pattern in found if isinstance(pattern, str))


def _size(pattern: str) -> int:
    """A text too long for a pattern of a contract is none of its patterns, and not gone through."""
    return patterns.size_of(pattern) if len(pattern) <= patterns.LONGEST else len(pattern)
