"""Many rows in few statements, for the receiving path: straight to the driver, past what SQLAlchemy does per statement.

An `executemany` hands the interpreter's lock back and forth for each row; one statement over many rows doesn't. The
numbers of rows are powers of two, so that few statements are prepared, each once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

MOST_ROWS = 64  # in one statement
PIPELINE_OFF = 0  # see psycopg.pq.PipelineStatus
SIZES = tuple(1 << power for power in range(MOST_ROWS.bit_length() - 1, -1, -1))

Rows = Sequence[tuple[Any, ...]]


def together(connection: Connection) -> AbstractContextManager[Any]:
    """Statements of this block may travel together; one that fails may be raised by the end of the block."""
    if not _is_postgres(connection):
        return nullcontext()
    driver = _driver(connection)
    is_begun = driver.pgconn.pipeline_status != PIPELINE_OFF
    return nullcontext() if is_begun else driver.pipeline()


def insert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows, conflict: str = "") -> None:
    """Insert rows whose values are in the order of the columns, as the driver takes them; `conflict` is a clause.

    Raises the driver's own errors.
    """
    is_postgres = _is_postgres(connection)
    cursor = _raw_cursor(_driver(connection)) if is_postgres else _driver(connection)
    for some in _chunks(rows):
        statement = _statement(table.name, columns, conflict, len(some), is_postgres)
        cursor.execute(statement, tuple(chain.from_iterable(some)))


def _is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _raw_cursor(driver: Any) -> Any:
    """One that takes Postgres' own marks: psycopg would search a long statement for its marks each time."""
    from psycopg import RawCursor  # noqa: PLC0415 # the driver is there, since it has connected

    return RawCursor(driver)


def _chunks(rows: Rows) -> Iterator[Rows]:
    at = 0
    while (left := len(rows) - at) > 0:
        size = next(size for size in SIZES if size <= left)
        yield rows[at : at + size]
        at += size


@cache
def _statement(table: str, columns: tuple[str, ...], conflict: str, rows: int, is_postgres: bool) -> str:
    width = len(columns)
    marks = [f"${number + 1}" if is_postgres else "?" for number in range(rows * width)]
    values = ", ".join(f"({', '.join(marks[start : start + width])})" for start in range(0, rows * width, width))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values} {conflict}"  # noqa: S608 # our own names
