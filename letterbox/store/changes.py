"""What the writer tells of once it is committed, for whoever keeps a copy in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from letterbox.store.destinations import Destination
from letterbox.store.endpoints import Endpoint
from letterbox.store.keys import Key
from letterbox.store.projects import Project
from letterbox.store.subscriptions import Subscription

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


def messages_of(changes: Iterable[object]) -> list[str]:
    """What other processes are told of some changes: which records to read again, as `noun project id`."""
    return [_message(change.record) for change in changes if isinstance(change, (Changed, Removed))]


def _message(record: Record) -> str:
    project_id = record.id if isinstance(record, Project) else record.project_id
    return f"{type(record).__name__} {project_id} {record.id}"
