"""Leases: one holder each, a new token with each of them, and a share of the work."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from letterbox.store import leases


def test_a_token_grows_with_each_holder(connection: Connection) -> None:
    assert leases.take(connection, ["dst_1"], "a") == {"dst_1": 1}
    leases.give_back(connection, "a")
    assert leases.take(connection, ["dst_1"], "b") == {"dst_1": 2}
    assert leases.tokens_of(connection, ["dst_1"]) == {"dst_1": 2}


def test_on_sqlite_every_other_holder_has_ended(connection: Connection, is_sqlite: bool) -> None:
    leases.take(connection, ["dst_1"], "a")
    assert (leases.take(connection, ["dst_1"], "b") != {}) == is_sqlite


def test_a_lease_that_is_not_renewed_ends(connection: Connection, is_sqlite: bool) -> None:
    if is_sqlite:
        pytest.skip("there, none ends while its process lives")
    leases.take(connection, ["dst_1"], "a", seconds=-1)
    assert leases.held_by_others(connection, ["dst_1"], "b") == set()
    assert leases.take(connection, ["dst_1"], "b") == {"dst_1": 2}
    assert leases.renew(connection, "a") == {}


def test_processes_that_have_ended_are_forgotten_and_do_not_count(connection: Connection, is_sqlite: bool) -> None:
    if is_sqlite:
        pytest.skip("there is one process alone")
    leases.take(connection, ["process a"], "a", seconds=-1)
    leases.take(connection, ["process b", "dst_1", "dst_2"], "b")
    assert leases.work(connection) == (1, 2)
    leases.forget_processes(connection)
    assert leases.tokens_of(connection, ["process a", "process b"]) == {"process b": 1}


@pytest.mark.parametrize(
    ("processes", "held", "more", "share"), [(1, 4, 0, 4), (2, 4, 1, 3), (0, 0, 1, 1), (3, 9, 0, 3)]
)
def test_each_process_has_its_share(processes: int, held: int, more: int, share: int) -> None:
    assert leases.Work(processes, held).share(more) == share
