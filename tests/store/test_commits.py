"""Commits: how much each holds, who goes first, who is woken, and what a stop still writes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Engine

from letterbox.errors import Unavailable
from letterbox.store.database import Database
from letterbox.store.writer import BEHIND_ROWS_AT_LEAST, BEHIND_ROWS_WAITING, Writer
from tests.store.rows import a_row, kept
from tests.store.writers import Office, look, mark


def test_a_commit_holds_no_more_rows_than_it_may(opened: Database) -> None:
    office = Office(opened, rows=10)
    assert office.deliver([a_row() for _ in range(25)]) == [None] * 25
    assert office.keeping.sizes == [10, 10, 5]


def test_a_commit_ends_with_the_body_that_fills_it(opened: Database) -> None:
    office = Office(opened, body_bytes=1000)
    assert office.deliver([a_row(b"x" * 300) for _ in range(9)]) == [None] * 9
    assert office.keeping.sizes == [4, 4, 1]


def test_a_body_larger_than_a_commit_has_one_to_itself(opened: Database) -> None:
    office = Office(opened, body_bytes=1000)
    office.deliver([a_row(b"x" * 5000), a_row(b"x" * 5000), a_row()])
    assert office.keeping.sizes == [1, 1, 1]


def test_the_loop_is_woken_once_for_a_whole_batch(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def letters(writer: Writer) -> int:
        calls: list[Any] = []
        loop = asyncio.get_running_loop()
        wake = loop.call_soon_threadsafe
        waiting = [writer.keep(a_row()) for _ in range(100)]

        def counted(*each: Any, **more: Any) -> asyncio.Handle:
            calls.append(each)
            return wake(*each, **more)

        monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
        writer.start()
        await asyncio.gather(*waiting)
        return len(calls)

    assert office.run(letters) == 1


def test_those_behind_fill_what_is_left_of_a_commit(opened: Database) -> None:
    office = Office(opened, rows=100)
    office.deliver([a_row() for _ in range(90)], behind=[a_row(verdict="refused") for _ in range(50)])
    assert office.keeping.sizes == [90 + BEHIND_ROWS_AT_LEAST, 50 - BEHIND_ROWS_AT_LEAST]


def test_those_behind_come_to_their_turn_however_many_wait_ahead(opened: Database) -> None:
    office = Office(opened, rows=20)
    office.deliver([a_row() for _ in range(60)], behind=[a_row(verdict="refused")])
    assert [row.verdict for row in office.keeping.batches[0]] == ["accepted"] * 20 + ["refused"]


def test_those_behind_are_let_go_when_too_many_wait(office: Office, writing: Engine) -> None:
    async def letters(writer: Writer) -> list[bool]:
        waiting = [writer.keep_behind(a_row(None)) for _ in range(BEHIND_ROWS_WAITING + 5)]
        writer.start()
        await asyncio.gather(*(letter for letter in waiting if letter is not None))
        return [letter is None for letter in waiting]

    assert office.run(letters) == [False] * BEHIND_ROWS_WAITING + [True] * 5
    assert look(writing, kept) == BEHIND_ROWS_WAITING


def test_a_stop_writes_what_waits(office: Office, writing: Engine) -> None:
    async def letters(writer: Writer) -> list[object]:
        waiting = [writer.keep(a_row()) for _ in range(1000)]
        writer.keep_behind(a_row())
        writer.start()
        await asyncio.to_thread(writer.stop)
        return await asyncio.gather(*waiting)

    assert office.run(letters) == [None] * 1000
    assert look(writing, kept) == 1001


def test_work_that_comes_after_the_stop_is_unavailable(office: Office) -> None:
    office.close()
    with pytest.raises(Unavailable):
        office.writer.run(mark("late"))


def test_work_that_slips_in_while_the_writer_ends_is_turned_away_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.close()
    slipped_in = office.work(mark("late"))
    office.writer.stop()
    assert isinstance(slipped_in.exception(0), Unavailable)
    monkeypatch.setattr(office.writer, "_require_running", lambda: None)
    with pytest.raises(Unavailable, match="cannot be kept"):
        office.writer.run(mark("later"))


def test_a_letter_that_comes_after_the_stop_is_unavailable(office: Office) -> None:
    async def letters(writer: Writer) -> None:
        writer.start()
        writer.stop()
        with pytest.raises(Unavailable):
            writer.keep(a_row())

    office.run(letters)


def test_whoever_asks_with_patience_is_told_when_it_ends(office: Office) -> None:
    with pytest.raises(Unavailable, match="not answering"):
        office.writer.run(mark("a"), patience_seconds=0)  # nobody has started the writer
