"""One broken rule, as it is told: where, which, and why."""

from __future__ import annotations

from collections.abc import Iterator

from letterbox.contracts.keywords import Step
from letterbox.contracts.pointers import pointer, shortened
from letterbox.errors import Violation

Path = tuple[Step, ...]
Found = Iterator[Violation]


def violation(path: Path, keyword: str, message: str) -> Violation:
    """At most 200 characters of each: names in paths and in messages may come from whoever sent the value."""
    return {"pointer": shortened(pointer(path)), "keyword": keyword, "message": shortened(message)}
