"""What the tail reads: in the order of the journal, as far as that is settled, and nothing that is not wanted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as some
from sqlalchemy import Connection, insert, text, update

from letterbox.config import Settings
from letterbox.store import database, deliveries, journal, requests
from letterbox.store.database import Database
from letterbox.store.journal import Subject
from letterbox.store.requests import Request
from letterbox.store.tables import endpoint, request
from letterbox.store.tables import journal as table
from letterbox.store.tailing import (
    DISORDER_MILLISECONDS,
    SPAN,
    Horizon,
    Page,
    Since,
    Wanted,
    newest_given,
    page_of,
    start_of,
)
from tests.store.rows import PROJECT, a_row, add_project, declare
from tests.store.sent import a_delivery

ALL = Wanted((PROJECT,))
NUMBER = "SELECT pg_current_xact_id()"


def keep(connection: Connection, **changes: Any) -> str:
    row = a_row(**changes)
    requests.keep(connection, [row])
    return row.id


def page(connection: Connection, wanted: Wanted = ALL, **more: Any) -> Page:
    return page_of(connection, wanted, **{"after": 0, "until": newest_given(connection), "limit": 100, **more})


def told(connection: Connection, wanted: Wanted = ALL, **more: Any) -> list[tuple[str, str]]:
    found = page(connection, wanted, **more).found
    return [(to.id, to.verdict if isinstance(to, Request) else to.status) for to in (each.to for each in found)]


def note(connection: Connection, moment: int = 1) -> int:
    made = insert(table).values(kind="accepted", project=PROJECT, request="req_1", at=moment)
    sequence: int = connection.execute(made.returning(table.c.sequence)).scalar_one()
    return sequence


def test_requests_are_told_in_the_order_of_the_journal(connection: Connection) -> None:
    ids = [keep(connection) for _ in range(3)]
    assert [name for name, _ in told(connection)] == ids


def test_a_page_says_up_to_where_it_has_looked(connection: Connection) -> None:
    first, *_ = [keep(connection) for _ in range(3)]
    until = newest_given(connection)
    assert page(connection, limit=1).reached == page(connection).found[0].sequence
    assert page(connection).reached == until
    assert [name for name, _ in told(connection, limit=1)] == [first]


def test_a_page_looks_at_a_bounded_stretch(connection: Connection) -> None:
    keep(connection)
    assert page(connection, until=10 * SPAN, after=newest_given(connection)).reached == newest_given(connection) + SPAN


def test_another_project_endpoint_or_verdict_is_not_told_of(connection: Connection) -> None:
    add_project(connection, "prj_2")
    ours = keep(connection)
    keep(connection, project_id="prj_2")
    refused = keep(connection, verdict="refused", endpoint_id="ep_2")
    unmatched = keep(connection, verdict="refused", endpoint_id=None)
    assert told(connection, Wanted((PROJECT,), ("ep_1",))) == [(ours, "accepted")]
    assert told(connection, Wanted((PROJECT,), verdict="refused")) == [(refused, "refused"), (unmatched, "refused")]


def test_a_settled_request_is_told_again_and_each_time_with_the_verdict_of_then(connection: Connection) -> None:
    held = keep(connection, verdict="quarantined")
    connection.execute(update(request).where(request.c.id == held).values(verdict="accepted"))
    journal.record_settlement(connection, "accepted", Subject(PROJECT, "ep_1", held), "key_1", None, 5)
    assert told(connection) == [(held, "quarantined"), (held, "accepted")]
    assert told(connection, Wanted((PROJECT,), verdict="accepted")) == [(held, "accepted")]


def test_an_erased_request_is_told_of_once_more(connection: Connection) -> None:
    name = keep(connection)
    found = requests.find(connection, PROJECT, name)
    assert found is not None
    requests.erase(connection, found, 7)
    journal.record_erasure(connection, Subject(PROJECT, "ep_1", name), "key_1", 7)
    both = page(connection, Wanted((PROJECT,), verdict="accepted")).found
    assert [each.to.erased_at for each in both if isinstance(each.to, Request)] == [7, 7]
    assert told(connection, Wanted((PROJECT,), verdict="refused")) == []


def test_requests_of_a_removed_endpoint_are_not_told_of(connection: Connection) -> None:
    declare(connection)
    keep(connection)
    connection.execute(update(endpoint).values(removed_at=1))
    assert told(connection) == []


def test_deliveries_are_told_of_among_requests_and_as_they_are_now(connection: Connection) -> None:
    one, another = some = [a_delivery(request_id=keep(connection)), a_delivery(request_id=keep(connection))]
    deliveries.add(connection, some)
    first, second = one.request_id, another.request_id
    deliveries.note(connection, some, 1)
    third = keep(connection, verdict="refused", endpoint_id="ep_2")
    deliveries.change(connection, one.id, status="succeeded")
    deliveries.note(connection, [one._replace(status="succeeded")], 2)
    requests_alone = [(first, "accepted"), (second, "accepted"), (third, "refused")]
    outcomes = [(one.id, "succeeded"), (another.id, "waiting"), (one.id, "succeeded")]
    assert told(connection) == [*requests_alone[:2], *outcomes[:2], requests_alone[2], outcomes[2]]
    assert told(connection, Wanted((PROJECT,), nouns=("request",))) == requests_alone
    assert told(connection, Wanted((PROJECT,), nouns=("delivery",))) == outcomes
    assert told(connection, Wanted((PROJECT,), ("ep_2",))) == [(third, "refused")]
    assert told(connection, Wanted((PROJECT,), verdict="accepted")) == requests_alone[:2]


def test_a_delivery_that_is_gone_is_passed_over(connection: Connection) -> None:
    gone, there = some = [a_delivery(request_id=keep(connection)) for _ in range(2)]
    deliveries.add(connection, [there])
    deliveries.note(connection, some, 1)
    found = page(connection, limit=3)
    assert [happened.to.id for happened in found.found] == [gone.request_id, there.request_id]
    assert told(connection, after=found.reached) == [(there.id, "waiting")]


def test_since_leaves_out_what_is_older_but_nothing_that_comes_later(connection: Connection) -> None:
    keep(connection, at=100)
    new = keep(connection, at=200)
    until = newest_given(connection)
    late = keep(connection, at=150)  # the clock went back
    assert [name for name, _ in told(connection, since=Since(200, until))] == [new, late]


@trying(derandomize=True, deadline=None, max_examples=40)
@given(
    some.lists(some.integers(0, DISORDER_MILLISECONDS), max_size=20),
    some.integers(0, 20 * DISORDER_MILLISECONDS),
    some.integers(1, 2 * DISORDER_MILLISECONDS),
)
def test_nothing_of_a_time_or_later_is_before_its_start(
    table: Connection, delays: list[int], moment: int, pace: int
) -> None:
    """Letters that nobody waits for are committed later than others that came after them."""
    with table.begin_nested() as undone:
        times = [number * pace - delay for number, delay in enumerate(delays, 20)]
        rows = [(note(table, time), time) for time in times]
        start = start_of(table, moment)
        assert [row for row in rows if row[1] >= moment and row[0] <= start] == []
        if times and min(times) < moment - 2 * DISORDER_MILLISECONDS:
            assert start > 0
        undone.rollback()


def test_what_is_committed_is_settled(opened: Database) -> None:
    horizon = Horizon()
    with opened.writing.begin() as connection:
        newest = note(connection)
    assert newest in (look(horizon, opened) for _ in range(100))  # a server has transactions of its own


def look(horizon: Horizon, opened: Database) -> int:
    with opened.reading.begin() as connection:
        return horizon.look(connection)


def test_what_a_slower_transaction_can_still_be_before_is_not_settled(
    opened: Database, is_sqlite: bool, settings: Settings
) -> None:
    """Its number is the greater one, and yet its place in the journal is before that of the one that has ended."""
    if is_sqlite:
        pytest.skip("SQLite has one writer")
    horizon, another = Horizon(), database.opened(settings)
    with another.writing.connect() as slower, opened.writing.connect() as faster:
        faster.execute(text(NUMBER))
        slower.execute(text(NUMBER))
        first, second = note(slower), note(faster)
        faster.commit()
        assert first < second
        assert max(look(horizon, opened) for _ in range(3)) < first
        assert horizon.is_behind
        slower.commit()
        assert second in (look(horizon, opened) for _ in range(100))
    another.close()


def test_a_transaction_of_another_database_holds_nothing_up(opened: Database, is_sqlite: bool, fresh: Settings) -> None:
    if is_sqlite:
        pytest.skip("SQLite has no other databases")
    horizon, another = Horizon(), database.opened(fresh)
    with another.writing.connect() as elsewhere:
        elsewhere.execute(text(NUMBER))
        with opened.writing.begin() as connection:
            newest = note(connection)
        assert newest in (look(horizon, opened) for _ in range(100))
    another.close()
