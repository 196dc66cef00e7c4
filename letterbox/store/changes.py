"""What the writer tells of once it is committed, for whoever keeps a copy in memory."""

from __future__ import annotations

from dataclasses import dataclass

from letterbox.store.endpoints import Endpoint
from letterbox.store.keys import Key
from letterbox.store.projects import Project


@dataclass(frozen=True, slots=True)
class Changed:
    """A record as it is now."""

    record: Project | Endpoint | Key


@dataclass(frozen=True, slots=True)
class Removed:
    """A record as it last was."""

    record: Project | Endpoint | Key


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """How many body bytes some projects keep now, by project id."""

    totals: dict[str, int]
