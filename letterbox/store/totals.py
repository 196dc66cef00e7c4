"""What a dump and a load ask of a database besides its rows: totals to compare, and the numbers of its sequences."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    case,
    func,
    literal_column,
    select,
    text,
)

ZERO: ColumnElement[int] = literal_column("0")
MODULUS: ColumnElement[int] = literal_column("1000003")  # a sum of whole times would be too large


class Total(NamedTuple):
    """How many rows there are, a sum over all that is in them, and how long the longest is."""

    rows: int
    sum: int
    widest: int


def total_of(connection: Connection, table: Table) -> Total:
    """The same on every database that holds the same."""
    all_of_it = reduce(add, (func.coalesce(_measure(column), ZERO) for column in table.columns))
    lengths = (func.coalesce(func.length(column), ZERO) for column in table.columns if _has_length(column))
    query = select(func.count(), func.sum(all_of_it), func.max(reduce(add, lengths, ZERO))).select_from(table)
    rows, total, widest = connection.execute(query).one()
    return Total(rows, int(total or 0), widest or 0)


def take_time(connection: Connection) -> None:
    """Let this transaction's statements, and what is done between them, take as long as they take."""
    if connection.dialect.name == "postgresql":
        for bound in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {bound} = 0")


def newest_of(connection: Connection, table: Table) -> int:
    """The newest number that the table's sequence has given, if it has one; its row may be gone."""
    column = table.autoincrement_column
    if column is None:
        return 0
    kept = connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
    if connection.dialect.name == "sqlite":
        given = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    else:
        sequence = connection.execute(select(_sequence(table.name, column.name))).scalar_one()
        given = connection.exec_driver_sql(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608
    return max(kept, given.scalar() or 0)


def go_on_after(connection: Connection, table: Table, newest: int) -> None:
    """Have the table's sequence, if it has one, give greater numbers than this."""
    column = table.autoincrement_column
    if column is None or not newest:
        return
    if connection.dialect.name == "sqlite":
        numbered = {"name": table.name, "newest": newest}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), numbered)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :newest)"), numbered)
    else:
        connection.execute(select(func.setval(_sequence(table.name, column.name), newest)))


def _sequence(table: str, column: str) -> ColumnElement[str]:
    return func.pg_get_serial_sequence(table, column)


def _has_length(column: ColumnElement[Any]) -> bool:
    return isinstance(column.type, (String, LargeBinary))


def _measure(column: ColumnElement[Any]) -> ColumnElement[int]:
    """A number of a value: the length of what has one, a number itself; and of the rest, whether it is there."""
    if _has_length(column):
        return func.length(column)
    if isinstance(column.type, Integer):
        return column % MODULUS
    return case((column.is_(None), 0), else_=1)
