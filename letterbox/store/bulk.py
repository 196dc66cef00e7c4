"""Many rows in few statements, for the receiving path.

An `executemany` hands the interpreter's lock back and forth for each row; one statement over many rows doesn't. Only a
few sizes are used, so that each statement is prepared once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection

CHUNKS = (64, 8, 1)


def insert(connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values are in the order of the columns, as the driver takes them."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    for chunk in _chunks(rows):
        connection.exec_driver_sql(_statement(table, columns, len(chunk), mark), tuple(chain.from_iterable(chunk)))


def _chunks(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    at = 0
    while at < len(rows):
        size = next(size for size in CHUNKS if size <= len(rows) - at)
        yield rows[at : at + size]
        at += size


@cache
def _statement(table: str, columns: tuple[str, ...], rows: int, mark: str) -> str:
    row = f"({', '.join([mark] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608 # our own names
