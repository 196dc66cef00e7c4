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
        states += sum(map(_states, mappings))
        level = [part for mapping in mappings for part in mapping.values()] + [
            part for whole in level if isinstance(whole, list) for part in whole
        ]
        values += len(level)
    return values <= MOST_VALUES and states <= MOST_STATES


def _states(schema: dict[str, Any]) -> int:
    """Of its patterns. A member that is merely called so counts as well, which does no harm."""
    names = schema.get("patternProperties")
    found = [schema.get("pattern"), *(names if isinstance(names, dict) else ())]
    return sum(patterns.size_of(pattern) for pattern in found if isinstance(pattern, str))
