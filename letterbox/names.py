"""Names that users give: short, lower-case, usable in an address, and never mistaken for an id."""

from __future__ import annotations

import re

from letterbox.errors import Unprocessable, Violation
from letterbox.ids import looks_like_an_id

LONGEST = 63


def require_name(name: str, pointer: str) -> None:
    """Raise Unprocessable for a name that begins like an id; its characters are the specification's affair."""
    if looks_like_an_id(name):
        message = "A name must not begin like an id, such as ep_ or req_."
        raise Unprocessable(message, errors=[Violation(pointer=pointer, keyword="name", message=message)])


def stem_of(path: str) -> str:
    """What a name made of a path begins with, such as orders-order_id of /orders/{order_id}."""
    words = re.findall(r"[a-z0-9_]+", path.lower())
    stem = "-".join(words).lstrip("_-")[: LONGEST - 15] or "endpoint"
    return f"endpoint-{stem}" if looks_like_an_id(stem) else stem


def first_free(stem: str, taken: set[str]) -> str:
    """The stem, or else the stem with the least number that makes it a free name."""
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)
