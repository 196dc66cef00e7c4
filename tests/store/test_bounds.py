"""What is kept within bounds: the bytes of a project are counted right, and refused requests are the newest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, func, select

from letterbox.store import bulk, deliveries, requests, retention, usage
from letterbox.store.delivery_tables import attempt, delivery
from letterbox.store.keeping import ROWS_BETWEEN_TRIMS, Keeping
from letterbox.store.requests import COUNTED, Row
from letterbox.store.retention import Scope
from letterbox.store.tables import request
from tests.store.rows import PROJECT, a_row
from tests.store.sent import a_delivery

OTHER = "prj_2"
ENDPOINTS = {PROJECT: "ep_1", OTHER: "ep_2"}
tried = settings(derandomize=True, deadline=None)
VERDICTS = ["accepted", "quarantined", "refused", "duplicate"]
BODIES = some.none() | some.just(b"") | some.binary(min_size=1, max_size=20)


def counted(connection: Connection) -> dict[str, int]:
    """The bytes of each project's counted bodies, added up."""
    sums = select(request.c.project_id, func.sum(func.length(request.c.body)))
    sums = sums.where(request.c.verdict.in_(COUNTED)).group_by(request.c.project_id)
    return {PROJECT: 0, OTHER: 0} | {project: total or 0 for project, total in connection.execute(sums)}


KEEP = some.tuples(
    some.just("keep"),
    some.lists(some.tuples(some.sampled_from([PROJECT, OTHER]), some.sampled_from(VERDICTS), BODIES), min_size=1),
)
ERASE = some.tuples(some.just("erase"), some.integers(0, 40))
DELETE = some.tuples(some.just("delete"), some.sampled_from([Scope(PROJECT), Scope(PROJECT, "ep_1"), Scope(OTHER)]))
TRIM = some.tuples(some.just("trim"), some.sampled_from(["refused", "duplicate"]))


def do(connection: Connection, act: tuple[Any, ...], ids: list[tuple[str, str]]) -> None:
    match act:
        case "keep", letters:
            rows = [
                a_row(body, project_id=project, endpoint_id=ENDPOINTS[project], verdict=verdict)
                for project, verdict, body in letters
            ]
            requests.keep(connection, rows)
            ids += [(row.project_id, row.id) for row in rows]
        case "erase", number if ids:
            found = requests.find(connection, *ids[number % len(ids)])
            if found is not None:
                requests.erase(connection, found, 1)
        case "delete", scope:
            retention.delete_all(connection, scope, "")
        case "trim", verdict:
            requests.trim(connection, PROJECT, ENDPOINTS[PROJECT], verdict, rows=1, body_bytes=10)


@settings(tried, max_examples=50)
@given(some.lists(KEEP | ERASE | DELETE | TRIM, max_size=12))
def test_the_stored_bytes_of_a_project_are_the_sum_of_its_counted_bodies_whatever_was_done(
    table: Connection, acts: list[tuple[Any, ...]]
) -> None:
    ids: list[tuple[str, str]] = []
    with table.begin_nested() as undone:
        for act in acts:
            do(table, act, ids)
            assert {PROJECT: 0, OTHER: 0} | usage.of_projects(table) == counted(table)
        undone.rollback()


@pytest.mark.parametrize("verdict", VERDICTS)
def test_an_erasure_gives_back_what_was_counted_and_no_more(connection: Connection, verdict: str) -> None:
    row = a_row(b"four", verdict=verdict)
    requests.keep(connection, [a_row(b"12"), row])
    found = requests.find(connection, PROJECT, row.id)
    assert found is not None
    assert requests.erase(connection, found, 1) == ({PROJECT: -4} if verdict in COUNTED else {})
    assert usage.of_projects(connection) == {PROJECT: 2}


def newest(rows: list[Row], most: int, most_bytes: int) -> list[str]:
    """The plain meaning of a trim: from the newest on, as long as both bounds hold."""
    held: list[str] = []
    size = 0
    for row in reversed(rows):
        size += len(row.body or b"")
        if len(held) == most or size > most_bytes:
            break
        held.append(row.id)
    return held[::-1]


@settings(tried, max_examples=50)
@given(some.lists(BODIES, max_size=25), some.integers(0, 30), some.integers(0, 200))
def test_a_trim_leaves_the_newest_within_both_bounds(
    table: Connection, bodies: list[bytes | None], most: int, most_bytes: int
) -> None:
    rows = [a_row(body, verdict="refused") for body in bodies]
    with table.begin_nested() as undone:
        requests.keep(table, rows)
        requests.trim(table, PROJECT, "ep_1", "refused", rows=most, body_bytes=most_bytes)
        assert list(table.execute(select(request.c.id).order_by(request.c.id)).scalars()) == newest(
            rows, most, most_bytes
        )
        undone.rollback()


@pytest.mark.parametrize("endpoint_id", ["ep_1", None])
def test_a_trim_leaves_what_is_not_its_own(connection: Connection, endpoint_id: str | None) -> None:
    mine: dict[str, Any] = {"project_id": PROJECT, "endpoint_id": endpoint_id, "verdict": "refused"}
    others = [{"project_id": OTHER}, {"endpoint_id": "ep_2"}, {"verdict": "accepted"}, {"verdict": "duplicate"}]
    rows = [a_row(**mine | other) for other in others]
    requests.keep(connection, [*rows, a_row(**mine)])
    requests.trim(connection, PROJECT, endpoint_id, "refused", rows=0, body_bytes=0)
    left = connection.execute(select(request.c.id).order_by(request.c.id)).scalars()
    assert list(left) == [row.id for row in rows]


def test_what_is_trimmed_takes_its_deliveries_along_but_stays_while_one_is_in_line(connection: Connection) -> None:
    gone, ended, held = rows = [a_row(verdict="refused") for _ in range(3)]
    requests.keep(connection, rows)
    sent = [
        a_delivery(request_id=gone.id, status="succeeded"),
        a_delivery(request_id=gone.id),
        a_delivery(request_id=ended.id, status="succeeded", ordering_key="a"),
        in_line := a_delivery(request_id=held.id, status="failed", ordering_key="a"),
    ]
    deliveries.add(connection, sent)
    tried = ((each.id, 1, f"att_{number}", 1, 1, 200, None, "[]", b"", False) for number, each in enumerate(sent))
    bulk.insert(connection, attempt, deliveries.ATTEMPT_FIELDS, [*tried])
    requests.trim(connection, PROJECT, "ep_1", "refused", rows=0, body_bytes=0)
    assert connection.execute(select(request.c.id)).scalars().all() == [held.id]
    assert connection.execute(select(delivery.c.id)).scalars().all() == [in_line.id]
    assert connection.execute(select(attempt.c.delivery_id)).scalars().all() == [in_line.id]


def count(connection: Connection, **wanted: Any) -> int:
    query = select(func.count()).select_from(request).filter_by(**wanted)
    return connection.execute(query).scalar_one()


def test_refused_requests_are_never_many_more_than_they_may_be_and_accepted_ones_all_stay(
    connection: Connection,
) -> None:
    keeping = Keeping(refused_rows=100, refused_bytes=10**9)
    for _ in range(50):
        rows = [a_row(verdict=verdict) for verdict in ("refused", "accepted", "refused", "duplicate") * 3]
        keeping.keep(connection, rows)
        keeping.bound(connection, rows)
        assert count(connection, verdict="refused") <= 100 + ROWS_BETWEEN_TRIMS
    assert count(connection, verdict="accepted") == 150
    assert count(connection, verdict="duplicate") <= 100 + ROWS_BETWEEN_TRIMS


def test_refused_bytes_are_bounded_too(connection: Connection) -> None:
    keeping = Keeping(refused_rows=10**9, refused_bytes=8_000_000)
    for _ in range(12):
        rows = [a_row(b"x" * 1_000_000, verdict="refused")]
        keeping.keep(connection, rows)
        keeping.bound(connection, rows)
    assert count(connection) <= 8 + 4


def test_what_too_many_came_before_a_restart_is_trimmed_at_the_first_one_after_it(connection: Connection) -> None:
    requests.keep(connection, [a_row(verdict="refused", endpoint_id=None) for _ in range(30)])
    keeping = Keeping(refused_rows=10, refused_bytes=10**9)
    row = a_row(verdict="refused", endpoint_id=None)
    keeping.keep(connection, [row])
    keeping.bound(connection, [row])
    assert count(connection) == 10
