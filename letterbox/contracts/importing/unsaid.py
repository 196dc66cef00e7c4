"""What a contract can't say of what a document asks for, gathered while it is made: whoever imports it is told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from letterbox.contracts.keywords import KEYWORDS

LONGEST_NAME = 60


def named(noun: str, name: str) -> str:
    """What is spoken of, such as `the query parameter limit`."""
    return f"the {noun} {name[:LONGEST_NAME]}"


class Unsaid:
    """Keywords that bind in the document and not in the contract, by what they are about; none: all of that."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, None]] = {}  # each a set in order

    def leave_out(self, subject: str) -> None:
        """Nothing of this is judged."""
        self._found.setdefault(subject, {})

    def leave_out_of(self, schema: dict[str, Any], subject: str, said: Collection[str]) -> None:
        """The keywords of a schema are not judged, save those that are said. What is false binds nothing."""
        for name, value in schema.items():
            if name in KEYWORDS and name not in said and value is not False:
                self._found.setdefault(subject, {})[name] = None

    def phrases(self) -> tuple[str, ...]:
        """Such as `minimum and maximum of the query parameter limit`, or `the cookie parameter session`."""
        return tuple(
            f"{' and '.join(keywords)} of {subject}" if keywords else subject
            for subject, keywords in self._found.items()
        )
