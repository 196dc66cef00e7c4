"""Which subscriptions take a request, and in which line it is sent. A decision: expressions are evaluated elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from letterbox import expressions
from letterbox.expressions import BadExpression, Failed
from letterbox.expressions.expression import Expression
from letterbox.facts.request import Facts
from letterbox.store.routing import Subscriber

LONGEST_KEY = 200  # characters of an ordering key that is kept as it is

Evaluate = Callable[[Expression, Facts], Any]  # raises Failed
Note = dict[str, Any]


class Match(NamedTuple):
    """A subscription that takes the request, and its ordering key, if it has one."""

    subscriber: Subscriber
    ordering_key: str | None


class Matched(NamedTuple):
    """Who takes a request, and for the others why not."""

    matches: list[Match]
    notes: list[Note]


def are_looking(subscribers: Sequence[Subscriber]) -> bool:
    """Whether any of them has an expression."""
    return any(each.filter is not None or each.ordering_key is not None for each in subscribers)


def everybody(subscribers: Sequence[Subscriber], sequence: int) -> Matched:
    """Every subscriber that began before the request came."""
    return Matched([Match(each, None) for each in subscribers if sequence > each.begins_after], [])


def nobody(subscribers: Sequence[Subscriber], why: str) -> Matched:
    notes = [{"subscription_id": each.id, "destination_id": each.destination_id} for each in subscribers]
    return Matched([], [{**each, "outcome": "failed", "note": why} for each in notes])


def needs_body(subscribers: Sequence[Subscriber]) -> bool:
    """Whether any of their expressions looks at the body."""
    return any(_uses_body(source) for each in subscribers for source in _sources(each))


def matched(subscribers: Sequence[Subscriber], sequence: int, facts: Facts, evaluate: Evaluate) -> Matched:
    """Every subscriber that began before the request came is asked once."""
    found = Matched([], [])
    for each in subscribers:
        if sequence <= each.begins_after:
            continue
        if each.filter is not None and (note := _refusal(each.filter, facts, evaluate)) is not None:
            found.notes.append({"subscription_id": each.id, "destination_id": each.destination_id, **note})
            continue
        key, note = _key(each.ordering_key, facts, evaluate) if each.ordering_key is not None else (None, None)
        if note is not None:
            found.notes.append({"subscription_id": each.id, "destination_id": each.destination_id, **note})
        found.matches.append(Match(each, key))
    return found


def _uses_body(source: str) -> bool:
    try:
        return expressions.compiled(source).uses_body
    except BadExpression:  # saved by an earlier version, say: it fails when it is asked
        return False


def _sources(subscriber: Subscriber) -> Iterator[str]:
    yield from (source for source in (subscriber.filter, subscriber.ordering_key) if source is not None)


def _refusal(source: str, facts: Facts, evaluate: Evaluate) -> Note | None:
    """Why a filter lets a request not through; None if it does."""
    try:
        value = evaluate(expressions.compiled(source), facts)
    except (BadExpression, Failed) as reason:
        return {"outcome": "failed", "note": f"filter: {reason}"}
    if value is True:
        return None
    if value is False:
        return {"outcome": "filtered", "note": None}
    return {"outcome": "failed", "note": "filter: it gave neither true nor false"}


def _key(source: str, facts: Facts, evaluate: Evaluate) -> tuple[str | None, Note | None]:
    try:
        value = evaluate(expressions.compiled(source), facts)
    except (BadExpression, Failed) as reason:
        return None, {"outcome": "unordered", "note": f"ordering_key: {reason}"}
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None, {"outcome": "unordered", "note": "ordering_key: it gave neither a text nor a number"}
    return key_of(value), None


def key_of(value: str | float) -> str:
    """A text as it is, unless it is long or no store can hold it; a number is never the key of a text."""
    if not isinstance(value, str):
        return f"number {value:g}" if isinstance(value, float) else f"number {value}"
    if len(value) <= LONGEST_KEY and value.isprintable() and not value.startswith(("number ", "sha256 ")):
        return value
    return f"sha256 {hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"
