"""Names that are nearly keywords: JSON Schema passes over what it does not know, and so over what is misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterbox.contracts.keywords import KEYWORDS

LONGEST = max(map(len, KEYWORDS)) + 1
SHORTEST = 5  # letters of a keyword that something else is not near by chance
# Of JSON Schema and of OpenAPI; they rule nothing.
BESIDES = frozenset(
    {"title", "description", "default", "deprecated", "example", "examples", "externalDocs", "nullable"}
)
BESIDES |= {"readOnly", "writeOnly", "discriminator", "xml", "contentEncoding", "contentMediaType", "contentSchema"}


def meant(name: str) -> str | None:
    """The keyword that a name differs from by one letter (missing, too many, another, or two that have changed places).

    Or by capitals alone. None for a keyword, and for what is near none.
    """
    if name in KEYWORDS or name in BESIDES or len(name) > LONGEST:
        return None
    if (keyword := _BY_LETTERS.get(name.lower())) is not None:
        return keyword
    return next((_NEAR[each] for each in (name, *_shortened(name)) if each in _NEAR), None)


def says_nothing(schema: Any) -> bool:
    """Whether it looks like the properties of an object, and not like the schema of one."""
    if not isinstance(schema, dict) or not any(isinstance(value, dict) for value in schema.values()):
        return False
    return not any(name in KEYWORDS or name in BESIDES or name.startswith(("$", "x-")) for name in schema)


def _shortened(name: str) -> Iterator[str]:
    """Without each of its letters."""
    return (name[:at] + name[at + 1 :] for at in range(len(name)))


_BY_LETTERS = {keyword.lower(): keyword for keyword in KEYWORDS}
_NEAR = {each: keyword for keyword in KEYWORDS if len(keyword) >= SHORTEST for each in (keyword, *_shortened(keyword))}
