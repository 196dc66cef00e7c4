"""A backup: the store as it is at one moment, in a file, beside whoever serves from it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from letterbox.config import Settings
from letterbox.store.drafts import Progress, appearing


class Backup(NamedTuple):
    """What was written: how many requests there are in it, and how many bytes long it is."""

    requests: int
    size: int


def back_up(settings: Settings, target: Path, progress: Progress) -> Backup:
    """Write a backup that was checked before it got its name. Raises NotCopied."""
    with appearing(target) as draft:
        # Each brings a driver of its own, and only one of them is needed.
        if settings.is_sqlite:
            from letterbox.store import sqlite_backup  # noqa: PLC0415

            requests = sqlite_backup.copy(settings.database_path, draft, progress)
        else:
            from letterbox.store import postgres_backup  # noqa: PLC0415

            requests = postgres_backup.copy(settings.database_url, draft.path)
    return Backup(requests, target.stat().st_size)
