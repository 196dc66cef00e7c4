"""Step 1 and 2, match and method: which endpoint listens at a path, by a map that is kept compiled.

Like Flask's routes: a literal segment goes before a parameter, a parameter before a catch-all, and an endpoint that
doesn't take the method lets a less specific one answer. Every node of the map is looked at once at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from letterbox.receive.arrival import segments_of

Taker = TypeVar("Taker")

_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(\.\.\.)?\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A declared path, taken apart: literal segments as text, parameters as None, and whether the end is open."""

    segments: tuple[str | None, ...]
    open_end: bool
    names: tuple[str, ...]

    @property
    def shape(self) -> str:
        """The path without its parameters' names: what two endpoints must not both take a method at."""
        parts = ["{}" if segment is None else segment for segment in self.segments]
        return "/" + "/".join([*parts, "{...}"] if self.open_end else parts)


def pattern_of(path: str) -> Pattern:
    """The pattern of a path such as /orders/{order_id} or /files/{rest...}."""
    segments: list[str | None] = []
    names, open_end = [], False
    for segment in path[1:].split("/"):
        parameter = _PARAMETER.fullmatch(segment)
        if parameter is None:
            segments.append(segment)
            continue
        names.append(parameter[1])
        if parameter[2]:
            open_end = True
        else:
            segments.append(None)
    return Pattern(tuple(segments), open_end, tuple(names))


Leaf = dict[str, tuple[Taker, tuple[str, ...]]]  # method → who takes it, and how it names the parameters


@dataclass(slots=True)
class Node(Generic[Taker]):
    """What may follow at one place of a path."""

    literal: dict[str, Node[Taker]] = field(default_factory=dict)
    parameter: Node[Taker] | None = None
    here: Leaf[Taker] = field(default_factory=dict)
    rest: Leaf[Taker] = field(default_factory=dict)

    def child(self, segment: str | None) -> Node[Taker]:
        """The node after this segment, made if need be. A parameter is None."""
        if segment is not None:
            return self.literal.setdefault(segment, Node())
        if self.parameter is None:
            self.parameter = Node()
        return self.parameter

    def prune(self, segments: tuple[str | None, ...]) -> bool:
        """Take out the nodes along a path that lead nowhere any more; returns whether this one is such."""
        if segments:
            first, *others = segments
            if first is None:
                if self.parameter is not None and self.parameter.prune(tuple(others)):
                    self.parameter = None
            elif first in self.literal and self.literal[first].prune(tuple(others)):
                del self.literal[first]
        return not (self.literal or self.parameter or self.here or self.rest)

    def leaves(self, segments: list[str], at: int = 0) -> Iterator[tuple[Leaf[Taker], list[str]]]:
        """Every leaf that these segments lead to with the parameters' values, the most specific first."""
        if at == len(segments):
            if self.here:
                yield self.here, []
            return
        if (node := self.literal.get(segments[at])) is not None:
            yield from node.leaves(segments, at + 1)
        if self.parameter is not None and segments[at]:
            for leaf, values in self.parameter.leaves(segments, at + 1):
                yield leaf, [segments[at], *values]
        if self.rest and any(segments[at:]):
            yield self.rest, ["/".join(segments[at:])]


@dataclass(frozen=True, slots=True)
class Match(Generic[Taker]):
    """Who takes a request; or else who takes other methods at this path, and which (none: nobody listens here)."""

    taker: Taker | None
    parameters: dict[str, str]
    nearest: Taker | None
    methods: frozenset[str]


class RouteMap(Generic[Taker]):
    """The endpoints of one project. One thread changes it while others look things up."""

    def __init__(self) -> None:
        self._root: Node[Taker] = Node()
        self._plain: dict[tuple[str, str], Match[Taker]] = {}  # paths without parameters, which are the most specific

    def put(self, path: str, methods: tuple[str, ...], taker: Taker) -> None:
        pattern = pattern_of(path)
        leaf = self._leaf(pattern)
        for method in methods:
            leaf[method] = (taker, pattern.names)
            if not pattern.names:
                self._plain[path, method] = Match(taker, {}, None, frozenset())

    def drop(self, path: str, methods: tuple[str, ...], taker: Taker) -> None:
        """Take an endpoint out, unless another one has come to its place."""
        pattern = pattern_of(path)
        leaf = self._leaf(pattern)
        for method in methods:
            if method in leaf and leaf[method][0] is taker:
                del leaf[method]
                self._plain.pop((path, method), None)
        self._root.prune(pattern.segments)

    def find(self, path: str, method: str) -> Match[Taker]:
        """Who takes this method at this path; HEAD is taken by who takes GET."""
        wanted = "GET" if method == "HEAD" else method
        if (plain := self._plain.get((path, wanted))) is not None:
            return plain
        segments = segments_of(path)
        others: dict[str, Taker] = {}
        for leaf, values in self._root.leaves(segments) if segments else ():
            if (found := leaf.get(wanted)) is not None:
                return Match(found[0], dict(zip(found[1], values, strict=True)), None, frozenset())
            # A copy, since the writer's thread may change the leaf meanwhile.
            others |= {other: taker for other, (taker, _) in list(leaf.items()) if other not in others}
        return Match(None, {}, next(iter(others.values()), None), frozenset(others))

    def _leaf(self, pattern: Pattern) -> Leaf[Taker]:
        node = self._root
        for segment in pattern.segments:
            node = node.child(segment)
        return node.rest if pattern.open_end else node.here


def allow_of(methods: frozenset[str]) -> str:
    """The Allow header of a path at which these methods are taken."""
    implied = {"OPTIONS", "HEAD"} if "GET" in methods else {"OPTIONS"}
    return ", ".join(sorted(methods | implied))
