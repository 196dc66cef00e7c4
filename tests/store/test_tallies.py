"""Tallies: what came in is counted once, folded once, and goes with its endpoint alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select

from letterbox.caretaker import Caretaker
from letterbox.config import Settings
from letterbox.store import database, endpoints, projects, requests, retention, tallies
from letterbox.store.database import Database
from letterbox.store.requests import Row
from letterbox.store.retention import Scope
from letterbox.store.store import Store
from letterbox.store.tables import tally
from letterbox.store.tallies import DAY, HOUR, HOURS_KEPT, MINUTE, MINUTES_KEPT, ROWS_AT_ONCE, Tallied, between, old
from letterbox.store.tallying import Tallying
from tests.store.poison import POISON
from tests.store.rows import PROJECT, a_row, add_project, declare
from tests.store.writers import Office, fail_at, look, mark

NOW = 1_758_103_384_000
TODAY = NOW // DAY * DAY
OLD = a_row(at=TODAY, project_id="prj_old")
VERDICTS = ("accepted", "quarantined", "refused", "duplicate")


def count(connection: Connection, *rows: Row) -> None:
    """Count rows as one commit does."""
    tallying = Tallying()
    tallying.count(connection, rows)
    tallying.stand()


def total(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.sum(tally.c.requests), 0))).scalar_one())


def spans(connection: Connection) -> Counter[int]:
    """How many requests are counted by which span."""
    found: Counter[int] = Counter()
    for span, number in connection.execute(select(tally.c.span, tally.c.requests)):
        found[span] += number
    return found


def fold_all(connection: Connection, now: int) -> int:
    """Fold all that is old; in how many units."""
    units = 0
    for each in old(connection, now):
        units += 1
        while tallies.fold(connection, each):
            units += 1
    return units


def test_what_comes_in_is_counted_by_minute_endpoint_and_verdict(connection: Connection) -> None:
    rows = [a_row(at=TODAY + at, verdict=verdict) for at in (0, 1, MINUTE) for verdict in VERDICTS]
    count(connection, *rows, a_row(at=TODAY, endpoint_id=None, verdict="refused"), a_row(at=TODAY, project_id="prj_2"))
    count(connection, a_row(at=TODAY))
    found = {(each.at, each.verdict): each.requests for each in between(connection, PROJECT, MINUTE, TODAY, NOW)}
    both = {(at, verdict): number for at, number in ((TODAY, 2), (TODAY + MINUTE, 1)) for verdict in VERDICTS}
    assert found == both | {(TODAY, "accepted"): 3, (TODAY, "refused"): 3}
    only = between(connection, PROJECT, HOUR, TODAY, TODAY + HOUR, "ep_1")
    assert sorted(only) == [Tallied(TODAY, verdict, 3 + (verdict == "accepted")) for verdict in sorted(VERDICTS)]


def test_the_last_span_is_the_one_that_begins_before_the_end(connection: Connection) -> None:
    count(connection, *(a_row(at=TODAY + at) for at in (-1, 0, MINUTE - 1, MINUTE)))
    assert between(connection, PROJECT, MINUTE, TODAY, TODAY + MINUTE) == [Tallied(TODAY, "accepted", 2)]


def test_a_commit_is_counted_with_the_next_one_that_is_due_and_the_rest_at_the_end(
    office: Office, writing: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("letterbox.store.tallying.SECONDS_BETWEEN_WRITES", 1000.0)
    office.writer._most_rows = 10
    seen: list[int] = []
    add = tallies.add

    def noted(connection: Connection, counts: tallies.Counts) -> None:
        seen.append(sum(counts.values()))
        add(connection, counts)

    monkeypatch.setattr(tallies, "add", noted)
    office.deliver([a_row() for _ in range(25)])
    assert seen == [10, 15]
    assert look(writing, total) == 25


def test_a_commit_that_fails_is_not_counted(office: Office, writing: Engine) -> None:
    office.work(mark("a"))  # so that it is no commit of letters alone, which Postgres is sent whole
    fail_at(writing, "commit", times=1)
    outcome = office.deliver([a_row() for _ in range(3)])
    assert all(isinstance(each, Exception) for each in outcome)
    assert look(writing, total) == 0


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_a_poisonous_letter_is_not_counted_and_the_others_are_once(
    office: Office, writing: Engine, poison: dict[str, Any]
) -> None:
    office.deliver([a_row(), a_row(**poison), a_row()])
    assert look(writing, total) == 2


def test_somebody_in_a_hurry_has_what_waits_written_with_the_next_commit(connection: Connection) -> None:
    tallying = Tallying()
    assert not tallying.hurry()
    for _ in range(2):
        tallying.count(connection, [a_row()])
        tallying.stand()
    assert (total(connection), tallying.hurry()) == (1, True)
    tallying.count(connection, [])
    tallying.stand()
    assert (total(connection), tallying.hurry()) == (2, False)


def test_a_transaction_that_did_not_stand_leaves_what_waited_to_the_next_one(connection: Connection) -> None:
    tallying = Tallying()
    for _ in range(2):
        tallying.count(connection, [a_row()])
        tallying.stand()
    assert tallying.hurry()
    with connection.begin_nested() as undone:
        tallying.count(connection, [a_row()])
        undone.rollback()
    tallying.count(connection, [a_row()])
    tallying.stand()
    assert total(connection) == 3


def test_minutes_become_hours_and_hours_days_once_they_are_old(connection: Connection) -> None:
    before = (MINUTES_KEPT + 3 * HOUR, HOURS_KEPT + 3 * DAY)
    count(connection, *(a_row(at=NOW - age + minute * MINUTE) for age in (0, *before) for minute in range(3)))
    days = between(connection, PROJECT, DAY, 0, NOW + DAY)
    fold_all(connection, NOW)
    fold_all(connection, NOW)
    assert spans(connection) == {MINUTE: 3, HOUR: 3, DAY: 3}
    assert sorted(between(connection, PROJECT, DAY, 0, NOW + DAY)) == sorted(days)
    assert old(connection, NOW) == []


def test_what_may_still_be_asked_for_by_the_minute_or_hour_is_not_folded(connection: Connection) -> None:
    minute, hour = (NOW - MINUTES_KEPT) // MINUTE * MINUTE, (NOW - HOURS_KEPT) // HOUR * HOUR
    count(connection, a_row(at=minute), a_row(at=hour))
    fold_all(connection, NOW)
    assert between(connection, PROJECT, MINUTE, minute, NOW) == [Tallied(minute, "accepted", 1)]
    assert Tallied(hour, "accepted", 1) in between(connection, PROJECT, HOUR, hour, NOW)


def test_many_are_folded_in_small_units_and_none_twice(connection: Connection) -> None:
    rows = [
        a_row(at=minute * MINUTE, endpoint_id=f"ep_{number}", verdict=verdict)
        for minute in range(3)
        for number in range(150)
        for verdict in VERDICTS
    ]
    count(connection, *rows, *rows)
    assert fold_all(connection, MINUTES_KEPT + 3 * HOUR) == len(rows) // ROWS_AT_ONCE + 1
    assert spans(connection) == {HOUR: 2 * len(rows)}
    each = select(func.count(), func.min(tally.c.requests), func.max(tally.c.requests))
    assert tuple(connection.execute(each).one()) == (150 * len(VERDICTS), 6, 6)


def test_the_caretaker_folds_what_is_old(fresh: Settings) -> None:
    store = Store(fresh, lambda _change: None)
    try:
        store.writer.run(lambda unit: add_project(unit.connection, OLD.project_id))
        store.writer.run(lambda unit: count(unit.connection, OLD))
        for _ in range(2):  # to hours, then to days
            Caretaker(store).make_round()
        with store.reading() as connection:
            assert spans(connection) == {DAY: 1}
    finally:
        store.close()


def test_deleting_requests_leaves_what_was_counted(connection: Connection) -> None:
    rows = [a_row(), a_row(verdict="refused")]
    requests.keep(connection, rows)
    count(connection, *rows)
    retention.delete_all(connection, Scope(PROJECT), "")
    assert total(connection) == 2


def test_an_endpoint_that_is_forgotten_takes_its_own_counts_along(connection: Connection) -> None:
    declare(connection)
    count(connection, *(a_row(at=at * MINUTE) for at in range(ROWS_AT_ONCE + 1)), a_row(endpoint_id="ep_2"))
    units = 1
    while endpoints.forget(connection, PROJECT, "ep_1"):
        units += 1
    assert (units, total(connection)) == (2, 1)


def test_an_endpoint_with_many_counts_is_gone_at_once_and_they_go_later(connection: Connection) -> None:
    declare(connection)
    count(connection, *(a_row(at=at * MINUTE) for at in range(ROWS_AT_ONCE + 1)))
    endpoints.remove(connection, PROJECT, "ep_1")
    assert endpoints.find(connection, PROJECT, "ep_1") is None
    assert total(connection) == 1


def test_a_project_that_is_forgotten_takes_along_what_matched_none_of_its_endpoints(connection: Connection) -> None:
    count(connection, a_row(endpoint_id=None), a_row(endpoint_id="ep_gone"), a_row(project_id="prj_2"))
    while projects.forget(connection, PROJECT):
        pass
    assert total(connection) == 1


def test_two_processes_count_in_rows_of_their_own(settings: Settings, opened: Database, is_sqlite: bool) -> None:
    if is_sqlite:
        pytest.skip("this run keeps in SQLite")
    other = database.opened(settings)
    try:
        with opened.writing.begin() as one, other.writing.begin() as another:
            for each in (one, another):  # neither waits for the other's commit
                count(each, a_row(at=TODAY))
    finally:
        other.close()
    found = look(opened.writing, lambda each: between(each, PROJECT, MINUTE, TODAY, NOW))
    assert found == [Tallied(TODAY, "accepted", 2)]
