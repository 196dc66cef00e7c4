"""The library that judges, set so that it fetches nothing and matches patterns in linear time."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

PATTERN_BYTES = 2_000_000  # of one compiled pattern: `(a{1000}){1000}` is refused in 3 ms
_CLASSES: dict[int, type[jsonschema_rs.Validator]] = {
    4: jsonschema_rs.Draft4Validator,
    6: jsonschema_rs.Draft6Validator,
    7: jsonschema_rs.Draft7Validator,
    2019: jsonschema_rs.Draft201909Validator,
    2020: jsonschema_rs.Draft202012Validator,
}
_PATTERNS = jsonschema_rs.RegexOptions(size_limit=PATTERN_BYTES, dfa_size_limit=PATTERN_BYTES)


def validator(schema: dict[str, Any], draft: int, *, assert_formats: bool) -> jsonschema_rs.Validator:
    """Raises ValueError for what cannot be compiled."""
    return _CLASSES[draft](
        schema, validate_formats=assert_formats, offline=True, pattern_options=_PATTERNS, ignore_unknown_formats=True
    )
