"""Which defaults are shown: those that their own schemas allow, as far as that is told in a few milliseconds."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from letterbox.contracts.describing.dialects import Schema
from letterbox.contracts.lightness import states_of
from letterbox.representation import as_json

# Values, and states of patterns: each takes about a microsecond to compile, during which all others wait.
MOST_STEPS_EACH, MOST_STEPS = 5_000, 100_000
STEPS_TO_BEGIN = 20
BYTES_PER_STEP = 100  # of a default, which a pattern goes through faster than it is compiled


class Defaults:
    """Tries the defaults of one document, until that has taken as much as it may."""

    def __init__(self, most_steps: int = MOST_STEPS) -> None:
        self._left = most_steps

    def fitting(self, schema: Schema) -> Schema:
        """Without a default that the schema itself forbids, or may forbid for all that is told quickly.

        Such a default helps nobody, and generated clients would fail.
        """
        if "default" in schema and not self._is_allowed(schema):
            del schema["default"]
        return schema

    def copy(self) -> Defaults:
        """One that has as much left, and takes nothing from this one."""
        return Defaults(self._left)

    def _is_allowed(self, schema: Schema) -> bool:
        most = min(self._left, MOST_STEPS_EACH)
        steps = _steps_to_try(schema, most)
        if steps > most:
            return False
        self._left -= steps
        return _holds(schema)


def _steps_to_try(schema: Schema, most: int) -> int:
    """About how many it takes to compile a schema and to judge its default; if more than `most`, some such number."""
    times = 1 + len(as_json(schema["default"])) // BYTES_PER_STEP
    steps = STEPS_TO_BEGIN
    level: list[Any] = [schema]
    while level and steps * times <= most:
        mappings = [part for part in level if isinstance(part, dict)]
        steps += len(level) + sum(map(states_of, mappings))
        level = [part for mapping in mappings for part in mapping.values()] + [
            part for whole in level if isinstance(whole, list) for part in whole
        ]
    return steps * times


def _holds(schema: Schema) -> bool:
    """Whether a schema allows its own default; one that refers to others is not tried."""
    try:
        options = jsonschema_rs.RegexOptions()
        return jsonschema_rs.is_valid(schema, schema["default"], pattern_options=options, offline=True)
    except ValueError:
        return False
