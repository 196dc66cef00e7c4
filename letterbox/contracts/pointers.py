"""JSON Pointers (RFC 6901), and texts cut to what we repeat at most."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

LONGEST_TEXT = 200  # characters of anything that was sent and is read again


def pointer(path: Iterable[str | int]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def steps(fragment: str) -> list[str]:
    """The steps of a pointer as it stands behind the # of a reference."""
    return [step.replace("~1", "/").replace("~0", "~") for step in unquote(fragment).split("/")[1:]]


def shortened(text: str) -> str:
    """At most 200 characters of it."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
