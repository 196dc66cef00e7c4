"""Names that users give: short, lower-case, usable in an address, and never mistaken for an id."""

from __future__ import annotations

import re

from letterbox.errors import Unprocessable, Violation
from letterbox.ids import looks_like_an_id

LONGEST = 63

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def require_name(name: str, pointer: str) -> None:
    """Raise Unprocessable for a name that begins like an id, or that came in an address and has other characters."""
    if looks_like_an_id(name):
        message = "A name must not begin like an id, such as ep_ or req_."
    elif not _NAME.fullmatch(name):
        message = "A name is lower-case letters, digits, _ and -, at most 63, and begins with a letter or digit."
    else:
        return
    raise Unprocessable(message, errors=[Violation(pointer=pointer, keyword="name", message=message)])


def stem_of(text: str, noun: str = "endpoint") -> str:
    """What a name made of a path or a host begins with, such as orders-order_id of /orders/{order_id}."""
    words = re.findall(r"[a-z0-9_]+", text.lower())
    stem = "-".join(words).lstrip("_-")[: LONGEST - 15] or noun
    return f"{noun}-{stem}" if looks_like_an_id(stem) else stem


def first_free(stem: str, taken: set[str]) -> str:
    """The stem, or else the stem with the least number that makes it a free name."""
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)
