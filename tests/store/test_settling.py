"""Settling: what a kept request becomes, if the key that it asks for is another one's or its own."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import Connection

from letterbox.store import dedupe, requests
from letterbox.store.requests import Row
from letterbox.store.settling import Settled, settle
from tests.store.claims import an_asking
from tests.store.rows import PROJECT, a_row

TRAIL = '[["match","passed",1,null],["dedupe","key",2,null]]'


def readmit(connection: Connection, row: Row) -> str | None:
    """The verdict of a request that is taken through the door again, and asks for a key."""
    found = requests.find(connection, PROJECT, row.id)
    assert found is not None
    settled = Settled("accepted", trail=TRAIL, claim=an_asking(row.id).claim)
    (outcome,) = settle(connection, [(found, settled)], "somebody", 5)
    return outcome and outcome.verdict


def last_step(connection: Connection, row: Row) -> list[object]:
    steps: list[list[object]] = orjson.loads(requests.trail_of(connection, PROJECT, row.id))
    return steps[-1]


@pytest.fixture
def row(connection: Connection) -> Row:
    requests.keep(connection, [row := a_row(verdict="refused")])
    return row


def test_a_request_whose_key_another_one_holds_becomes_a_duplicate_and_its_trail_says_of_which(
    connection: Connection, row: Row
) -> None:
    dedupe.settled(connection, [an_asking("first")])
    assert readmit(connection, row) == "duplicate"
    assert last_step(connection, row) == ["dedupe", "duplicate", 2, "of first"]


def test_a_request_that_takes_its_key_has_the_trail_of_its_way(connection: Connection, row: Row) -> None:
    assert readmit(connection, row) == "accepted"
    assert last_step(connection, row) == ["dedupe", "key", 2, None]
