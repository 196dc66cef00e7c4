"""What every reader of bodies answers: a value with its size, or why there is none."""

from __future__ import annotations

from typing import Any, NamedTuple

DEEPEST = 64  # levels of a value; every layer behind holds that many


class Unparsable(Exception):
    """The body is not what its media type says; the text says why, without repeating what was sent."""


class Parsed(NamedTuple):
    """A body as a value; how many values and objects it holds, and at most how many bytes of texts and keys."""

    value: Any
    nodes: int
    text_bytes: int
    objects: int = 0


NOTHING = Parsed(None, 0, 0)
