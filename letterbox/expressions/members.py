"""What is handed over of a request: the members that an expression names and no others, and how large they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from letterbox.expressions.analysis import Path
from letterbox.expressions.names import MEMBERS
from letterbox.facts.request import Facts
from letterbox.representation import EPOCH

FEW_NODES = 200  # what may be handed over in this process
LITTLE_TEXT = 16_384  # characters

Tree = dict[str | int, Any]  # member → what is named below it; EVERYTHING if it is taken as it is
EVERYTHING: Tree = {}

_READ: dict[str, Callable[[Facts], Any]] = {
    "id": lambda facts: facts.id,
    "method": lambda facts: facts.method,
    "path": lambda facts: facts.path,
    "path_parameters": lambda facts: facts.path_parameters,
    "query": lambda facts: facts.query,
    "headers": lambda facts: facts.headers,
    "body": lambda facts: facts.body,
    "event_type": lambda facts: facts.event_type,
    "received_at": lambda facts: EPOCH + timedelta(milliseconds=facts.received_at),
}


def tree_of(paths: Iterable[Path]) -> Tree:
    """All that is named, as one tree."""
    named = set(paths)
    if () in named:
        return dict.fromkeys(MEMBERS, EVERYTHING)
    tree: Tree = {}
    for path in sorted(named, key=len):
        _plant(tree, path)
    return tree


def _plant(tree: Tree, path: Path) -> None:
    """Add a path, unless a shorter one already takes all that it leads to."""
    for member in path[:-1]:
        tree = tree.setdefault(member, {})
        if tree is EVERYTHING:
            return
    tree.setdefault(path[-1], EVERYTHING)


def handed_over(facts: Facts, tree: Tree) -> dict[str, Any]:
    """The `request` that an expression sees."""
    return {str(member): _picked(_READ[str(member)](facts), below) for member, below in tree.items()}


def _picked(value: Any, tree: Tree) -> Any:
    if tree is EVERYTHING:
        return value
    if isinstance(value, dict):
        return {member: _picked(value[member], below) for member, below in tree.items() if member in value}
    if isinstance(value, list) and all(isinstance(member, int) for member in tree):
        # CEL looks up an index in a map as it does in a list, so the items between need no place.
        return {index: _picked(value[int(index)], below) for index, below in tree.items() if int(index) < len(value)}
    return value


def is_little(facts: Facts, paths: Iterable[Path]) -> bool:
    """Whether what these paths lead to is small, counted once for each path."""
    nodes, characters = FEW_NODES, LITTLE_TEXT
    for path in paths:
        waiting = [_found(facts, path)]
        while waiting:
            value = waiting.pop()
            nodes -= 1
            if isinstance(value, str):
                characters -= len(value)
            elif isinstance(value, dict | list):
                nodes -= len(value)
                if nodes >= 0:
                    waiting.extend(value.values() if isinstance(value, dict) else value)
                    characters -= sum(map(len, value)) if isinstance(value, dict) else 0
            if nodes < 0 or characters < 0:
                return False
    return True


def _found(facts: Facts, path: Path) -> Any:
    """What a path leads to; where it can't go on, what is handed over all the same."""
    value = _READ[str(path[0])](facts)
    for member in path[1:]:
        if isinstance(value, dict) and member in value:
            value = value[member]
        elif isinstance(value, list) and isinstance(member, int):
            value = value[member] if member < len(value) else None
        else:
            return None if isinstance(value, dict) else value
    return value
