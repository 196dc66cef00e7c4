"""What every reader of bodies answers: a value with its size, or why there is none."""

from __future__ import annotations

from typing import Any

DEEPEST = 64  # levels of a value; every layer behind holds that many


class Unparsable(Exception):
    """The body is not what its media type says; the text says why, without repeating what was sent."""


class Parsed:
    """A body as a value, and at most how many bytes of texts and keys it holds."""

    __slots__ = ("_nodes", "most_nodes", "text_bytes", "value")

    def __init__(self, value: Any, nodes: int | None, text_bytes: int, most_nodes: int = 0) -> None:
        """`nodes` is how many values it holds. None: they are counted if anybody asks, and are `most_nodes` at most."""
        self.value, self._nodes, self.text_bytes = value, nodes, text_bytes
        self.most_nodes = most_nodes if nodes is None else nodes

    @property
    def nodes(self) -> int:
        """How many values it holds."""
        if self._nodes is None:
            self._nodes = nodes_of(self.value)
        return self._nodes


def nodes_of(value: Any) -> int:
    """How many values a JSON value holds, itself included, level by level. Raises Unparsable beyond 64 levels."""
    level, nodes = _containers([value]), 1
    for _ in range(DEEPEST):
        if not level:
            return nodes
        parts = [part for whole in level for part in (whole.values() if whole.__class__ is dict else whole)]
        level, nodes = _containers(parts), nodes + len(parts)
    if level:
        raise Unparsable(f"The body is nested more than {DEEPEST} levels deep.")
    return nodes


def _containers(parts: list[Any]) -> list[Any]:
    return [part for part in parts if part.__class__ is dict or part.__class__ is list]


NOTHING = Parsed(None, 0, 0)
