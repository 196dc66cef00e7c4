"""Keys: who holds them, from when to when, and whose duplicate it is who comes later."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, delete, update

from letterbox.store import requests
from letterbox.store.bulk import MOST_ROWS
from letterbox.store.dedupe import ASKED, HOLDERS, Asking, Duplicate, settled
from letterbox.store.tables import request
from tests.store.claims import a_reply, an_asking, duplicate_of, holders
from tests.store.rows import PROJECT, a_row
from tests.store.test_plans import require_cheap

tried = settings(derandomize=True, deadline=None)


def test_a_key_that_nobody_holds_is_held_from_then_on(connection: Connection) -> None:
    assert settled(connection, [an_asking("first")]) == [None]
    assert holders(connection) == {"k": "first"}


def test_who_comes_later_is_told_of_the_first_one_and_of_its_reply(connection: Connection) -> None:
    settled(connection, [first := an_asking("first")])
    assert settled(connection, [an_asking("second")]) == [duplicate_of(first)]
    assert settled(connection, [an_asking("third")]) == [duplicate_of(first)]


def test_the_status_of_a_reply_is_in_its_first_two_bytes() -> None:
    assert Duplicate("first", a_reply("words", status=418)).reply_status == 418


@pytest.mark.parametrize(("at", "is_new"), [(999, False), (1000, True), (1001, True)])
def test_a_key_is_free_again_once_its_time_is_over(connection: Connection, at: int, is_new: bool) -> None:
    settled(connection, [an_asking("first", until=1000)])
    assert (settled(connection, [an_asking("second", at=at, until=2000)]) == [None]) is is_new


def test_whoever_takes_a_key_over_holds_it_as_long_as_it_said(connection: Connection) -> None:
    settled(connection, [an_asking("first", until=1000)])
    settled(connection, [second := an_asking("second", at=1000, until=2000)])
    assert settled(connection, [an_asking("third", at=1999)]) == [duplicate_of(second)]


def test_each_endpoint_has_keys_of_its_own(connection: Connection) -> None:
    askings = [an_asking(name, endpoint_id=name) for name in ("ep_1", "ep_2")]
    assert settled(connection, askings) == [None, None]


def test_the_first_of_a_batch_holds_the_key_and_the_others_are_its_duplicates(connection: Connection) -> None:
    askings = [an_asking(f"{number}", f"{number % 3}") for number in range(9)]
    assert settled(connection, askings) == [None] * 3 + [duplicate_of(askings[number % 3]) for number in range(6)]


def test_a_request_is_never_the_duplicate_of_itself(connection: Connection) -> None:
    settled(connection, [an_asking("first")])
    assert settled(connection, [an_asking("first"), an_asking("second")]) == [None, duplicate_of(an_asking("first"))]


def test_a_batch_that_waited_for_longer_than_a_key_is_held_is_settled_as_it_came(connection: Connection) -> None:
    settled(connection, [old := an_asking("old", until=5)])
    askings = [an_asking(f"{at}", at=at, until=at + 10) for at in (0, 4, 6, 15, 16, 17)]
    third, fifth = askings[2], askings[4]
    expected = [duplicate_of(old)] * 2 + [None, duplicate_of(third), None, duplicate_of(fifth)]
    assert settled(connection, askings) == expected


def test_more_keys_than_a_statement_holds_are_settled_all(connection: Connection) -> None:
    askings = [an_asking(f"{number}", f"{number}") for number in range(2 * MOST_ROWS + 3)]
    assert settled(connection, askings) == [None] * len(askings)
    again = [asking._replace(request_id=f"again {asking.request_id}") for asking in reversed(askings)]
    assert settled(connection, again) == [duplicate_of(asking) for asking in reversed(askings)]


@pytest.mark.parametrize(
    ("verdict", "is_held"),
    [("accepted", True), ("quarantined", True), ("refused", False), ("duplicate", False)],
)
def test_only_what_is_accepted_or_quarantined_holds_a_key(connection: Connection, verdict: str, is_held: bool) -> None:
    row = a_row(verdict="quarantined")
    requests.keep(connection, [row])
    settled(connection, [an_asking(row.id)])
    connection.execute(update(request).values(verdict=verdict))
    assert (settled(connection, [an_asking("second")]) == [None]) is not is_held
    assert holders(connection) == {"k": row.id if is_held else "second"}


def test_a_request_that_is_deleted_before_its_key_is_over_still_answers(connection: Connection) -> None:
    row = a_row()
    requests.keep(connection, [row])
    settled(connection, [first := an_asking(row.id)])
    connection.execute(delete(request))
    assert settled(connection, [an_asking("second")]) == [duplicate_of(first)]


class Model:
    """The plain meaning: one request after another."""

    def __init__(self) -> None:
        self.held: dict[str, Asking] = {}

    def settle(self, asking: Asking) -> Duplicate | None:
        holder = self.held.get(asking.claim.key)
        if holder is not None and asking.at < holder.claim.expires_at:
            return duplicate_of(holder)
        self.held[asking.claim.key] = asking
        return None


LETTERS = some.lists(some.tuples(some.sampled_from("abc"), some.integers(0, 30), some.integers(1, 20)), max_size=8)


@settings(tried, max_examples=60)
@given(some.lists(LETTERS, max_size=6))
def test_batches_are_settled_as_if_each_letter_had_come_alone(
    table: Connection, batches: list[list[tuple[str, int, int]]]
) -> None:
    model, number = Model(), 0
    with table.begin_nested() as undone:
        for batch in batches:
            askings = []
            for key, at, window in batch:
                number += 1
                askings.append(an_asking(f"{number}", key, at=at, until=at + window))
            assert settled(table, askings) == [model.settle(asking) for asking in askings]
        undone.rollback()


@pytest.mark.usefixtures("path")
def test_a_holder_is_found_by_its_key_alone(connection: Connection) -> None:
    names, values = ", ".join(ASKED), (PROJECT, "ep_1", "k")
    statement = f"EXPLAIN QUERY PLAN WITH asked ({names}) AS (VALUES (?, ?, ?), (?, ?, ?)) {HOLDERS}"
    steps = [row.detail for row in connection.exec_driver_sql(statement, values * 2)]
    require_cheap([step for step in steps if step not in ("SCAN asked", "SCAN 2 CONSTANT ROWS")])


def test_random_texts_are_keys_like_others(connection: Connection) -> None:
    draw = random.Random(1)
    texts = {"".join(map(chr, draw.choices(range(0x20, 0xD7FF), k=20))) for _ in range(50)}
    askings: list[Any] = [an_asking(f"{number}", text) for number, text in enumerate(texts)]
    settled(connection, askings)
    assert settled(connection, [an_asking("again", text) for text in texts]) == [duplicate_of(one) for one in askings]
