"""The journal's sweep: what it says of deleted requests goes, and all else stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, delete, select

from letterbox.store import journal, requests
from letterbox.store.journal import GONE_SHARE, LONGEST_MILLISECONDS, ROWS_AT_ONCE, SMALL_ROWS
from letterbox.store.tables import journal as table
from letterbox.store.tables import request
from tests.store.rows import PROJECT, a_row

NOW = 1_900_000_000_000


def keep(connection: Connection, count: int) -> list[str]:
    rows = [a_row() for _ in range(count)]
    requests.keep(connection, rows)
    return [row.id for row in rows]


def drop(connection: Connection, ids: list[str]) -> None:
    connection.execute(delete(request).where(request.c.id.in_(ids)))
    journal.note_deleted(connection, len(ids))


def noted(connection: Connection) -> list[tuple[int, str]]:
    rows = connection.execute(select(table.c.sequence, table.c.request).order_by(table.c.sequence))
    return [(row.sequence, row.request) for row in rows]


def sweep(connection: Connection) -> int:
    """A whole pass; returns in how many steps."""
    steps = 1
    while journal.sweep_some(connection, NOW):
        steps += 1
    return steps


@settings(derandomize=True, deadline=None, max_examples=30)
@given(some.lists(some.booleans(), min_size=1, max_size=30))
def test_a_sweep_forgets_what_is_deleted_and_numbers_nothing_anew(table: Connection, fates: list[bool]) -> None:
    with table.begin_nested() as undone:
        ids = keep(table, len(fates))
        before = noted(table)
        drop(table, [name for name, goes in zip(ids, fates, strict=True) if goes])
        sweep(table)
        assert noted(table) == [row for row, goes in zip(before, fates, strict=True) if not goes]
        undone.rollback()


def test_a_long_journal_is_swept_some_rows_at_a_time(connection: Connection) -> None:
    ids = keep(connection, 2 * ROWS_AT_ONCE + 1)
    drop(connection, ids[::2])
    assert sweep(connection) == 3
    assert [name for _, name in noted(connection)] == ids[1::2]


def test_what_comes_in_during_a_sweep_waits_for_the_next_one(connection: Connection) -> None:
    drop(connection, keep(connection, ROWS_AT_ONCE + 1))
    assert journal.sweep_some(connection, NOW)
    late = keep(connection, 1)
    drop(connection, late)
    assert not journal.sweep_some(connection, NOW)
    assert [name for _, name in noted(connection)] == late
    assert journal.is_sweep_due(connection, NOW)


def test_no_sweep_is_due_while_nothing_was_deleted(connection: Connection) -> None:
    keep(connection, 3)
    assert not journal.is_sweep_due(connection, NOW + LONGEST_MILLISECONDS)


@pytest.mark.parametrize(("deleted", "is_due"), [(SMALL_ROWS * 2 // GONE_SHARE, True), (1, False)])
def test_a_long_journal_is_swept_once_enough_of_it_may_be_gone_or_after_a_day(
    connection: Connection, deleted: int, is_due: bool
) -> None:
    keep(connection, 1)
    begun = noted(connection)[-1][0]
    connection.execute(table.insert().values(sequence=begun + SMALL_ROWS * 2, kind="accepted", project=PROJECT, at=1))
    journal.note_deleted(connection, 0)
    sweep(connection)  # so that the day begins now
    connection.execute(table.insert().values(sequence=begun + SMALL_ROWS * 4, kind="accepted", project=PROJECT, at=1))
    journal.note_deleted(connection, deleted)
    assert journal.is_sweep_due(connection, NOW + 1) == is_due
    assert journal.is_sweep_due(connection, NOW + LONGEST_MILLISECONDS)
