"""Names of headers in a contract: lower-case, as judging sees them, so that one with a capital would never be found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterbox.contracts.findings import violation
from letterbox.contracts.keywords import Step, keywords_of, schemas_in
from letterbox.contracts.references import Place, References
from letterbox.errors import Violation

BY_NAME = ("properties", "required", "dependentRequired", "dependentSchemas", "dependencies")


def problems_of_headers(contract: dict[str, Any], references: References) -> Iterator[Violation]:
    """The names with capitals in all schemas that judge the headers together. For schemas that are known to be some."""
    if contract["headers"] is None:
        return
    root = references.part("headers")
    draft, waiting, seen = references.draft_of(root), [root], set[int]()
    while waiting:
        place = waiting.pop()
        if isinstance(place.schema, dict) and id(place.schema) not in seen:
            seen.add(id(place.schema))
            yield from _problems_at(place)
            waiting.extend(_beside(place, draft, references))


def _problems_at(place: Place) -> Iterator[Violation]:
    for keyword in BY_NAME:
        for step, name in _names(place.schema.get(keyword)):
            if name != name.lower():
                sentence = f"Names of headers are in lower case here: {name.lower()}"
                yield violation((*place.path, keyword, step), keyword, sentence)


def _names(value: Any) -> Iterator[tuple[Step, str]]:
    if isinstance(value, dict):
        yield from ((name, name) for name in value)
    elif isinstance(value, list):
        yield from enumerate(value)


def _beside(place: Place, draft: int, references: References) -> Iterator[Place]:
    """The schemas that judge the same value as this one."""
    for name, keyword, value in keywords_of(place.schema, draft):
        if keyword.below == "reference":
            yield references.followed(place, value)
        elif keyword.here:
            yield from (place.below(name, *path) for path, _ in schemas_in(keyword, value))
