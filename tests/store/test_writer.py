"""The writer: who fails, who fails with whom, and what is told of it."""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from letterbox.errors import Unavailable
from letterbox.store import tables
from letterbox.store.changes import MoreStored
from letterbox.store.database import Database
from letterbox.store.writer import Unit, Writer
from tests.store.poison import POISON
from tests.store.rows import PROJECT, a_row, journal, kept
from tests.store.writers import PATIENCE_SECONDS, Office, fail_at, fail_now, look, mark, marks


def raise_after(work: Callable[[Unit], Any], failure: Exception) -> Callable[[Unit], Any]:
    def fail(unit: Unit) -> None:
        work(unit)
        raise failure

    return fail


@pytest.mark.parametrize("place", [0, 31, 63])
@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_one_poisonous_row_in_a_batch_of_64_fails_alone(
    office: Office, writing: Engine, poison: dict[str, Any], place: int
) -> None:
    rows = [a_row(**poison) if number == place else a_row() for number in range(64)]
    outcome = office.deliver(rows)
    assert [number for number, failure in enumerate(outcome) if failure] == [place]
    assert look(writing, kept) == 63
    assert look(writing, journal) == [row.id for number, row in enumerate(rows) if number != place]


def test_two_rows_of_one_id_are_one_kept_and_one_failed(office: Office, writing: Engine) -> None:
    row = a_row()
    assert [failure is None for failure in office.deliver([row, row])] == [True, False]
    assert look(writing, kept) == 1


def test_a_unit_that_raises_is_rolled_back_alone(office: Office, writing: Engine) -> None:
    good = [office.work(mark("a")), office.work(mark("c"))]
    bad = office.work(raise_after(mark("b"), KeyError("mine")))
    assert office.deliver([a_row()]) == [None]
    assert [future.result() for future in good] == ["a", "c"]
    with pytest.raises(KeyError, match="mine"):
        bad.result()
    assert marks(writing) == ["a", "c"]


def test_a_unit_sees_what_came_before_it_in_the_same_commit(office: Office) -> None:
    office.work(mark("a"))
    seen = office.work(lambda unit: list(unit.connection.execute(tables.marker.select()).scalars()))
    office.close()
    assert seen.result() == ["a"]


@pytest.mark.parametrize("moment", ["commit", "begin"])
def test_when_a_commit_fails_its_whole_batch_is_unavailable_and_the_next_one_is_not(
    office: Office, writing: Engine, moment: str
) -> None:
    fail_at(writing, moment, times=1)
    unit = office.work(mark("a"))

    async def letters(writer: Writer) -> list[Any]:
        first = [writer.keep(a_row()) for _ in range(3)]
        writer.start()
        failed = await asyncio.gather(*first, return_exceptions=True)
        await writer.keep(a_row())
        return failed

    assert [type(failure) for failure in office.run(letters)] == [Unavailable] * 3
    assert isinstance(unit.exception(), Unavailable)
    assert (look(writing, kept), marks(writing)) == (1, [])


def test_a_commit_that_the_database_refuses_leaves_nothing_open(office: Office, writing: Engine) -> None:
    bad = office.work(name_nobodys_project)
    assert [type(failure) for failure in office.deliver([a_row()])] == [Unavailable]
    assert isinstance(bad.exception(), Unavailable)
    assert look(writing, kept) == 0


DEFER = {
    "sqlite": ["PRAGMA defer_foreign_keys = ON"],
    "postgresql": [
        f"ALTER TABLE route ALTER CONSTRAINT fk_route_{column} DEFERRABLE INITIALLY DEFERRED"
        for column in ("project_id", "endpoint_id")
    ],
}


def name_nobodys_project(unit: Unit) -> None:
    """Break a rule in a way that only the commit notices."""
    for statement in DEFER[unit.connection.dialect.name]:
        unit.connection.exec_driver_sql(statement)
    unit.connection.exec_driver_sql("INSERT INTO route VALUES ('prj_none', '/', 'GET', 'ep_none')")


def test_when_the_store_fails_a_unit_it_fails_the_batch(office: Office, writing: Engine) -> None:
    bad = office.work(lambda unit: fail_now(unit.connection))
    assert [type(failure) for failure in office.deliver([a_row()])] == [Unavailable]
    assert isinstance(bad.exception(), Unavailable)
    assert look(writing, kept) == 0


def test_a_change_is_told_when_others_can_read_it_and_before_its_caller_goes_on(
    opened: Database, reading: Engine
) -> None:
    office, order = Office(opened), []
    office.told = Listening(lambda change: order.append((change, marks(reading))))
    done = office.work(mark("a"))
    done.add_done_callback(lambda _: order.append(("answered", [])))
    office.close()
    assert order == [("a", ["a"]), ("answered", [])]


class Listening(list[object]):
    """A list that tells of what is appended."""

    def __init__(self, tell: Callable[[object], None]) -> None:
        self.append = tell  # type: ignore[method-assign]


def test_nothing_is_told_of_a_unit_that_failed(office: Office) -> None:
    office.work(raise_after(mark("a"), ValueError()))
    office.close()
    assert office.told == []


def test_nothing_is_told_of_a_commit_that_failed(office: Office, writing: Engine) -> None:
    fail_at(writing, "commit", times=1)
    office.work(mark("a"))
    office.deliver([a_row()])
    assert office.told == []


def test_the_bytes_that_a_project_stores_are_told_after_each_commit(office: Office) -> None:
    office.deliver([a_row(b"12345"), a_row(b"123"), a_row(b"1", verdict="refused")])
    assert office.told == [MoreStored({PROJECT: 8})]


def test_whoever_listens_badly_is_told_of_and_the_commit_stands(office: Office, writing: Engine) -> None:
    office.told = Listening(refuse_to_listen)
    done = office.work(mark("a"))
    office.close()
    assert isinstance(done.exception(), OSError)
    assert marks(writing) == ["a"]


def test_letters_are_acknowledged_although_somebody_listens_badly(office: Office, writing: Engine) -> None:
    office.told = Listening(refuse_to_listen)
    assert office.deliver([a_row() for _ in range(3)]) == [None] * 3
    assert look(writing, kept) == 3


def refuse_to_listen(_change: object) -> None:
    raise OSError


def test_threads_that_ask_at_once_are_all_answered_their_own(office: Office, writing: Engine) -> None:
    answers: dict[str, str] = {}
    names = [f"{number:02}" for number in range(20)]
    threads = [
        threading.Thread(target=lambda name=name: answers.setdefault(name, office.writer.run(mark(name))))
        for name in names
    ]
    for thread in threads:
        thread.start()
    office.writer.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert answers == dict(zip(names, names, strict=True))
    assert marks(writing) == names


def test_a_caller_who_has_left_troubles_nobody(office: Office, writing: Engine) -> None:
    async def letters(writer: Writer) -> None:
        left, stays = writer.keep(a_row()), writer.keep(a_row())
        left.cancel()
        writer.start()
        await stays

    office.run(letters)
    assert look(writing, kept) == 2


def test_a_unit_whose_caller_has_left_is_done_all_the_same(office: Office, writing: Engine) -> None:
    async def leave(writer: Writer) -> None:
        unit = writer.submit(mark("a"))
        left = asyncio.ensure_future(asyncio.wrap_future(unit))
        await asyncio.sleep(0)
        left.cancel()
        writer.start()
        await asyncio.to_thread(unit.result, PATIENCE_SECONDS)
        writer.run(mark("b"))

    office.run(leave)
    assert marks(writing) == ["a", "b"]


def test_what_was_sent_is_no_part_of_the_failure_of_a_letter_or_of_a_unit(office: Office) -> None:
    sent = "canary"
    unit = office.work(lambda unit: unit.connection.execute(tables.marker.insert().values(name=sent, value=None)))
    (failure,) = office.deliver([a_row(sent.encode(), path=None, query=sent, headers=f'["{sent}"]')])
    for failed in (failure, unit.exception()):
        assert failed is not None
        assert sent not in "".join(traceback.format_exception(failed))
