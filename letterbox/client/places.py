"""Where in the text of a JSON document the values are that JSON Pointers name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_SAID = re.compile(r": line ([0-9]{1,9}) column ([0-9]{1,9}) \(char [0-9]+\)(?=\.?$)")


class Place(NamedTuple):
    """Both from 1, columns in characters."""

    line: int
    column: int


@dataclass
class _Open:
    """An object or array that has not ended yet, and the name or number of the member that comes next or now."""

    pointer: str
    member: str | int | None

    def member_pointer(self) -> str:
        return f"{self.pointer}/{str(self.member).replace('~', '~0').replace('/', '~1')}"

    def go_on(self) -> None:
        self.member = self.member + 1 if isinstance(self.member, int) else None


def places_of(text: str, pointers: Iterable[str]) -> dict[str, Place]:
    """The place of each value in valid JSON; of one that is not there, that of what it is missing from."""
    asked = set(pointers)
    found = dict(_offsets(text, {above for pointer in asked for above in _above(pointer)}))
    nearest = {
        pointer: max((found[above] for above in _above(pointer) if above in found), default=0) for pointer in asked
    }
    return {pointer: _place(text, offset) for pointer, offset in nearest.items()}


def fault_of(text: str) -> Place | None:
    """Where a text stops being JSON; None if it is JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as reason:
        return Place(reason.lineno, reason.colno)
    except (ValueError, RecursionError):
        return None
    return None


def said_in(message: str) -> tuple[str, Place | None]:
    """A message without the place that it ends with, and that place, if there is one."""
    said = _SAID.search(message)
    return (message, None) if said is None else (_SAID.sub("", message), Place(int(said[1]), int(said[2])))


def _offsets(text: str, wanted: set[str]) -> Iterator[tuple[str, int]]:
    """Of a name that occurs twice in one object, the later value counts, and comes later here."""
    stack: list[_Open] = []
    for found in _TOKEN.finditer(text):
        piece, top = found[0], stack[-1] if stack else None
        if piece in "]}":
            stack.pop()
        elif piece == "," and top:
            top.go_on()
        elif top and top.member is None:
            top.member = json.loads(piece)
        elif piece != ":":
            pointer = top.member_pointer() if top else ""
            if pointer in wanted:
                yield pointer, found.start()
            if piece in "[{":
                stack.append(_Open(pointer, 0 if piece == "[" else None))


def _above(pointer: str) -> Iterator[str]:
    """The pointer of the whole, and so on down to this one."""
    first, *steps = pointer.split("/")
    return accumulate(steps, lambda above, step: f"{above}/{step}", initial=first)


def _place(text: str, offset: int) -> Place:
    before = text[:offset]
    return Place(before.count("\n") + 1, offset - before.rfind("\n"))
