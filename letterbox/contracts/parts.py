"""The schemas of a contract, each compiled when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from letterbox.contracts.cost import MOST_WORK, UNBOUNDED
from letterbox.contracts.flattened import flattened
from letterbox.contracts.keywords import Step
from letterbox.contracts.references import References
from letterbox.contracts.room import ROOM, Slot
from letterbox.contracts.rules import Rules, shared
from letterbox.facts.request import Facts

Path = tuple[Step, ...]
Part = tuple[Path, Rules]

_BESIDES_THE_BODY: dict[Step, Callable[[Facts], dict[str, str]]] = {
    "path": lambda facts: facts.path_parameters,
    "query": lambda facts: facts.query,
    "headers": lambda facts: facts.headers,
}


class Parts:
    def __init__(self, document: dict[str, Any], *, insists: bool = False) -> None:
        self._document, self._insists = document, insists  # on room, since it is soon ready again
        self._references = References(document)
        self._asserts_formats = bool(document.get("assert_formats"))
        self._rules: dict[Path, Rules] = {}
        self._slots: dict[Path, Slot] = {}
        self._bytes: dict[Path, int] = {}  # of what was flattened once
        self._heavy: set[Path] = set()  # what is never made ready here
        self.event_types: dict[str, Any] = document.get("event_types") or {}
        self._besides = tuple((name,) for name in _BESIDES_THE_BODY if document.get(str(name)) is not None)
        self._body: tuple[Path, ...] = (("body",),) if document.get("body") is not None else ()
        self.judges_body = bool(self.event_types) or bool(self._body)
        self._alone = self._body[0] if self._body and not self.event_types and not self._besides else None

    def paths(self) -> Iterator[Path]:
        """Of all parts."""
        yield from self.paths_for(None)
        yield from (("event_types", name) for name in self.event_types)

    def paths_for(self, event_type: str | None) -> tuple[Path, ...]:
        """Of those that judge a request of this event type. `body` judges every body, whatever its event type."""
        if event_type is None or event_type not in self.event_types:
            return self._body + self._besides
        return (*self._body, ("event_types", event_type), *self._besides)

    def rules(self, path: Path) -> Rules:
        """Kept as long as the contract. Raises LeadsNowhere for what intake should have refused."""
        known = self._rules.get(path)
        if known is None:
            known = self._rules[path] = self._flattened(path)
        return known

    def ready_for(self, event_type: str | None) -> list[Part] | None:
        """The parts for this event type, if all of them are ready; they are used now."""
        turn, ready = ROOM.turn, []
        for path in self.paths_for(event_type):
            slot = self._slots.get(path)
            if slot is None or (rules := slot.rules) is None:
                return None
            slot.used_at = turn
            ready.append((path, rules))
        return ready

    def only_body(self) -> Rules | None:
        """The rules of `body`, if they are ready and nothing else is judged; they are used now."""
        if self._alone is None or (slot := self._slots.get(self._alone)) is None:
            return None
        slot.used_at = ROOM.turn
        return slot.rules

    def lack(self, event_type: str | None) -> list[Path]:
        """What could be made ready for this event type; nothing where that would not be enough."""
        lacking = [path for path in self.paths_for(event_type) if self._is_empty(path)]
        bytes_each = [self._bytes.get(path, 0) for path in lacking]
        is_light = self._heavy.isdisjoint(lacking)
        return lacking if lacking and is_light and ROOM.has_room(sum(bytes_each), insists=self._insists) else []

    def make_ready(self, path: Path, work: int = MOST_WORK) -> bool:
        """Whether the rules of a part are ready now: if they are light, cost a known number of steps, and find room."""
        if path in self._heavy or not ROOM.has_room(self._bytes.get(path, 0), insists=self._insists):
            return False
        rules = self._rules.get(path) or self._flattened(path)
        self._bytes[path] = rules.bytes
        if rules.is_light and ROOM.has_room(rules.bytes, insists=self._insists):
            rules.make_ready(work)
        if not rules.is_light or rules.cost == UNBOUNDED:
            self._heavy.add(path)
        elif rules.is_ready:
            ROOM.take_in(self._slots.setdefault(path, Slot()), rules)
        return rules.is_ready and path not in self._heavy

    def _is_empty(self, path: Path) -> bool:
        slot = self._slots.get(path)
        return slot is None or slot.rules is None

    def _flattened(self, path: Path) -> Rules:
        flat = flattened(self._references.part(*path), self._references)
        return shared(flat, assert_formats=self._asserts_formats)


def judges_body(path: Path) -> bool:
    return path[0] not in _BESIDES_THE_BODY


def judged_value(path: Path, facts: Facts) -> Any:
    """What of a request a part judges."""
    of = _BESIDES_THE_BODY.get(path[0])
    return facts.body if of is None else of(facts)
