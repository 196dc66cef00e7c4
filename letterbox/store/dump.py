"""A dump: every table in one file that each of the databases can load, as it is at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import DBAPIError

from letterbox.config import Settings
from letterbox.store import database, markers
from letterbox.store.drafts import NotCopied, Progress, appearing
from letterbox.store.dump_file import FORMAT, Contents, Header, Writing
from letterbox.store.schema import metadata
from letterbox.store.totals import newest_of, take_time, total_of
from letterbox.store.versions import NEWEST, version_of

ROWS_AT_ONCE = 1000
BYTES_AT_ONCE = 8_388_608  # if all rows are as long as the longest; a longer one is alone


def dump(settings: Settings, target: Path, *, seal_marker: str, progress: Progress) -> Header:
    """Write all that a store holds into a file; returns what that is.

    Raises NotCopied, StoreInUse and UnsafeStore. The marker's value is what the secret key has to open.
    """
    with appearing(target) as draft, _reading(settings) as connection:
        header = _header(connection, seal_marker)
        done = 0
        with draft.path.open("wb") as file:
            writing = Writing(draft, file)
            writing.write(header)
            for some in _rows(connection, header.tables):
                for row in some:
                    writing.write(list(row))
                done += len(some)
                progress(done, header.rows)
            writing.end()
    return header


def columns_of(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def at_once(contents: Contents) -> int:
    """How many rows of a table may be in memory."""
    return max(1, min(ROWS_AT_ONCE, BYTES_AT_ONCE // (contents.widest + 1)))


@contextmanager
def _reading(settings: Settings) -> Iterator[Connection]:
    """A connection that sees one moment, for as long as it takes."""
    if settings.is_sqlite and not settings.database_path.is_file():
        raise NotCopied(f"there is no database {settings.database_path}")
    opened = None
    try:
        opened = database.opened(settings)
        with opened.reading.begin() as connection:
            take_time(connection)
            yield connection
    except DBAPIError as failure:
        raise NotCopied(f"the store can't be read: {failure.orig}".partition("\n")[0]) from None
    finally:
        if opened is not None:
            opened.close()


def _header(connection: Connection, seal_marker: str) -> Header:
    found = version_of(connection)
    if found != NEWEST:
        raise NotCopied(f"the tables are at version {found}, and this program needs {NEWEST}; run `letterbox migrate`")
    tables = [_contents(connection, table) for table in metadata.sorted_tables]
    return Header(FORMAT, found, markers.find(connection, seal_marker), tables)


def _contents(connection: Connection, table: Table) -> Contents:
    total = total_of(connection, table)
    return Contents(table.name, columns_of(table), total.rows, total.sum, total.widest, newest_of(connection, table))


def _rows(connection: Connection, tables: Sequence[Contents]) -> Iterator[Sequence[Any]]:
    """The rows of each table, some at a time."""
    for contents in tables:
        query = select(metadata.tables[contents.name]).execution_options(yield_per=at_once(contents))
        with connection.execute(query) as found:
            yield from found.partitions()
