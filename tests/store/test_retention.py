"""Retention: which requests go, in which order, and what of them stays counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, Table, func, insert, select

from letterbox.ids import first_id_at, now
from letterbox.store import contracts, endpoints, idempotency, keys, projects, requests, retention, usage
from letterbox.store.contracts import Contract
from letterbox.store.dedupe import ROWS_AT_ONCE as KEYS_AT_ONCE
from letterbox.store.keys import Key
from letterbox.store.retention import BYTES_AT_ONCE, LATE_MILLISECONDS, ROWS_AT_ONCE, Batch, Candidate, Scope, chosen
from letterbox.store.tables import UNBOUNDED, contract, dedupe, endpoint, job, request
from tests.store.rows import PROJECT, a_row, declare, kept

SECOND = 1000
NOW = 1_900_000_000_000
ENDPOINT, WHOLE = Scope(PROJECT, "ep_1"), Scope(PROJECT)

sizes = some.lists(some.tuples(some.sampled_from(["accepted", "quarantined", "refused"]), some.integers(0, 50)))


def bound_project(connection: Connection, **retention: int | None) -> None:
    found = projects.find(connection, PROJECT)
    assert found is not None
    projects.change(connection, replace(found, retention={**UNBOUNDED, **retention}))


def delete_whole(delete: Callable[[str], Batch]) -> int:
    """Delete batch by batch; returns how many batches there were."""
    after: str | None = ""
    batches = 0
    while after is not None:
        after, batches = delete(after).after, batches + 1
    return batches


def hold_a_key(connection: Connection, endpoint_id: str = "ep_1", *, number: int = 1) -> None:
    held = {"endpoint_id": endpoint_id, "request_id": "req_1", "expires_at": NOW, "reply": b""}
    connection.execute(insert(dedupe), [{"key": f"{each}", **held} for each in range(number)])


def add_a_contract(connection: Connection, endpoint_id: str = "ep_1") -> None:
    contracts.add(connection, Contract(f"ctr_{endpoint_id}", endpoint_id, PROJECT, 1, 0, "", b"{}"))


def rows_of(connection: Connection, *tables: Table) -> int:
    """How many rows there are in these tables."""
    counts = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    return sum(counts)


def left(connection: Connection) -> list[str]:
    return list(connection.execute(select(request.c.id).order_by(request.c.id)).scalars())


@settings(derandomize=True, deadline=None)
@given(sizes, some.integers(0, 60), some.integers(-10, 500))
def test_what_is_old_goes_and_then_the_oldest_of_what_counts_until_no_byte_is_too_many(
    letters: list[tuple[str, int]], old: int, excess: int
) -> None:
    all_of_them = [
        Candidate(first_id_at("req", at), "ep_1", verdict, size) for at, (verdict, size) in enumerate(letters)
    ]
    candidates = all_of_them[:ROWS_AT_ONCE]
    going, after = chosen(candidates, first_id_at("req", old), excess)
    gone = {one.id for one in going}
    aged = [one for one in candidates[:old] if one.id in gone]
    assert aged == candidates[: min(old, len(candidates))]
    counted_left = [one for one in candidates if one.is_counted and one.id not in gone]
    freed = sum(one.size for one in going if one.is_counted)
    assert not counted_left or freed >= excess or after is not None
    younger = [one for one in going if one not in candidates[:old]]
    if younger:  # the last one of them was still needed
        before = sum(one.size for one in going if one.is_counted and one.id < younger[-1].id)
        assert before < excess


def test_a_batch_ends_when_it_is_large_in_bytes() -> None:
    letters = [Candidate(first_id_at("req", at), "ep_1", "accepted", BYTES_AT_ONCE // 2) for at in range(5)]
    going, after = chosen(letters, "~", 0)
    assert (going, after) == (letters[:2], letters[1].id)


def test_whatever_came_in_before_the_longest_age_goes_whatever_its_verdict(connection: Connection) -> None:
    declare(connection, max_age_seconds=10)
    old = [a_row(at=NOW - 11 * SECOND), a_row(at=NOW - 10 * SECOND - 1, verdict="refused")]
    new = [a_row(at=NOW - 10 * SECOND), a_row(at=NOW)]
    requests.keep(connection, [*old, *new])
    assert retention.beyond(connection, NOW) == [ENDPOINT]
    delete_whole(lambda after: retention.delete_beyond(connection, ENDPOINT, after, NOW))
    assert left(connection) == [row.id for row in new]
    assert retention.beyond(connection, NOW) == []


def test_the_oldest_that_count_go_until_the_bytes_are_within_their_bound(connection: Connection) -> None:
    declare(connection, max_bytes=5)
    rows = [a_row(b"1234"), a_row(b"123456", verdict="refused"), a_row(b"12"), a_row(b"123")]
    requests.keep(connection, rows)
    delete_whole(lambda after: retention.delete_beyond(connection, ENDPOINT, after, NOW))
    assert left(connection) == [row.id for row in rows[1:]]
    assert usage.of_projects(connection) == {PROJECT: 5}


def test_a_projects_bound_holds_over_all_of_its_endpoints_and_what_matched_none(connection: Connection) -> None:
    bound_project(connection, max_age_seconds=10)
    rows = [a_row(at=NOW - 11 * SECOND + at, endpoint_id=name) for at, name in enumerate(["ep_1", "ep_2", None])]
    requests.keep(connection, rows)
    assert retention.beyond(connection, NOW) == [WHOLE]
    delete_whole(lambda after: retention.delete_beyond(connection, WHOLE, after, NOW))
    assert left(connection) == []


def test_without_bounds_nothing_goes(connection: Connection) -> None:
    declare(connection)
    requests.keep(connection, [a_row(at=1)])
    assert retention.beyond(connection, NOW) == []
    assert retention.delete_beyond(connection, ENDPOINT, "", NOW) == Batch(None, {})


def test_bounds_that_were_lifted_meanwhile_delete_nothing_more(connection: Connection) -> None:
    bound_project(connection, max_age_seconds=1)
    requests.keep(connection, [a_row(at=at) for at in range(ROWS_AT_ONCE + 5)])
    after = retention.delete_beyond(connection, WHOLE, "", NOW).after
    assert after is not None
    bound_project(connection)
    assert retention.delete_beyond(connection, WHOLE, after, NOW) == Batch(None, {})
    assert kept(connection) == 5


def test_what_is_removed_loses_its_requests_batch_by_batch_and_their_bytes(connection: Connection) -> None:
    declare(connection)
    requests.keep(connection, [a_row(b"1") for _ in range(2 * ROWS_AT_ONCE)])
    requests.keep(connection, [other := a_row(b"12", endpoint_id="ep_2")])
    endpoints.retire(connection, "ep_1", NOW)
    assert retention.removed(connection, NOW) == [ENDPOINT]
    assert delete_whole(lambda after: retention.delete_all(connection, ENDPOINT, after)) == 3
    assert left(connection) == [other.id]
    assert usage.of_projects(connection) == {PROJECT: 2}
    assert retention.removed(connection, NOW) == []


def test_what_is_removed_is_forgotten_once_no_other_process_can_keep_a_request_of_it(connection: Connection) -> None:
    declare(connection)
    endpoints.retire(connection, "ep_1", NOW)
    later = NOW + LATE_MILLISECONDS + 1
    assert retention.removed(connection, later) == [ENDPOINT]
    retention.forget(connection, ENDPOINT, NOW)
    assert retention.removed(connection, later) == [ENDPOINT]
    requests.keep(connection, [late := a_row()])
    retention.forget(connection, ENDPOINT, later)
    assert left(connection) == [late.id]
    delete_whole(lambda after: retention.delete_all(connection, ENDPOINT, after))
    retention.forget(connection, ENDPOINT, later)
    assert retention.removed(connection, later) == []


def test_a_removed_project_is_forgotten_with_its_endpoints_and_late_keys(connection: Connection) -> None:
    declare(connection)
    keys.add(connection, Key("key_1", PROJECT, "late", frozenset(), "hash", None, None, False, None, 0))  # noqa: FBT003
    idempotency.remember(connection, PROJECT, "late", "fingerprint", b"answer", 0)
    hold_a_key(connection)
    add_a_contract(connection)
    for owner, retire in ((ENDPOINT.endpoint_id, endpoints.retire), (PROJECT, projects.retire)):
        retire(connection, str(owner), NOW)
    later = NOW + LATE_MILLISECONDS + 1
    assert retention.removed(connection, later) == [ENDPOINT, WHOLE]
    while retention.forget(connection, WHOLE, later):
        pass
    assert retention.removed(connection, later) == []
    assert rows_of(connection, contract, dedupe) == 0


def test_each_unit_forgets_one_endpoint_of_a_removed_project_at_most(connection: Connection) -> None:
    for identity in ("ep_1", "ep_2"):
        declare(connection, identity)
        hold_a_key(connection, identity)
        endpoints.retire(connection, identity, NOW)
    projects.retire(connection, PROJECT, NOW)
    assert retention.forget(connection, WHOLE, NOW + LATE_MILLISECONDS + 1)
    assert rows_of(connection, dedupe) == 1


def test_a_removed_project_takes_its_jobs_along(connection: Connection) -> None:
    job_of_it = {"project_id": PROJECT, "kind": "try", "status": "running", "plan": {}, "result": {}}
    connection.execute(insert(job).values(id="job_1", **job_of_it, created_at=0, updated_at=0, created_by=""))
    projects.retire(connection, PROJECT, NOW)
    assert rows_of(connection, job) == 0


def test_an_endpoint_that_is_removed_takes_its_contracts_and_held_keys_along(connection: Connection) -> None:
    for identity in ("ep_1", "ep_2"):
        declare(connection, identity)
        hold_a_key(connection, identity, number=200)
        add_a_contract(connection, identity)
    endpoints.remove(connection, PROJECT, "ep_1")
    assert rows_of(connection, contract) == 1
    assert rows_of(connection, dedupe) == 200


def test_an_endpoint_where_many_keys_are_held_is_retired_and_forgotten_some_keys_at_a_time(
    connection: Connection,
) -> None:
    declare(connection)
    add_a_contract(connection)
    hold_a_key(connection, number=3 * KEYS_AT_ONCE)
    endpoints.remove(connection, PROJECT, "ep_1")
    assert rows_of(connection, dedupe) == 2 * KEYS_AT_ONCE
    assert endpoints.find(connection, PROJECT, "ep_1") is None
    later = now() + LATE_MILLISECONDS + SECOND
    assert retention.removed(connection, later) == [ENDPOINT]
    left = []
    while retention.forget(connection, ENDPOINT, later):
        left.append(rows_of(connection, dedupe))
    assert left == [KEYS_AT_ONCE, 0]
    assert rows_of(connection, contract, dedupe, endpoint) == 0


def test_the_keys_of_an_endpoint_that_is_removed_go_batch_by_batch(connection: Connection) -> None:
    declare(connection)
    hold_a_key(connection, number=ROWS_AT_ONCE * 10)
    endpoints.retire(connection, "ep_1", NOW)
    assert delete_whole(lambda after: retention.delete_all(connection, ENDPOINT, after)) > 1
    assert rows_of(connection, dedupe) == 0


@pytest.mark.parametrize("retire", [endpoints.retire, projects.retire])
def test_what_is_removed_has_no_bounds_of_its_own_any_more(
    connection: Connection, retire: Callable[[Connection, str, int], None]
) -> None:
    declare(connection, max_age_seconds=1)
    bound_project(connection, max_age_seconds=1)
    requests.keep(connection, [a_row(at=1)])
    endpoints.retire(connection, "ep_1", NOW)
    retire(connection, PROJECT, NOW)
    assert ENDPOINT not in retention.beyond(connection, NOW)
