"""A contract in a child: what a request needs of it is compiled before judging begins, since their bounds differ."""

from __future__ import annotations

from letterbox.contracts.contract import Contract
from letterbox.contracts.event_types import event_type_of
from letterbox.contracts.parts import Path
from letterbox.facts.request import Facts


class Prepared(Contract):
    def __init__(self, text: bytes) -> None:
        super().__init__(text)
        self._made: set[Path] = set()

    def missing_for(self, facts: Facts) -> list[Path]:
        """The parts that have to be compiled before this request can be judged."""
        event_type = event_type_of(facts, self._document.get("event_type")).value
        return [path for path in self._parts.paths_for(event_type) if path not in self._made]

    def make(self, paths: list[Path]) -> None:
        """Compile these parts."""
        for path in paths:
            self._parts.rules(path).validator  # noqa: B018 # made when it is asked for
            self._made.add(path)
