"""The schemas of a contract, each compiled when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from letterbox.contracts.flattened import flattened
from letterbox.contracts.keywords import Step
from letterbox.contracts.references import References
from letterbox.contracts.rules import Rules, shared
from letterbox.facts.request import Facts

WORK_HERE = 1_000  # of counting costs where others wait

Path = tuple[Step, ...]

_BESIDES_THE_BODY: dict[Step, Callable[[Facts], dict[str, str]]] = {
    "path": lambda facts: facts.path_parameters,
    "query": lambda facts: facts.query,
    "headers": lambda facts: facts.headers,
}


class Parts:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._references = References(document)
        self._asserts_formats = bool(document.get("assert_formats"))
        self._rules: dict[Path, Rules] = {}
        self.event_types: dict[str, Any] = document.get("event_types") or {}
        self._besides = tuple((name,) for name in _BESIDES_THE_BODY if document.get(str(name)) is not None)
        self.judges_body = bool(self.event_types) or document.get("body") is not None

    def paths(self) -> Iterator[Path]:
        """Of all parts."""
        yield from self.paths_for(None)
        yield from (("event_types", name) for name in self.event_types)

    def paths_for(self, event_type: str | None) -> Iterator[Path]:
        """Of those that judge a request of this event type. `body` judges every body, whatever its event type."""
        if self._document.get("body") is not None:
            yield ("body",)
        if event_type is not None and event_type in self.event_types:
            yield ("event_types", event_type)
        yield from self._besides

    def rules(self, path: Path) -> Rules:
        """Flattened at the first call. Raises LeadsNowhere for what intake should have refused."""
        known = self._rules.get(path)
        if known is None:
            flat = flattened(self._references.part(*path), self._references)
            known = self._rules[path] = shared(flat, assert_formats=self._asserts_formats)
        return known

    def ready_rules(self, path: Path, *, makes_ready: bool) -> Rules | None:
        """None until somebody has made them ready, which may be done here and now."""
        if path not in self._rules and not makes_ready:
            return None
        rules = self.rules(path)
        if makes_ready and not rules.is_ready and rules.is_light:
            rules.make_ready(WORK_HERE)
        return rules if rules.is_ready else None

    def make_ready(self, path: Path) -> None:
        """Make the rules of a part ready, if they are light enough."""
        rules = self.rules(path)
        if rules.is_light and not rules.is_ready:
            rules.make_ready()


def judges_body(path: Path) -> bool:
    return path[0] not in _BESIDES_THE_BODY


def judged_value(path: Path, facts: Facts) -> Any:
    """What of a request a part judges."""
    of = _BESIDES_THE_BODY.get(path[0])
    return facts.body if of is None else of(facts)
