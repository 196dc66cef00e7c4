"""Two schemas compared keyword by keyword; what is shared, or refers to itself, is compared once."""

from __future__ import annotations

from typing import Any

from letterbox.contracts.differing.choices import compare_choices, compare_condition, compare_not
from letterbox.contracts.differing.pairs import Pair, is_empty, property_in
from letterbox.contracts.differing.words import OPPOSITE, Change, Told, allowed_values, is_same, told_of, told_of_values
from letterbox.contracts.keywords import KEYWORDS
from letterbox.contracts.pointers import pointer
from letterbox.contracts.references import References

MOST_CHANGES = 500
MOST_PAIRS = 200_000  # that are looked at
NOT_PLAIN = frozenset({"enum", "const", "required"})
PLAIN = [name for name, keyword in KEYWORDS.items() if keyword.below == "value" and name not in NOT_PLAIN]
PLAIN += ["$dynamicRef", "$recursiveRef"]
REST = {
    "additionalProperties": "any other property of {}",
    "unevaluatedProperties": "any other property of {}",
    "propertyNames": "each name in {}",
    "items": "each item of {}",
    "additionalItems": "any further item of {}",
    "unevaluatedItems": "any further item of {}",
    "contains": "one item of {}",
}
NAMED = {
    "patternProperties": "a property of {} like {}",
    "dependentSchemas": "{} with {}",
    "dependencies": "{} with {}",
}


class Enough(Exception):
    """So much has been found, or looked at, that the rest is left."""


class Comparison:
    """Gathers changes as `{pointer, keyword, change, says}`. Raises Enough when there are too many."""

    def __init__(self, old: References, new: References, *, formats_bind: bool) -> None:
        self.changes: list[dict[str, str]] = []
        self.formats_bind = formats_bind
        self._references = (old, new)
        self._seen: set[object] = set()

    def note(self, at: str, keyword: str, told: Told, name: str, sense: int = 1) -> None:
        """Take down what has happened to a thing of this name; `sense` is that of its pair."""
        if len(self.changes) >= MOST_CHANGES:
            raise Enough
        change: Change = told.change if sense > 0 else OPPOSITE[told.change] if sense < 0 else "different"
        says = f"{name or 'the body'} {told.says}"
        self.changes.append({"pointer": at, "keyword": keyword, "change": change, "says": says})

    def tell(self, pair: Pair, told: Told, keyword: str, *path: str) -> None:
        """Take down a change of a keyword in a schema, or of what is further below it."""
        self.note(pair.new.pointer + pointer((keyword, *path)), keyword, told, pair.name, pair.sense)

    def compare(self, pair: Pair) -> None:
        """Take down what has changed in a schema, and in all that it refers to."""
        pair = pair.followed(*self._references)
        if pair.key in self._seen:
            return
        self._seen.add(pair.key)
        if len(self._seen) > MOST_PAIRS:
            raise Enough
        if pair.is_equal():
            for each in pair.references():
                self.compare(each)
            return
        was_forbidden, is_forbidden = (place.schema is False for place in (pair.old, pair.new))
        if was_forbidden != is_forbidden:
            told = Told("stricter", "is not allowed any more.") if is_forbidden else Told("looser", "is allowed now.")
            self.note(pair.new.pointer, pair.keyword, told, pair.name, pair.sense)
        elif not is_forbidden:
            for part in PARTS:
                part(self, pair.opened())


def compare_plain(comparison: Comparison, pair: Pair) -> None:
    for keyword in PLAIN:
        old, new = pair.values(keyword)
        if not is_same(keyword, old, new):
            told = told_of(keyword, old, new)
            if keyword == "format" and not comparison.formats_bind:
                told = Told("different", f"{told.says.removesuffix('.')}; formats do not bind here.")
            comparison.tell(pair, told, keyword)


def compare_values(comparison: Comparison, pair: Pair) -> None:
    old, new = allowed_values(pair.old.schema), allowed_values(pair.new.schema)
    if old != new:
        comparison.tell(pair, told_of_values(old, new), "const" if "const" in pair.new.schema else "enum")


def compare_required(comparison: Comparison, pair: Pair) -> None:
    old, new = (_names(value) for value in pair.values("required"))
    changes = [(name, Told("stricter", "is required now.")) for name in new if name not in old]
    changes += [(name, Told("looser", "is not required any more.")) for name in old if name not in new]
    for name, told in changes:
        comparison.tell(pair._replace(name=pair.member(name)), told, "required")


def compare_properties(comparison: Comparison, pair: Pair) -> None:
    old, new = (value or {} for value in pair.values("properties"))
    for name in dict.fromkeys([*old, *new]):
        member = Pair(property_in(pair.old, name), property_in(pair.new, name), pair.member(name), pair.sense)
        told = None if name in old and name in new else _told_of_description(member)
        if told is None:
            comparison.compare(member)
        else:
            comparison.note(member.new.pointer, "properties", told, member.name, member.sense)


def compare_rest(comparison: Comparison, pair: Pair) -> None:
    for keyword, words in REST.items():
        values = pair.values(keyword)
        if any(value is not None for value in values) and not any(isinstance(value, list) for value in values):
            comparison.compare(pair.below(keyword, name=words.format(pair.name or "the body")))


def compare_tuples(comparison: Comparison, pair: Pair) -> None:
    for keyword in ("prefixItems", "items"):
        old, new = (value if isinstance(value, list) else [] for value in pair.values(keyword))
        for index in range(min(len(old), len(new))):
            comparison.compare(pair.below(keyword, index, name=f"{pair.name}[{index}]"))
        if len(old) != len(new):
            says = f"has {len(new)} items with a schema of their own now, before {len(old)}."
            comparison.tell(pair, Told("different", says), keyword)


def compare_named(comparison: Comparison, pair: Pair) -> None:
    for keyword, words in NAMED.items():
        old, new = (value or {} for value in pair.values(keyword))
        for name in dict.fromkeys([*old, *new]):
            before, now = old.get(name), new.get(name)
            if not isinstance(before, list) and not isinstance(now, list):
                comparison.compare(pair.below(keyword, name, name=words.format(pair.name or "the body", name)))
            elif before != now:
                comparison.tell(pair, Told("different", f"has another {keyword} now."), keyword, name)


def _names(value: Any) -> dict[str, None]:
    """A set in order. Beside a reference of an older draft anything may stand, which does not count."""
    return dict.fromkeys(name for name in value if isinstance(name, str)) if isinstance(value, list) else {}


def _told_of_description(member: Pair) -> Told | None:
    """A property that has been added to those that are described, or is described no longer, where others are open."""
    if member.old.schema is True and not is_empty(member.new):
        return Told("stricter", "has a schema now, before it might be anything.")
    if member.new.schema is True and not is_empty(member.old):
        return Told("looser", "has no schema any more, it may be anything.")
    return None


PARTS = (
    compare_plain,
    compare_values,
    compare_required,
    compare_properties,
    compare_rest,
    compare_tuples,
    compare_named,
    compare_choices,
    compare_not,
    compare_condition,
)
