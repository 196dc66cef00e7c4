"""Many rows in few statements, for the receiving path: straight to the driver, past what SQLAlchemy does per statement.

An `executemany` hands the interpreter's lock back and forth for each row; one statement over many rows doesn't. Rows
are written in numbers of few sizes, so that few statements are prepared, each once, and the usual batch needs only one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

MOST_ROWS = 64  # in one statement
VALUES = "{values}"  # where they go in a statement
PIPELINE_OFF = 0  # see psycopg.pq.PipelineStatus
SIZES = (MOST_ROWS, 48, 32, 24, *range(16, 0, -1))

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
    for _ in _execute(connection, _insertion(table.name, columns, conflict), len(columns), rows):
        pass


def insert_returning(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows, conflict: str, *last: Any
) -> list[tuple[Any, ...]]:
    """Insert likewise; the clause says what is returned, and may have one mark `?` of its own, for the last value."""
    cursors = _execute(connection, _insertion(table.name, columns, conflict), len(columns), rows, *last)
    return [row for cursor in cursors for row in cursor.fetchall()]


def find(connection: Connection, query: str, columns: tuple[str, ...], rows: Rows) -> list[tuple[Any, ...]]:
    """What a query finds that reads these rows as a table `asked` of these columns."""
    statement = f"WITH asked ({', '.join(columns)}) AS (VALUES {VALUES}) {query}"
    return [row for cursor in _execute(connection, statement, len(columns), rows) for row in cursor.fetchall()]


def _insertion(table: str, columns: tuple[str, ...], conflict: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {VALUES} {conflict}"  # noqa: S608 # our own names


def _execute(connection: Connection, template: str, width: int, rows: Rows, *more: Any) -> Iterator[Any]:
    """Execute a statement over the rows, some at a time; its cursor after each."""
    is_postgres = _is_postgres(connection)
    cursor = _raw_cursor(_driver(connection)) if is_postgres else _driver(connection).cursor()
    for some in _chunks(rows):
        statement = _statement(template, width, len(some), is_postgres)
        yield cursor.execute(statement, (*chain.from_iterable(some), *more))


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
def _statement(template: str, width: int, rows: int, is_postgres: bool) -> str:
    """With a mark for each value, and after them at most one for what follows."""
    marks = [f"${number + 1}" if is_postgres else "?" for number in range(rows * width)]
    values = ", ".join(f"({', '.join(marks[start : start + width])})" for start in range(0, rows * width, width))
    last = f"${rows * width + 1}" if is_postgres else "?"
    return template.replace("?", last).replace(VALUES, values)
