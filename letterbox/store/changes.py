"""What the writer tells of once it is committed, for whoever keeps a copy in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from letterbox.store.destinations import Destination
from letterbox.store.endpoints import Endpoint
from letterbox.store.keys import Key
from letterbox.store.projects import Project
from letterbox.store.subscriptions import Subscription

DUE, RECALLED = "due", "recalled"

Record = Project | Endpoint | Key | Destination | Subscription


@dataclass(frozen=True, slots=True)
class Changed:
    """A record as it is now."""

    record: Record


@dataclass(frozen=True, slots=True)
class Removed:
    """A record as it last was."""

    record: Record


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """How many body bytes some projects keep now, by project id."""

    totals: dict[str, int]


@dataclass(frozen=True, slots=True)
class MoreStored:
    """How many body bytes more some projects keep (less, if negative), by project id."""

    changes: dict[str, int]


@dataclass(frozen=True, slots=True)
class MadeDue:
    """Something of a destination is due now that nobody knew of."""

    destination_id: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """Something that waited for a destination waits no more: whoever has it in memory is to read anew what is due."""

    destination_id: str


def messages_of(changes: Iterable[object]) -> list[str]:
    """What other processes are told of some changes: which records to read again, as `noun project id`, or `due id`."""
    return [message for change in changes if (message := message_of(change)) is not None]


def message_of(change: object) -> str | None:
    match change:
        case Changed(record) | Removed(record):
            return _message(record)
        case MadeDue(destination_id):
            return f"{DUE} {destination_id}"
        case Recalled(destination_id):
            return f"{RECALLED} {destination_id}"
    return None


def event_of(message: str) -> MadeDue | Recalled | None:
    """What a message tells of, if that is no record."""
    word, _, identity = message.partition(" ")
    events: dict[str, type[MadeDue | Recalled]] = {DUE: MadeDue, RECALLED: Recalled}
    return events[word](identity) if word in events else None


def _message(record: Record) -> str:
    project_id = record.id if isinstance(record, Project) else record.project_id
    return f"{type(record).__name__} {project_id} {record.id}"
