"""Schemas that are put together of others: allOf, anyOf, oneOf, not and if, compared member by member."""

from __future__ import annotations

from typing import Protocol

from letterbox.contracts.differing.pairs import Pair, is_equal, members_of
from letterbox.contracts.differing.words import Change, Told, added_or_gone
from letterbox.contracts.references import Place
from letterbox.representation import as_json

ONE_MORE: dict[str, Change] = {"allOf": "stricter", "anyOf": "looser", "oneOf": "different"}
ONE_LESS: dict[str, Change] = {"allOf": "looser", "anyOf": "stricter", "oneOf": "different"}
WORDS = {"allOf": "all of {} schemas", "anyOf": "any of {} schemas", "oneOf": "exactly one of {} schemas"}


class Gathers(Protocol):
    def tell(self, pair: Pair, told: Told, keyword: str, *path: str) -> None: ...
    def compare(self, pair: Pair) -> None: ...


def compare_choices(comparison: Gathers, pair: Pair) -> None:
    for keyword, words in WORDS.items():
        olds, news = members_of(pair.old, keyword), members_of(pair.new, keyword)
        both, gone, added = matched(olds, news)
        sense = 0 if keyword == "oneOf" else pair.sense
        for old, new in both:
            comparison.compare(Pair(old, new, pair.name, sense))
        if gone or added:
            change = added_or_gone(olds or None, news or None) if not both else _shifted(keyword, gone, added)
            before = words.format(len(olds)) if olds else "no such rule"
            now = words.format(len(news)) if news else "no such rule any more"
            comparison.tell(pair, Told(change, f"has {now}, before {before}."), keyword)


def compare_not(comparison: Gathers, pair: Pair) -> None:
    old, new = pair.values("not")
    if old is not None and new is not None:
        comparison.compare(pair.below("not", sense=-1))
    elif old is not None or new is not None:
        says = "must not conform to a schema now." if old is None else "may conform to a schema that it had not to."
        comparison.tell(pair, Told(added_or_gone(old, new), says), "not")


def compare_condition(comparison: Gathers, pair: Pair) -> None:
    old, new = pair.values("if")
    if old is None and new is None:
        return
    if old is None or new is None:
        told = Told(added_or_gone(old, new), "has a condition now." if old is None else "has no condition any more.")
        comparison.tell(pair, told, "if")
        return
    comparison.compare(pair.below("if", sense=0))
    for keyword in ("then", "else"):
        comparison.compare(pair.below(keyword, sense=1 if is_equal(old, new) else 0))


def matched(olds: list[Place], news: list[Place]) -> tuple[list[tuple[Place, Place]], list[Place], list[Place]]:
    """Members that belong together, then those that are gone, then those that are added.

    Equal ones belong together; of those that are left the first and the first and so on, if there are as many.
    """
    by_text = {as_json(place.schema): place for place in reversed(olds)}
    both = [(by_text.pop(text), new) for new in news if (text := as_json(new.schema)) in by_text]
    kept = {id(place) for pair in both for place in pair}
    gone = [old for old in olds if id(old) not in kept]
    added = [new for new in news if id(new) not in kept]
    if len(gone) == len(added):
        return [*both, *zip(gone, added, strict=True)], [], []
    return both, gone, added


def _shifted(keyword: str, gone: list[Place], added: list[Place]) -> Change:
    if gone and added:
        return "different"
    return ONE_LESS[keyword] if gone else ONE_MORE[keyword]
