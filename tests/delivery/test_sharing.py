"""Several processes deliver from one Postgres: each has its share, they take over, and none writes late."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from letterbox.config import Settings
from letterbox.ids import now
from letterbox.store import leases, outcomes
from letterbox.store.outcomes import Outcome
from tests.conftest import NewDatabase
from tests.delivery.planes import Plane
from tests.delivery.scripted import Answering, Received, Receiver, receiving

PATIENCE_SECONDS = 20.0


@pytest.fixture
def shared(is_sqlite: bool, new_database: NewDatabase) -> Settings:
    if is_sqlite:
        pytest.skip("a SQLite file is one process's alone")
    return Settings(database_url=new_database())


@pytest.fixture
def planes(shared: Settings) -> Iterator[tuple[Plane, Plane]]:
    """Two dispatchers over one store, which do not run yet."""
    first = Plane(shared)
    first.furnish()
    second = Plane(shared, seal=first.seal)
    yield first, second
    first.close()
    second.close()


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def held(plane: Plane) -> dict[str, str]:
    """Who holds which destination."""
    with plane.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT name, holder FROM lease WHERE holder <> '' AND name LIKE 'dst_%%'")
        return {row.name: row.holder for row in rows}


def test_two_processes_share_the_destinations(planes: tuple[Plane, Plane], receiver: Receiver) -> None:
    first, second = planes
    for _ in range(8):
        first.subscribe(first.destination(receiver.url))
    first.start()
    second.start()
    until(lambda: len(processes(first)) == 2)
    first.receive(b"body")
    first.until_all("succeeded", 8)
    holders = list(held(first).values())
    assert {holders.count(each) for each in holders} == {4}


def test_what_is_given_back_is_taken_over_at_once(planes: tuple[Plane, Plane], receiver: Receiver) -> None:
    first, second = planes
    first.subscribe(first.destination(receiver.url))
    first.start()
    first.receive(b"1")
    first.until_all("succeeded", 1)
    second.start()
    first.stop()
    began = time.monotonic()
    second.receive(b"2")
    second.until_all("succeeded", 2)
    assert time.monotonic() - began < leases.SECONDS / 2, "it was waited for the end of a lease"


def test_what_one_holds_that_stops_is_shared_out_before_it_has_ended(planes: tuple[Plane, Plane]) -> None:
    first, second = planes
    let_go = threading.Event()

    def hold_one(received: Received) -> Answering:
        let_go.wait(PATIENCE_SECONDS if received.body == b"held" else 0)
        return Answering()

    with receiving(hold_one) as receiver:
        for _ in range(2):
            first.subscribe(first.destination(receiver.url))
        first.start()
        first.receive(b"held")
        receiver.wait_for(2)
        second.start()
        until(lambda: len(processes(first)) == 2)
        stopping = threading.Thread(target=first.stop)
        stopping.start()
        until(lambda: len(processes(second)) == 1)
        assert stopping.is_alive(), "it was over before anything could be seen"
        let_go.set()
        stopping.join()


def test_a_late_outcome_is_fenced_off_by_the_token(planes: tuple[Plane, Plane], receiver: Receiver) -> None:
    first, second = planes
    destination = first.destination(receiver.url, paused=True)
    first.subscribe(destination)
    first.start()
    first.receive(b"1")
    (delivery,) = first.until_all("waiting", 1)
    tokens = [
        plane.run(lambda unit: leases.take(unit.connection, [destination.id], "somebody", 0))[destination.id]
        for plane in planes
    ]
    late = Outcome(delivery, tokens[0])
    second.run(lambda unit: outcomes.settle(unit.connection, [late], now()))
    assert tokens == [1, 2]
    assert second.deliveries()[0].updated_at == delivery.updated_at


def processes(plane: Plane) -> list[str]:
    with plane.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM lease WHERE holder <> '' AND name LIKE 'process %%'")
        return [row.name for row in rows]
