"""Two schemas of a body, compared."""

from __future__ import annotations

from typing import Any

from letterbox.contracts.differing.diff import diff

PET = {"type": "object", "properties": {"name": {"type": "string"}}}


def changes(old: Any, new: Any, **contract: Any) -> list[tuple[str, str, str]]:
    """(pointer, keyword, change) of each change between two schemas of a body."""
    found = diff({"body": old, **contract}, {"body": new, **contract})
    assert found.complete
    return [(each["pointer"], each["keyword"], each["change"]) for each in found.changes]


def says(old: Any, new: Any, **contract: Any) -> list[str]:
    return [each["says"] for each in diff({"body": old, **contract}, {"body": new, **contract}).changes]


SHARED = {"Any": {}, "Pet": {"type": "object"}}
