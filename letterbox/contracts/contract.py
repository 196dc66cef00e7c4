"""A contract, ready to judge by: media type, then parse, then event type, then the schemas of its parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import orjson

from letterbox.contracts.cheapness import MOST_STEPS, steps_to_judge
from letterbox.contracts.cost import UNBOUNDED
from letterbox.contracts.effort import Effort, Spent
from letterbox.contracts.event_types import NONE, EventType, event_type_of, is_cheap_to_tell
from letterbox.contracts.judgement import VIOLATIONS_SHOWN, Judgement
from letterbox.contracts.media_types import is_among, is_json_sent_as_a_form, objection
from letterbox.contracts.parts import Part, Parts, judged_value, judges_body
from letterbox.contracts.room import ROOM
from letterbox.errors import Violation
from letterbox.facts.bodies import JSON, Unparsable
from letterbox.facts.request import Facts
from letterbox.facts.steps import FEW, steps_to_parse

STEPS = 10_000  # of explaining what is broken, in a process of its own; two to five microseconds each
STEPS_HERE = 500  # where others wait
WORK_HERE = 1_000  # of counting costs, likewise
SOON_READY = 40_960  # bytes of a contract that takes room from others, since those are soon ready again
PLAIN_BYTES = 1_024  # of a body that takes few steps to parse, whatever is in it
SMALL = 8_192  # bytes of a contract that is made ready when it is first needed, where others wait

CONFORMS = Judgement()


class Begun(NamedTuple):
    """What is left to the schemas to judge, by which of them."""

    event_type: EventType
    parts: list[Part]


class Contract:
    """Of a normalised document as canonical JSON. Its schemas are compiled when they are first needed."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.digest = hashlib.sha256(text).hexdigest()
        self._document: dict[str, Any] = orjson.loads(text)
        self._media_types = tuple(self._document.get("media_types") or ())
        self._event_type: str | None = self._document.get("event_type")
        self._accepts_unknown = self._document.get("unknown_event_types") == "accept"
        self._parts = Parts(self._document, insists=len(text) <= SOON_READY)
        self._is_small = len(text) <= SMALL
        self._takes_json = not self._media_types or is_among(JSON, self._media_types)

    def judge(self, facts: Facts) -> Judgement:
        """Judge in this process, whatever it costs. Also sets the event type of the facts."""
        at_the_door = self._unsupported(facts) or _unparsable(facts)
        if at_the_door is not None:
            return at_the_door
        told = event_type_of(facts, self._event_type)
        facts.event_type = told.value
        parts = [(path, self._parts.rules(path)) for path in self._parts.paths_for(told.value)]
        return self._by_schemas(facts, told, parts, STEPS) or _unexplained(facts)

    def judge_here(self, facts: Facts) -> Judgement | None:
        """Judge where others wait; None if that costs too much, so that the judge process has to be asked."""
        ROOM.turn += 1
        if self._is_plainly_fine(facts):
            return CONFORMS
        begun = self._begun_here(facts)
        return self._by_schemas(facts, *begun, STEPS_HERE) if isinstance(begun, Begun) else begun

    def is_cheap(self, facts: Facts) -> bool:
        """Whether judging, if not explaining, costs little enough to be done where others wait."""
        return self._begun_here(facts) is not None

    def prepare(self) -> None:
        """Compile all schemas. Raises ValueError for one that cannot be compiled."""
        for path in self._parts.paths():
            self._parts.rules(path).validator  # noqa: B018 # made when it is asked for

    def lacks(self, event_type: str | None) -> bool:
        """Whether `prepare_here` would bring judging by it nearer to being cheap."""
        return bool(self._parts.lack(event_type))

    def prepare_here(self, event_type: str | None = None) -> None:
        """Make ready what judges this event type, if it is light. Takes a while: for a thread, beforehand."""
        for path in self._parts.lack(event_type):
            self._parts.make_ready(path)

    def _is_plainly_fine(self, facts: Facts) -> bool:
        """Whether a small body of JSON conforms, where nothing else is judged: most requests, by the shortest way."""
        rules, body = self._parts.only_body(), facts.raw_body
        if rules is None or rules.cost is None or not body or len(body) > PLAIN_BYTES or self._event_type is not None:
            return False
        if facts.media_type != JSON or facts.content_encoding is not None or not self._takes_json:
            return False
        try:
            parsed = facts.parsed()
        except Unparsable:
            return False
        return rules.cost.of(parsed.most_nodes, parsed.text_bytes) <= FEW and rules.validator.is_valid(parsed.value)

    def _begun_here(self, facts: Facts) -> Judgement | Begun | None:
        """As far as the schemas, if these are cheap too: None if anything is not. Parses nothing in vain."""
        unsupported = self._unsupported(facts)
        steps = steps_to_parse(facts) if unsupported is None else 0
        if unsupported is not None or steps > MOST_STEPS:
            return unsupported
        told = NONE
        if self._event_type is not None:
            if not is_cheap_to_tell(facts, self._event_type):
                return None
            told = event_type_of(facts, self._event_type)
        parts = self._ready_for(told.value)
        if parts is None or (unparsable := _unparsable(facts)) is not None:
            return None if parts is None else unparsable
        facts.event_type = told.value
        for path, rules in parts:
            steps += steps_to_judge(rules.cost or UNBOUNDED, path, facts)
        return Begun(told, parts) if steps <= MOST_STEPS else None

    def _ready_for(self, event_type: str | None) -> list[Part] | None:
        ready = self._parts.ready_for(event_type)
        if ready is not None or not self._is_small:
            return ready
        for path in self._parts.lack(event_type):
            self._parts.make_ready(path, WORK_HERE)
        return self._parts.ready_for(event_type)

    def _unsupported(self, facts: Facts) -> Judgement | None:
        unsupported = objection(facts, self._media_types, judges_body=self._parts.judges_body)
        return None if unsupported is None else Judgement("unsupported_media_type", (unsupported,))

    def _by_schemas(self, facts: Facts, told: EventType, parts: list[Part], steps: int) -> Judgement | None:
        """None if what is broken cannot be explained in so many steps."""
        if self._takes(told.value) and _is_valid(facts, parts):
            return CONFORMS if told is NONE else Judgement(None, (), *told)
        try:
            violations = tuple(islice(self._broken_by(facts, told.value, parts, Effort(steps)), VIOLATIONS_SHOWN))
        except Spent:
            return None
        return Judgement("contract_violation" if violations else None, violations, *told)

    def _takes(self, event_type: str | None) -> bool:
        known = self._parts.event_types
        return not known or event_type in known or self._accepts_unknown

    def _broken_by(
        self, facts: Facts, event_type: str | None, parts: list[Part], effort: Effort
    ) -> Iterator[Violation]:
        if is_json_sent_as_a_form(facts):
            yield _violation(
                "media_types", "The body was read as a form, as its Content-Type says; it looks like JSON."
            )
        for path, rules in parts:
            violations = rules.broken_by(judged_value(path, facts), effort)
            yield from violations if judges_body(path) else _named(str(path[0]), violations)
        if not self._takes(event_type):
            told = "The contract has no schema for this event type." if event_type else "The request has no event type."
            yield _violation("event_type", told)


def _unparsable(facts: Facts) -> Judgement | None:
    try:
        facts.parsed()
    except Unparsable as reason:
        return Judgement("unparsable_body", (_violation("body", str(reason)),))
    return None


def _is_valid(facts: Facts, parts: list[Part]) -> bool:
    for path, rules in parts:  # noqa: SIM110 # which would take a generator for each request
        if not rules.validator.is_valid(judged_value(path, facts)):
            return False
    return True


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
