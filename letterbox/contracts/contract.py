"""A contract, ready to judge by: media type, then parse, then event type, then the schemas of its parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from letterbox.contracts.cheapness import MOST_STEPS, steps_to_judge, steps_to_parse
from letterbox.contracts.effort import Effort, Spent
from letterbox.contracts.event_types import EventType, event_type_of, is_cheap_to_tell
from letterbox.contracts.judgement import VIOLATIONS_SHOWN, Judgement
from letterbox.contracts.media_types import objection
from letterbox.contracts.parts import Parts, judged_value, judges_body
from letterbox.errors import Violation
from letterbox.facts.bodies import Unparsable
from letterbox.facts.request import Facts

STEPS = 10_000  # of explaining what is broken, in a process of its own; two to five microseconds each
STEPS_HERE = 500  # where others wait
SMALL = 8_192  # bytes of a contract that is made ready when it is first needed, where others wait


class Contract:
    """Of a normalised document as canonical JSON. Its schemas are compiled when they are first needed."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.digest = hashlib.sha256(text).hexdigest()
        self._document: dict[str, Any] = orjson.loads(text)
        self._media_types = tuple(self._document.get("media_types") or ())
        self._event_type: str | None = self._document.get("event_type")
        self._accepts_unknown = self._document.get("unknown_event_types") == "accept"
        self._parts = Parts(self._document)

    def judge(self, facts: Facts) -> Judgement:
        """Judge in this process, whatever it costs. Also sets the event type of the facts."""
        return self._at_the_door(facts) or self._by_schemas(facts, self._told(facts), STEPS) or _unexplained(facts)

    def judge_here(self, facts: Facts) -> Judgement | None:
        """Judge where others wait; None if that costs too much, so that the judge process has to be asked."""
        begun = self._begun_here(facts)
        return self._by_schemas(facts, begun, STEPS_HERE) if isinstance(begun, EventType) else begun

    def is_cheap(self, facts: Facts) -> bool:
        """Whether judging, if not explaining, costs little enough to be done where others wait."""
        return self._begun_here(facts) is not None

    def prepare(self) -> None:
        """Compile all schemas. Raises ValueError for one that cannot be compiled."""
        for path in self._parts.paths():
            self._parts.rules(path).validator  # noqa: B018 # made when it is asked for

    @property
    def is_made_ready_by_itself(self) -> bool:
        """Whether `judge_here` makes ready what it needs; else it asks the judge process until `prepare_here` has."""
        return len(self.text) <= SMALL

    def prepare_here(self) -> None:
        """Make ready all that is light, so that judging by it may be cheap. Takes long: for a thread, beforehand."""
        for path in self._parts.paths():
            self._parts.make_ready(path)

    def _begun_here(self, facts: Facts) -> Judgement | EventType | None:
        """As far as the schemas, if these are cheap too: None if anything is not."""
        steps = steps_to_parse(facts)
        if steps > MOST_STEPS:
            return None
        judgement = self._at_the_door(facts)
        if judgement is not None:
            return judgement
        if not is_cheap_to_tell(facts, self._event_type):
            return None
        told = self._told(facts)
        return told if steps + self._steps(facts, told) <= MOST_STEPS else None

    def _at_the_door(self, facts: Facts) -> Judgement | None:
        """The judgement on what no schema gets to see."""
        unsupported = objection(facts, self._media_types, judges_body=self._parts.judges_body)
        if unsupported is not None:
            return Judgement("unsupported_media_type", (unsupported,))
        try:
            facts.parsed()
        except Unparsable as reason:
            return Judgement("unparsable_body", (_violation("body", str(reason)),))
        return None

    def _told(self, facts: Facts) -> EventType:
        told = event_type_of(facts, self._event_type)
        facts.event_type = told.value
        return told

    def _steps(self, facts: Facts, event_type: EventType) -> float:
        """What the schemas cost at most; infinite if one of them is not ready."""
        steps = 0.0
        for path in self._parts.paths_for(event_type.value):
            rules = self._parts.ready_rules(path, makes_ready=self.is_made_ready_by_itself)
            if rules is None or rules.cost is None:
                return float("inf")
            steps += steps_to_judge(rules.cost, path, facts)
        return steps

    def _by_schemas(self, facts: Facts, event_type: EventType, steps: int) -> Judgement | None:
        """None if what is broken cannot be explained in so many steps."""
        try:
            violations = tuple(islice(self._broken_by(facts, event_type.value, Effort(steps)), VIOLATIONS_SHOWN))
        except Spent:
            return None
        return Judgement("contract_violation" if violations else None, violations, *event_type)

    def _broken_by(self, facts: Facts, event_type: str | None, effort: Effort) -> Iterator[Violation]:
        for path in self._parts.paths_for(event_type):
            violations = self._parts.rules(path).broken_by(judged_value(path, facts), effort)
            yield from violations if judges_body(path) else _named(str(path[0]), violations)
        known = self._parts.event_types
        if known and event_type not in known and not self._accepts_unknown:
            yield _violation("event_type", "The contract has no schema for this event type.")


def _named(part: str, violations: Iterator[Violation]) -> Iterator[Violation]:
    """The pointers of these count from the headers, say, so the keyword says it: headers/required."""
    for violation in violations:
        yield {
            "pointer": violation["pointer"],
            "keyword": f"{part}/{violation['keyword']}",
            "message": violation["message"],
        }


def _violation(keyword: str, message: str) -> Violation:
    return {"pointer": "", "keyword": keyword, "message": message}


def _unexplained(facts: Facts) -> Judgement:
    sentence = "This breaks the contract, in more ways than could be gone through."
    return Judgement("contract_violation", (_violation("schema", sentence),), facts.event_type)
