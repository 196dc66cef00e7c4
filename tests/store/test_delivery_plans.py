"""Plans: a list of deliveries looks along the index of the fewest, as the planner of each database says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from letterbox.store import deliveries, due, resending, standing
from letterbox.store.deliveries import Filter
from tests.store.rows import PROJECT
from tests.store.test_plans import AFTER, plans_of, require_cheap

NEXT = AFTER.replace("req_", "dlv_")
FEWEST = [
    (Filter(), "ix_delivery_project"),
    (Filter(created_after=1, created_before=2), "ix_delivery_project"),
    (Filter(endpoint_id="ep_1"), "ix_delivery_project"),
    (Filter(status="failed"), "ix_delivery_failed"),
    (Filter(destination_id="dst_1"), "ix_delivery_destination"),
    (Filter(destination_id="dst_1", status="waiting"), "ix_delivery_destination"),
    (Filter(destination_id="dst_1", status="failed"), "ix_delivery_failed_destination"),
    (Filter(replay_id="rpl_1", destination_id="dst_1"), "ix_delivery_of_replay"),
    (Filter(replay_id="rpl_1", status="failed"), "ix_delivery_replay"),
    (Filter(request_id="req_1", destination_id="dst_1"), "ix_delivery_request_id"),
]
COUNTS: list[tuple[Callable[[Connection], Any], str]] = [
    (lambda each: standing.of_replays(each, ["rpl_1"]), "ix_delivery_replay "),
    (lambda each: standing.cancelled_replays(each, "replay"), "ix_delivery_replay "),
    (lambda each: deliveries.cancel_of_replay(each, "rpl_1", "why", 1), "ix_delivery_replay "),
    (lambda each: deliveries.cancel_of_destination(each, "dst_1", "why", 1), "ix_delivery_due "),
    (lambda each: resending.failed_of(each, PROJECT, Filter(), limit=9), "ix_delivery_failed "),
]
AHEAD = ("destination_id>?", "destination_id=? AND queue=? AND due_at>?")  # to the next destination, into a queue


@pytest.fixture(autouse=True)
def sqlite_alone(is_sqlite: bool) -> None:
    """Postgres chooses by what it has counted, and these tables are empty."""
    if not is_sqlite:
        pytest.skip("this run keeps in Postgres")


@pytest.mark.parametrize("after", [None, NEXT], ids=["first", "next"])
@pytest.mark.parametrize(("wanted", "index"), FEWEST)
def test_a_page_of_deliveries_is_read_along_the_index_of_the_fewest(
    connection: Connection, wanted: Filter, index: str, after: str | None
) -> None:
    steps = plans_of(connection, lambda each: deliveries.page_of(each, PROJECT, wanted, after=after, limit=50))
    require_cheap(steps)
    assert {step.split(" INDEX ")[1].split()[0] for step in steps if " INDEX " in step} == {index}


@pytest.mark.parametrize(("count", "index"), COUNTS)
def test_what_is_counted_or_cancelled_is_found_among_few(
    connection: Connection, count: Callable[[Connection], Any], index: str
) -> None:
    steps = plans_of(connection, count)
    assert any(f" {index}" in step for step in steps), steps


def test_where_something_is_pending_is_found_by_steps_along_the_index(connection: Connection) -> None:
    steps = [step for step in plans_of(connection, due.pending) if "delivery" in step or " next " in step]
    assert all(" USING INDEX ix_delivery_due" in step for step in steps), steps
    assert {step.partition("(")[2].rstrip(")") for step in steps} - {""} == {*AHEAD}
