"""Keys whose time is over, and those of endpoints that are removed, are forgotten some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Connection

from letterbox.caretaker import Caretaker
from letterbox.config import Settings
from letterbox.ids import now
from letterbox.store import dedupe
from letterbox.store.dedupe import BYTES_AT_ONCE, LATE_MILLISECONDS, ROWS_AT_ONCE, Asking, forget, purge, settled
from letterbox.store.store import Store
from letterbox.store.writer import Unit
from tests.store.claims import an_asking, holders
from tests.store.test_plans import plans_of, require_cheap


def held(count: int, *, until: int = 0, endpoint_id: str = "ep_1", reply: bytes = b"") -> list[Asking]:
    """Requests that ask for a key each; a reply may be given."""
    one = an_asking("request", until=until, endpoint_id=endpoint_id)
    claim = one.claim._replace(reply=reply or one.claim.reply)
    return [one._replace(claim=claim._replace(key=f"{endpoint_id} {until} {number}")) for number in range(count)]


@pytest.mark.parametrize(("until", "is_held"), [(0, False), (1, True)])
def test_a_key_is_forgotten_once_no_letter_on_its_way_can_still_ask_for_it(
    connection: Connection, until: int, is_held: bool
) -> None:
    settled(connection, held(1, until=until))
    assert not purge(connection, LATE_MILLISECONDS)
    assert bool(holders(connection)) is is_held


def test_keys_are_forgotten_some_at_a_time_until_none_is_over(connection: Connection) -> None:
    settled(connection, [*held(2 * ROWS_AT_ONCE + 1), *held(3, until=10**15)])
    left = []
    while purge(connection, LATE_MILLISECONDS):
        left.append(len(holders(connection)))
    assert left == [ROWS_AT_ONCE + 4, 4]
    assert len(holders(connection)) == 3


def test_large_replies_are_forgotten_fewer_at_a_time(connection: Connection) -> None:
    settled(connection, held(5, reply=bytes(BYTES_AT_ONCE // 2)))
    left = []
    while purge(connection, LATE_MILLISECONDS):
        left.append(len(holders(connection)))
    assert left == [3, 1]


def test_a_removed_endpoint_loses_its_own_keys_alone(connection: Connection) -> None:
    settled(connection, [*held(ROWS_AT_ONCE + 1, until=10**15), *held(2, until=10**15, endpoint_id="ep_2")])
    assert forget(connection, "ep_1")
    assert not forget(connection, "ep_1")
    assert len(holders(connection)) == 2


@pytest.mark.parametrize("act", [partial(purge, now=1), partial(forget, endpoint_id="ep_1")], ids=["over", "removed"])
def test_what_is_to_be_forgotten_is_found_along_an_index(
    connection: Connection, act: Callable[[Connection], bool]
) -> None:
    require_cheap(plans_of(connection, act))


@pytest.fixture
def store(fresh: Settings) -> Iterator[Store]:
    store = Store(fresh, lambda _change: None)
    yield store
    store.close()


def take(askings: list[Asking]) -> Callable[[Unit], object]:
    return lambda unit: settled(unit.connection, askings)


def test_the_caretaker_forgets_what_is_over_and_nothing_else(store: Store) -> None:
    store.writer.run(take([*held(ROWS_AT_ONCE + 1), *held(1, until=now() + 10**9)]))
    Caretaker(store).make_round()
    with store.reading() as connection:
        assert len(holders(connection)) == 1


@pytest.mark.usefixtures("cluster")
def test_a_key_that_somebody_asks_for_right_now_is_not_waited_for(store: Store, fresh: Settings) -> None:
    store.writer.run(take(held(2)))
    other = Store(fresh, lambda _change: None)
    try:
        with other.database.writing.begin() as elsewhere:
            settled(elsewhere, held(1))
            assert not store.writer.run(lambda unit: dedupe.purge(unit.connection, LATE_MILLISECONDS))
        with store.reading() as connection:
            assert list(holders(connection)) == ["ep_1 0 0"]
    finally:
        other.close()
