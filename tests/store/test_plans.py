"""Plans: what a list costs does not grow with what is kept, as the planner of each database says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import Connection, event

from letterbox.store import contracts, dedupe, endpoints, keys, projects, requests, retention, tailing, tallies
from letterbox.store.dedupe import LATE_MILLISECONDS, settled
from letterbox.store.requests import Filter, find, page_of
from letterbox.store.retention import Scope
from letterbox.store.schema import metadata
from letterbox.store.tailing import Wanted
from tests.store.claims import an_asking
from tests.store.rows import PROJECT, a_row

TABLES = set(metadata.tables)
FEW = ("ix_endpoint_removed", "ix_endpoint_bounded", "ix_project_removed", "ix_project_bounded")
AFTER = "req_01k5b8p1xpa7z3dj8fssz5awsh"
FILTERS = [
    Filter(),
    Filter(endpoint_id="ep_1"),
    Filter(verdict="accepted"),
    Filter(verdict="refused"),
    Filter(verdict="refused", endpoint_id="ep_1"),
    Filter(method="POST"),
    Filter(path="/orders"),
    Filter(event_type="push", endpoint_id="ep_1"),
    Filter(search="word"),
    Filter(search="word", endpoint_id="ep_1"),
    Filter(received_after=1, received_before=2),
    Filter(received_after=1, received_before=2, endpoint_id="ep_1", verdict="refused", method="POST", search="word"),
]


LOOSE = [
    wanted
    for wanted in FILTERS
    if wanted.method or wanted.path or wanted.event_type or wanted.search or wanted.verdict == "accepted"
]

EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN (COSTS OFF)"}
# A small table is scanned and sorted, since that is cheaper; forbidden, it is done only where no index will do.
FORBID = [f"SET LOCAL {way} = off" for way in ("enable_seqscan", "enable_sort", "enable_incremental_sort")]


def plans_of(connection: Connection, act: Callable[[Connection], Any]) -> list[str]:
    """How the database goes about each statement of an act, a line a step."""
    said: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda _c, _k, sql, values, *_: said.append((sql, values)))
    act(connection)
    statements = list(said)
    assert statements
    kind = connection.dialect.name
    for statement in FORBID if kind == "postgresql" else ():
        connection.exec_driver_sql(statement)
    found = [row for sql, values in statements for row in connection.exec_driver_sql(f"{EXPLAIN[kind]} {sql}", values)]
    return [row[3] if kind == "sqlite" else row[0].strip().removeprefix("->").strip() for row in found]


def named(wanted: Filter) -> str:
    return "+".join(name for name, value in asdict(wanted).items() if value is not None) or "everything"


def scans(steps: list[str]) -> list[str]:
    """Steps that walk over a whole table, or over a whole index that is not one of few."""
    walks = [step for step in steps if step.startswith(("SCAN", "Seq Scan"))]
    few = ("SCAN counted", "SCAN noted", "SCAN (")  # of rows that were found before
    return [step for step in walks if step.split()[-1] not in FEW and not step.startswith(few)]


def sorts(steps: list[str]) -> list[str]:
    return [step for step in steps if "TEMP B-TREE" in step or step.startswith(("Sort", "Incremental Sort"))]


def require_cheap(steps: list[str]) -> None:
    """Each step goes along an index, and nothing is sorted."""
    assert scans(steps) == []
    assert sorts(steps) == []
    assert [step for step in steps if "INDEX" in step or "Index" in step]


after_which = pytest.mark.parametrize("after", [None, AFTER], ids=["first", "next"])


@pytest.fixture
def sqlite_alone(is_sqlite: bool) -> None:
    """For what only SQLite's planner puts into words."""
    if not is_sqlite:
        pytest.skip("this run keeps in Postgres")


@after_which
@pytest.mark.parametrize("wanted", FILTERS, ids=named)
def test_a_page_of_requests_is_read_along_an_index(connection: Connection, wanted: Filter, after: str | None) -> None:
    steps = plans_of(connection, lambda each: page_of(each, PROJECT, wanted, after=after, limit=50))
    require_cheap(steps)


@pytest.mark.usefixtures("sqlite_alone")
@after_which
@pytest.mark.parametrize("wanted", LOOSE, ids=named)
def test_what_no_index_answers_is_asked_of_a_bounded_number_alone(
    connection: Connection, wanted: Filter, after: str | None
) -> None:
    steps = plans_of(connection, lambda each: page_of(each, PROJECT, wanted, after=after, limit=50))
    asked = steps[steps.index("LIST SUBQUERY 1") - 1]
    assert asked.endswith("id=?)"), "it walks along all that is left and asks whether each is one of them"


@pytest.mark.usefixtures("sqlite_alone")
@after_which
@pytest.mark.parametrize("endpoint_id", [None, "ep_1"])
def test_refused_requests_are_not_looked_for_among_the_accepted_ones(
    connection: Connection, endpoint_id: str | None, after: str | None
) -> None:
    wanted = Filter(verdict="refused", endpoint_id=endpoint_id)
    steps = plans_of(connection, lambda each: page_of(each, PROJECT, wanted, after=after, limit=50))
    walks = [step for step in steps if step.startswith("SEARCH request") and ">" not in step]
    assert [step for step in walks if "verdict=?" in step]
    assert [step for step in walks if "verdict=?" not in step and "endpoint_id=?" not in step] == []


@pytest.mark.parametrize(
    "listing", [endpoints.page_of, keys.page_of], ids=lambda listing: listing.__module__.rpartition(".")[2]
)
@after_which
def test_a_page_of_a_projects_things_is_read_along_an_index(
    connection: Connection, listing: Callable[..., Any], after: str | None
) -> None:
    require_cheap(plans_of(connection, lambda each: listing(each, PROJECT, after=after, limit=50)))


@pytest.mark.parametrize("before", [None, 7], ids=["first", "next"])
def test_a_page_of_an_endpoints_contracts_is_read_along_an_index(connection: Connection, before: int | None) -> None:
    require_cheap(plans_of(connection, lambda each: contracts.page_of(each, "ep_1", before=before, limit=50)))


@pytest.mark.parametrize(
    "look",
    [
        lambda each: contracts.find(each, "ep_1", 1),
        lambda each: contracts.newest(each, "ep_1"),
        lambda each: contracts.version_of(each, "ep_1", "ctr_1"),
    ],
    ids=["by number", "the newest", "by id"],
)
def test_one_contract_is_found_by_an_index(connection: Connection, look: Callable[[Connection], Any]) -> None:
    require_cheap(plans_of(connection, look))


def test_a_page_of_projects_is_read_along_their_ids(connection: Connection) -> None:
    steps = plans_of(connection, lambda each: projects.page_of(each, after=None, limit=50))
    assert sorts(steps) == []
    assert [step for step in scans(steps) if "INDEX" not in step] == []


@pytest.mark.usefixtures("sqlite_alone")
@pytest.mark.parametrize("endpoint_id", [None, "ep_1"])
def test_a_trim_looks_at_the_requests_that_it_bounds_alone(connection: Connection, endpoint_id: str | None) -> None:
    requests.keep(connection, [a_row(verdict="refused", endpoint_id=endpoint_id) for _ in range(3)])
    steps = plans_of(
        connection, lambda each: requests.trim(each, PROJECT, endpoint_id, "refused", rows=1, body_bytes=1000)
    )
    reads = [step for step in steps if " request" in step]
    assert reads
    along = ("(project_id=? AND verdict=? AND endpoint_id=?", "(project_id=? AND id=?)")
    assert [step for step in reads if not any(index in step for index in along)] == []
    assert [step for step in steps if step.startswith("SCAN") and step.split()[1] in TABLES] == []


@pytest.mark.parametrize(
    "act",
    [
        lambda each: projects.retire(each, PROJECT, 1),
        lambda each: projects.forget(each, PROJECT),
        lambda each: endpoints.forget(each, PROJECT, "ep_1"),
    ],
    ids=["a project is retired", "a project is forgotten", "an endpoint is removed"],
)
def test_what_is_removed_takes_along_what_is_its_own_without_a_look_at_what_is_not(
    connection: Connection, act: Callable[[Connection], None]
) -> None:
    steps = plans_of(connection, act)
    assert [step for step in scans(steps) if step.split()[-1] in TABLES or step.split()[1] in TABLES] == []


@pytest.mark.usefixtures("sqlite_alone")
@pytest.mark.parametrize(
    "act",
    [lambda each: dedupe.purge(each, LATE_MILLISECONDS), lambda each: dedupe.forget(each, "ep_1")],
    ids=["over", "removed"],
)
def test_keys_are_forgotten_without_a_look_at_those_that_stay(
    connection: Connection, act: Callable[[Connection], bool]
) -> None:
    settled(connection, [an_asking("request", f"{number}", until=0) for number in range(3)])
    said: list[str] = []
    driver: Any = connection.connection.driver_connection
    driver.set_trace_callback(said.append)
    act(connection)
    driver.set_trace_callback(None)
    deletions = [statement for statement in said if "DELETE" in statement]
    assert deletions
    for statement in deletions:
        steps = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert [step for step in scans(steps) if "dedupe" in step] == []
        assert [step for step in steps if step.startswith("SEARCH dedupe") and "(endpoint_id=? AND key=?)" in step]


def test_the_key_of_a_request_that_is_erased_is_found_by_an_index(connection: Connection) -> None:
    requests.keep(connection, [row := a_row()])
    found = find(connection, PROJECT, row.id)
    assert found is not None
    steps = plans_of(connection, lambda each: requests.erase(each, found, 1))
    assert scans(steps) == []
    assert [step for step in steps if "ix_dedupe_request_id" in step]


@pytest.mark.parametrize(
    "wanted",
    [Wanted((PROJECT,)), Wanted((PROJECT, "prj_2"), ("ep_1",)), Wanted((PROJECT,), verdict="refused")],
    ids=["a project's", "an endpoint's", "a verdict's"],
)
def test_the_tail_looks_at_a_stretch_of_the_journal_and_at_each_request_by_its_id(
    connection: Connection, wanted: Wanted
) -> None:
    requests.keep(connection, [a_row() for _ in range(3)])
    steps = plans_of(connection, lambda each: tailing.page_of(each, wanted, after=0, until=100, limit=10))
    assert scans(steps) == []
    assert sorts(steps) == []


def test_one_request_is_found_by_its_id(connection: Connection) -> None:
    require_cheap(plans_of(connection, lambda each: find(each, PROJECT, AFTER)))


@pytest.mark.parametrize("scope", [Scope(PROJECT), Scope(PROJECT, "ep_1")], ids=["a project's", "an endpoint's"])
def test_the_oldest_requests_are_deleted_along_an_index(connection: Connection, scope: Scope) -> None:
    requests.keep(connection, [a_row() for _ in range(3)])
    require_cheap(plans_of(connection, lambda each: retention.delete_all(each, scope, "")))


@pytest.mark.parametrize("looked_for", [retention.removed, retention.beyond], ids=["removed", "beyond its bounds"])
def test_what_is_to_go_is_found_without_a_look_at_what_stays(
    connection: Connection, looked_for: Callable[[Connection, int], Any]
) -> None:
    require_cheap(plans_of(connection, lambda each: looked_for(each, 1)))


@pytest.mark.parametrize("endpoint_id", [None, "ep_1"])
def test_statistics_look_at_the_spans_that_are_asked_for_alone(connection: Connection, endpoint_id: str | None) -> None:
    steps = plans_of(connection, lambda each: tallies.between(each, PROJECT, tallies.DAY, 1, 2, endpoint_id))
    assert scans(steps) == []
    assert [step for step in steps if "tally" in step]


@pytest.mark.parametrize(
    "act",
    [
        lambda each: tallies.fold(each, tallies.Old(PROJECT, tallies.MINUTE, tallies.HOUR, 1)),
        lambda each: tallies.forget(each, PROJECT, "ep_1"),
    ],
    ids=["folded", "forgotten"],
)
def test_counts_are_folded_and_forgotten_without_a_look_at_those_that_stay(
    connection: Connection, act: Callable[[Connection], bool]
) -> None:
    assert [step for step in scans(plans_of(connection, act)) if "tally" in step] == []


def test_old_counts_are_looked_for_once_a_project(connection: Connection) -> None:
    steps = plans_of(connection, lambda each: tallies.old(each, 1))
    assert [step for step in scans(steps) if "tally" in step] == []


def test_whether_an_endpoint_holds_requests_is_answered_by_an_index(connection: Connection) -> None:
    require_cheap(plans_of(connection, lambda each: endpoints.holds_requests(each, "ep_1")))
