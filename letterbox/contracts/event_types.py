"""The event type of a request, by the contract's expression."""

from __future__ import annotations

from typing import NamedTuple

from letterbox.facts.request import Facts

LONGEST = 200


class EventType(NamedTuple):
    """None, with a note if that is because the expression failed or gave something else."""

    value: str | None = None
    notes: tuple[str, ...] = ()


NONE = EventType()


def event_type_of(facts: Facts, source: str | None) -> EventType:
    """What the expression gives for these facts."""
    if source is None:
        return NONE
    from letterbox.expressions import Failed, compiled  # noqa: PLC0415 # many contracts have none, and CEL takes long to import

    try:
        value = compiled(source).value(facts)
    except Failed as failure:
        return EventType(notes=(f"event_type: {failure}",))
    if value is None:
        return NONE
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not value.isprintable():
        return EventType(notes=(f"event_type: this is no text of 1 to {LONGEST} printable characters",))
    return EventType(value)


def is_cheap_to_tell(facts: Facts, source: str | None) -> bool:
    """Whether the expression may be evaluated where others wait."""
    if source is None:
        return True
    from letterbox.expressions import compiled  # noqa: PLC0415 # as above

    return compiled(source).is_cheap(facts)
