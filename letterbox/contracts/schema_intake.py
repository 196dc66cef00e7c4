"""What is refused about the schemas of an offered contract, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterbox.contracts import patterns, shapes
from letterbox.contracts.findings import Path, violation
from letterbox.contracts.keywords import BESIDE_REFERENCES, DRAFT_4, DRAFTS, Keyword, keywords_of, schemas_in
from letterbox.contracts.loops import LONGEST_ROW, endless
from letterbox.contracts.references import LeadsNowhere, Place, References, address_of, declared_draft
from letterbox.contracts.spelling import meant
from letterbox.errors import Violation

PATTERN_STATES = 500_000  # of all patterns of a contract together
_DYNAMIC = ("$dynamicRef", "$recursiveRef")


class SchemaIntake:
    """Goes through every schema of a contract once, and through what they refer to."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._seen: dict[tuple[int, int], Place] = {}
        self._leads_to: dict[int, list[int]] = {}  # by which references and combinations the same value is judged on
        self._places: dict[int, Place] = {}
        self._patterns: dict[str, tuple[Path, str]] = {}  # where each is found first, and below which keyword
        self._states = 0  # of all of them

    def problems(self, roots: Iterator[Place]) -> Iterator[Violation]:
        """What is wrong with the schemas, told without compiling anything."""
        for root in roots:
            yield from self._problems_from(root)
        if self._states > PATTERN_STATES:
            yield violation((), "pattern", "The patterns of this contract are too large together.")
        else:
            yield from self._endless()

    def problems_of_patterns(self, most_states: int) -> Iterator[Violation]:
        """Which of the patterns that were found are none, as far as they have no more states than that together."""
        for pattern, (path, keyword) in self._patterns.items():
            states = patterns.size_of(pattern)
            if states <= most_states:
                most_states -= states
                if not patterns.compiles(pattern):
                    yield violation(path, keyword, "This is no regular expression (ECMA-262), or too large a one.")

    def _problems_from(self, root: Place) -> Iterator[Violation]:
        draft, waiting = self._references.draft_of(root), [root]
        while waiting and self._states <= PATTERN_STATES:
            place = waiting.pop()
            if isinstance(place.schema, dict) and (id(place.schema), draft) not in self._seen:
                self._seen[id(place.schema), draft] = place
                yield from self._problems_at(place, draft, waiting)

    def _problems_at(self, place: Place, draft: int, waiting: list[Place]) -> Iterator[Violation]:
        yield from _problem_of_draft(place, draft)
        yield from _misspelt(place, draft)
        for name, keyword, value in keywords_of(place.schema, draft):
            objection = shapes.objection(name, keyword.below, value, draft)
            if objection is not None:
                yield violation((*place.path, name), name, objection)
            elif keyword.below == "reference":
                yield from self._follow(place, name, value, waiting)
            elif keyword.below != "value":
                yield from self._descend(place, name, keyword, draft, waiting)
            elif name == "pattern":
                self._add(value, (*place.path, name), name)

    def _descend(
        self, place: Place, name: str, keyword: Keyword, draft: int, waiting: list[Place]
    ) -> Iterator[Violation]:
        for path, schema in schemas_in(keyword, place.schema[name]):
            below = place.below(name, *path)
            if not isinstance(schema, dict) and not _may_be(schema, name, draft):
                yield violation(below.path, name, "A schema is an object, true or false; in draft 4 it is an object.")
            if name == "patternProperties" and self._states <= PATTERN_STATES:
                yield from self._pattern_problem(below, str(path[0]))
            if keyword.here:
                self._lead(place, below)
            waiting.append(below)

    def _pattern_problem(self, place: Place, pattern: str) -> Iterator[Violation]:
        objection = patterns.objection(pattern)
        if objection is not None:
            yield violation(place.path, "patternProperties", objection)
        else:
            self._add(pattern, place.path, "patternProperties")

    def _add(self, pattern: str, path: Path, keyword: str) -> None:
        if pattern not in self._patterns:
            self._patterns[pattern] = path, keyword
            self._states += patterns.size_of(pattern)

    def _follow(self, place: Place, name: str, reference: str, waiting: list[Place]) -> Iterator[Violation]:
        if name in _DYNAMIC and any(address_of(origin.schema) for origin in place.origins[2:]):
            sentence = "A dynamic reference in a schema that is bundled with others is not taken; refer by $ref."
            yield violation((*place.path, name), name, sentence)
            return
        try:
            target = self._references.followed(place, reference)
        except LeadsNowhere as reason:
            yield violation((*place.path, name), name, str(reason))
            return
        self._lead(place, target)
        waiting.append(target)

    def _lead(self, place: Place, target: Place) -> None:
        for each in (place, target):
            self._places[id(each.schema)] = each
        self._leads_to.setdefault(id(place.schema), []).append(id(target.schema))

    def _endless(self) -> Iterator[Violation]:
        found = endless(self._leads_to)
        if found is not None:
            sentence = f"From here schemas lead back to this one, or more than {LONGEST_ROW} lead on to one another"
            yield violation(self._places[found].path, "$ref", f"{sentence}, without going into the value.")


def _problem_of_draft(place: Place, draft: int) -> Iterator[Violation]:
    if "$schema" not in place.schema:
        return
    declared = declared_draft(place.schema)
    if declared is None:
        yield violation((*place.path, "$schema"), "$schema", f"The drafts that are known are {', '.join(DRAFTS)}.")
    elif declared != draft:
        yield violation((*place.path, "$schema"), "$schema", "The schema that this one belongs to is of another draft.")


def _misspelt(place: Place, draft: int) -> Iterator[Violation]:
    if draft < BESIDE_REFERENCES and "$ref" in place.schema:
        return
    for name in place.schema:
        if (keyword := meant(name)) is not None:
            yield violation((*place.path, name), name, f"This is no keyword; did you mean `{keyword}`?")


def _may_be(schema: Any, name: str, draft: int) -> bool:
    is_open = draft != DRAFT_4 or name in {"additionalProperties", "additionalItems"}
    return isinstance(schema, bool) and is_open
