"""What happened in a stretch of the journal, sorted by who wants to hear of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from letterbox.store.tailing import Happened
from letterbox.tail.events import Event, event_of
from letterbox.tail.interests import Interest, interests_in


@dataclass
class Chunk:
    """What one interest is told of; all who share it are sent the same bytes."""

    events: list[Event] = field(default_factory=list)

    @cached_property
    def text(self) -> bytes:
        return b"".join(event.text for event in self.events)

    def part(self, after: int, most: int | None) -> Chunk:
        """What comes behind a sequence, at most so many."""
        return Chunk([event for event in self.events if event.sequence > after][:most])


@dataclass(frozen=True)
class Batch:
    """Everything behind `after` and until `until` that these interests want."""

    after: int
    until: int
    interests: Collection[Interest]
    chunks: dict[Interest, Chunk]


def batch_of(after: int, until: int, found: Iterable[Happened], interests: Collection[Interest]) -> Batch:
    """Each event is written once, however many want it."""
    chunks: dict[Interest, Chunk] = {}
    for happened in found:
        wanting = [interest for interest in interests_in(happened) if interest in interests]
        if wanting:
            event = event_of(happened)
            for interest in wanting:
                chunks.setdefault(interest, Chunk()).events.append(event)
    return Batch(after, until, interests, chunks)
