"""A load: all that a dump holds goes into a store that has nothing in it, or nothing does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, LargeBinary, Table, literal_column, select
from sqlalchemy.exc import DBAPIError

from letterbox.config import Settings
from letterbox.store import bulk, dump_file
from letterbox.store.database import Database, StoreFailed
from letterbox.store.drafts import NotCopied, Progress
from letterbox.store.dump import at_once, columns_of
from letterbox.store.dump_file import Contents, Header, Reader
from letterbox.store.schema import metadata
from letterbox.store.store import Store
from letterbox.store.totals import go_on_after, take_time, total_of
from letterbox.store.versions import NEWEST

Approve = Callable[[bytes | None], None]


def load(settings: Settings, source: Path, *, approve: Approve, progress: Progress) -> Header:
    """Put what a dump holds into an empty store; returns what that is.

    `approve` is given what the secret key has to open, before anything else is done. Raises what it raises, and
    NotCopied, StoreInUse and UnsafeStore.
    """
    dump_file.require_whole(source)
    with source.open("rb") as file:
        header = dump_file.header_of(file.readline())
        _require_fits(header)
        approve(header.seal)
        store = Store(settings, lambda _change: None)
        try:
            Loading(store.database, file, progress).run(header)
        except (StoreFailed, DBAPIError) as failure:
            kept = "it may have been kept" if getattr(failure, "may_be_kept", False) else "nothing was kept"
            raise NotCopied(f"{kept}: {store.database.words(failure)}") from None
        finally:
            store.close()
    return header


class Loading:
    """The rows of a dump on their way into a database."""

    def __init__(self, database: Database, file: IO[bytes], progress: Progress) -> None:
        self._database, self._file, self._progress = database, file, progress
        self._done = 0

    def run(self, header: Header) -> None:
        with self._database.transaction() as connection:
            take_time(connection)
            if not self._database.try_alone(connection):
                raise NotCopied("another process works in this store")
            _require_empty(connection)
            for contents in header.tables:
                table = metadata.tables[contents.name]
                self._fill(connection, table, contents, header.rows)
                go_on_after(connection, table, contents.newest)
                _require_same(connection, table, contents)

    def _fill(self, connection: Connection, table: Table, contents: Contents, in_all: int) -> None:
        rows = dump_file.rows_of(islice(self._file, contents.rows), _readers(connection, table))
        while some := list(islice(rows, at_once(contents))):
            self._keep(connection, table, some)
            self._progress(self._done, in_all)

    def _keep(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows; if that can't be, one by one, to find the one that is to blame."""
        try:
            with connection.begin_nested(), bulk.together(connection):
                bulk.insert(connection, table, tuple(columns_of(table)), rows)
        except Exception as failure:
            if self._database.is_at_fault(failure):
                raise
            if len(rows) == 1:
                line = self._done + 2  # the header comes first
                words = self._database.words(failure)
                raise NotCopied(f"line {line} of the dump ({table.name}) can't be kept here: {words}") from None
            for row in rows:
                self._keep(connection, table, [row])
        else:
            self._done += len(rows)


def _require_fits(header: Header) -> None:
    ours = [(table.name, columns_of(table)) for table in metadata.sorted_tables]
    theirs = [(contents.name, contents.columns) for contents in header.tables]
    if header.revision != NEWEST or theirs != ours:
        raise NotCopied(
            f"the dump has tables of version {header.revision}, and this program needs {NEWEST}; "
            "run `letterbox migrate` where it comes from, and dump anew"
        )


def _require_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(literal_column("1")).select_from(table).limit(1)).first() is not None:
            raise NotCopied("the store has something in it already; load into a new database")


def _require_same(connection: Connection, table: Table, contents: Contents) -> None:
    total = total_of(connection, table)
    if (total.rows, total.sum) != (contents.rows, contents.sum):
        raise NotCopied(
            f"the table {table.name} holds {total.rows} rows and sums up to {total.sum}, "
            f"and in the dump {contents.rows} and {contents.sum}; nothing was kept"
        )


def _readers(connection: Connection, table: Table) -> list[tuple[int, Reader]]:
    """What makes of some values of a row, by their places, what the driver takes."""
    found: list[tuple[int, Reader]] = []
    for place, column in enumerate(table.columns):
        type_ = column.type.dialect_impl(connection.dialect)
        read = dump_file.bytes_of if isinstance(column.type, LargeBinary) else type_.bind_processor(connection.dialect)
        if read is not None:
            found.append((place, read))
    return found
