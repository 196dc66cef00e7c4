"""One process per SQLite database, held by a lock on `<database>.lock` that ends with the process."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

RETRY_SECONDS = 0.05


class StoreInUse(Exception):
    """Another process holds the database."""


def hold(database: Path, patience_seconds: float) -> int:
    """Take the lock, waiting for a process that is about to leave; returns the descriptor that holds it."""
    descriptor = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience_seconds
    while not _try_lock(descriptor):
        if time.monotonic() >= deadline:
            os.close(descriptor)
            raise StoreInUse(
                f"{database} is in use by another letterbox process; stop that one, "
                "or give this one a database of its own with LETTERBOX_DATABASE_URL"
            )
        time.sleep(RETRY_SECONDS)
    return descriptor


def let_go(descriptor: int) -> None:
    os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
