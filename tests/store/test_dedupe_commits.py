"""Duplicates in commits: of many letters with one key one is accepted, however they come and whatever fails."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, Engine, func, select

from letterbox.errors import Unavailable
from letterbox.store import tables, usage
from letterbox.store.changes import MoreStored
from letterbox.store.dedupe import Duplicate
from letterbox.store.keeping import ROWS_BETWEEN_TRIMS
from letterbox.store.writer import Writer
from tests.store.claims import STATUS, Letter, a_letter, a_reply, deliver, duplicate_of, holders, keep
from tests.store.poison import POISON
from tests.store.rows import PROJECT, a_row, kept
from tests.store.writers import Office, fail_at, look, mark

PARALLEL = 50


def verdicts(connection: Connection) -> list[str]:
    """Of all requests, in the order of their ids."""
    return list(connection.execute(select(tables.request.c.verdict).order_by(tables.request.c.id)).scalars())


def test_of_fifty_letters_with_one_key_in_one_commit_one_is_accepted(office: Office, writing: Engine) -> None:
    letters = [a_letter() for _ in range(PARALLEL)]
    assert deliver(office, letters) == [None] + [duplicate_of(letters[0])] * (PARALLEL - 1)
    assert look(writing, verdicts) == ["accepted"] + ["duplicate"] * (PARALLEL - 1)
    assert look(writing, holders) == {"k": letters[0][0].id}
    assert office.keeping.sizes == [PARALLEL]


def test_of_fifty_letters_with_one_key_that_come_one_by_one_one_is_accepted(office: Office, writing: Engine) -> None:
    letters = [a_letter() for _ in range(PARALLEL)]

    async def one_by_one(writer: Writer) -> list[Duplicate | None]:
        writer.start()
        return [await writer.keep(*letter) for letter in letters]

    assert office.run(one_by_one) == [None] + [duplicate_of(letters[0])] * (PARALLEL - 1)
    assert look(writing, verdicts) == ["accepted"] + ["duplicate"] * (PARALLEL - 1)


def test_a_duplicate_is_kept_whole_without_causes_and_with_the_status_that_it_was_answered(
    office: Office, writing: Engine
) -> None:
    late = a_letter(body=b"late", verdict="quarantined", causes='["undetermined"]', reply_status=299, at=2**42)
    deliver(office, [a_letter(seconds=2**32), late])
    columns = [tables.request.c[name] for name in ("id", "verdict", "causes", "reply_status", "body")]
    row = look(writing, lambda each: each.execute(select(*columns).order_by(tables.request.c.id.desc())).first())
    assert row == (late[0].id, "duplicate", "[]", STATUS, b"late")


def test_the_trail_of_a_duplicate_says_of_which_request_it_is_one(office: Office, writing: Engine) -> None:
    trail = [["dedupe", "no key", 1, "before"], ["reply", "passed", 2, None], ["dedupe", "key", 3, None]]
    letters = [a_letter(trail=orjson.dumps(trail).decode()) for _ in range(2)]
    deliver(office, letters)
    query = select(tables.request.c.trail).order_by(tables.request.c.id)
    trails = look(writing, lambda connection: [orjson.loads(text) for text in connection.execute(query).scalars()])
    assert trails == [trail, [*trail[:2], ["dedupe", "duplicate", 3, f"of {letters[0][0].id}"]]]


def test_the_journal_says_what_is_a_duplicate(office: Office, writing: Engine) -> None:
    letters = [a_letter(), a_letter()]
    deliver(office, letters)
    query = select(tables.journal.c.request, tables.journal.c.kind).order_by(tables.journal.c.sequence)
    said = look(writing, lambda connection: [tuple(row) for row in connection.execute(query)])
    assert said == [(letters[0][0].id, "accepted"), (letters[1][0].id, "duplicate")]


def test_the_bytes_of_a_duplicate_are_not_counted(office: Office, writing: Engine) -> None:
    deliver(office, [a_letter(body=b"12345"), a_letter(body=b"123")])
    assert office.told == [MoreStored({PROJECT: 5})]
    assert look(writing, usage.of_projects) == {PROJECT: 5}


def test_letters_without_a_key_are_no_duplicates(office: Office, writing: Engine) -> None:
    plain = a_row(), None
    assert deliver(office, [a_letter(), plain, a_letter()])[1] is None
    assert look(writing, verdicts) == ["accepted", "accepted", "duplicate"]


def test_duplicates_are_bounded_like_refused_requests(office: Office, writing: Engine) -> None:
    office.keeping._rows = 10
    deliver(office, [a_letter() for _ in range(ROWS_BETWEEN_TRIMS)])
    assert look(writing, verdicts) == ["accepted"] + ["duplicate"] * 10


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
@pytest.mark.parametrize("place", [0, 1])
def test_a_poisonous_letter_leaves_its_key_to_the_next_one(
    office: Office, writing: Engine, place: int, poison: dict[str, Any]
) -> None:
    letters = [a_letter(**poison) if number == place else a_letter() for number in range(4)]
    outcome = deliver(office, letters)
    first, *others = [number for number in range(4) if number != place]
    assert isinstance(outcome[place], Exception)
    assert outcome[first] is None
    assert [outcome[number] for number in others] == [duplicate_of(letters[first])] * 2
    assert look(writing, holders) == {"k": letters[first][0].id}


@pytest.mark.parametrize("key", ["\0", "\ud800"])
def test_a_poisonous_key_fails_alone(office: Office, writing: Engine, key: str, is_sqlite: bool) -> None:
    if is_sqlite and key == "\0":
        pytest.skip("a key like others")
    outcome = deliver(office, [a_letter(), a_letter(key), a_letter("other")])
    assert [isinstance(each, Exception) for each in outcome] == [False, True, False]
    assert set(look(writing, holders)) == {"k", "other"}


def test_a_letter_whose_commit_failed_holds_nothing(office: Office, writing: Engine) -> None:
    fail_at(writing, "commit", times=1)
    lost, again = a_letter(), a_letter()

    async def twice(writer: Writer) -> list[Any]:
        first = asyncio.ensure_future(keep(writer, [lost]))
        await asyncio.sleep(0)
        writer.start()
        return [*await first, *await keep(writer, [again])]

    failure, outcome = office.run(twice)
    assert isinstance(failure, Unavailable)
    assert outcome is None
    assert look(writing, holders) == {"k": again[0].id}


def test_a_key_that_is_not_in_this_commit_is_known_from_earlier_ones(office: Office) -> None:
    first, second = a_letter(), a_letter(reply_status=500)

    async def twice(writer: Writer) -> list[Any]:
        writer.start()
        return [await keep(writer, [first]), await keep(writer, [second])]

    assert office.run(twice) == [[None], [duplicate_of(first)]]


def test_a_key_that_was_over_when_a_letter_came_is_new_to_it(office: Office, writing: Engine) -> None:
    first = a_letter(seconds=1)
    later = a_letter(received_at=first[0].received_at + 1000)
    assert deliver(office, [first, later]) == [None, None]
    assert look(writing, holders) == {"k": later[0].id}


def test_letters_that_claim_keys_share_commits_with_those_behind(office: Office) -> None:
    async def both(writer: Writer) -> list[Any]:
        behind = writer.keep_behind(a_row(verdict="refused"))
        ahead = asyncio.ensure_future(keep(writer, [a_letter(), a_letter()]))
        await asyncio.sleep(0)
        writer.start()
        assert behind is not None
        return [*await ahead, await behind]

    assert [each is None for each in office.run(both)] == [True, False, True]
    assert office.keeping.sizes == [3]


def test_units_of_work_are_done_beside_letters_that_claim_keys(office: Office, writing: Engine) -> None:
    done = office.work(mark("a"))
    assert deliver(office, [a_letter()]) == [None]
    assert done.result(0) == "a"
    assert look(writing, kept) == 1


def test_a_reply_counts_towards_the_size_of_a_commit(opened: Any) -> None:
    office = Office(opened, body_bytes=1000)

    def large(key: str) -> Letter:
        row, claim = a_letter(key)
        assert claim is not None
        return row, claim._replace(reply=a_reply("x" * 600))

    assert deliver(office, [large(key) for key in "abcd"]) == [None] * 4
    assert office.keeping.sizes == [2, 2]


def test_nobody_holds_more_than_one_row_for_a_key(office: Office, writing: Engine) -> None:
    deliver(office, [a_letter(f"{number % 7}") for number in range(200)])
    count = select(func.count()).select_from(tables.dedupe)
    assert look(writing, lambda connection: connection.execute(count).scalar_one()) == 7
