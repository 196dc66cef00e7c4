"""A copy of a SQLite file beside the process that holds it, by SQLite's backup interface.

The copy is of one moment, since a transaction is open while it is made; by itself that interface begins anew when
another process writes. VACUUM INTO would take twice as long, and nobody could tell it to synchronize as it goes. The
price is that the write-ahead log can't begin anew meanwhile: it grows by what is received.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from letterbox.store.drafts import Draft, NotCopied, Progress

STEP_PAGES = 1024  # 4 MiB between two synchronizations


def copy(database: Path, draft: Draft, progress: Progress) -> int:
    """Copy a database into a draft and check it; returns how many requests it has. Raises NotCopied."""
    if not database.is_file():
        raise NotCopied(f"there is no database {database}")

    def go_on(_status: int, left: int, pages: int) -> None:
        draft.sync()
        progress(pages - left, pages)

    with _explained(database):
        with closing(_reader(database)) as source, closing(_blank(draft.path)) as target:
            source.backup(target, pages=STEP_PAGES, progress=go_on)
        return _checked(draft.path)


def _reader(path: Path) -> sqlite3.Connection:
    """A connection that sees one moment. It can't write, so it neither checkpoints nor ends the write-ahead log."""
    connection = _connected(path, "mode=ro")
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment is that of the first look
    return connection


def _blank(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    # If it fails it is thrown away, and if not it is synchronized by whoever made it.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _checked(path: Path) -> int:
    with closing(_connected(path, "immutable=1")) as connection:  # makes no other files beside it
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise NotCopied(f"the copy does not pass SQLite's check, so the database is damaged: {found}")
        requests: int = connection.execute("SELECT count(*) FROM request").fetchone()[0]
        return requests


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)


@contextmanager
def _explained(database: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as reason:
        raise NotCopied(f"{database} can't be copied: {reason}") from None
