"""Differences, shown: property by property in a line each, or as a unified diff of what a file would say."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from letterbox.client.documents import written

LONGEST = 60


class Change(NamedTuple):
    """One property that becomes another."""

    name: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.name}: {short(self.before)} → {short(self.after)}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two endpoints, each with all its properties; 1 is neither true nor 1.0."""
    names = dict.fromkeys([*after, *before])
    compared = [Change(name, before.get(name), after.get(name)) for name in names]
    return tuple(change for change in compared if _exactly(change.before) != _exactly(change.after))


def unified(before: Any, after: Any, name: str, file: str) -> str:
    """A unified diff of two values as YAML, with a line for the place of each; None is nothing there."""
    there, wanted = ("" if value is None else written(value) for value in (before, after))
    places = f"{name} (there)", f"{name} ({file})"
    lines = difflib.unified_diff(there.splitlines(), wanted.splitlines(), *places, lineterm="")
    return "\n".join(lines)


def short(value: Any) -> str:
    """A value in a few words: JSON, its middle left out where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 20]}…{text[-15:]}"


def _exactly(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
