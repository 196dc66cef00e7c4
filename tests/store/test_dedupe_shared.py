"""Keys that several processes ask for at once: one of them gets each, and none waits for another in a ring."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, Table, select

from letterbox.config import Settings
from letterbox.store import database, deliveries, outcomes, requests
from letterbox.store.database import Database
from letterbox.store.dedupe import Asking, Duplicate, settled
from letterbox.store.delivery_tables import delivery
from letterbox.store.keeping import BOUNDED
from letterbox.store.tables import request
from letterbox.store.writer import Writer
from tests.store.claims import Letter, Outcome, a_letter, an_asking, deliver, duplicate_of, holders, keep
from tests.store.rows import PROJECT, a_row, kept
from tests.store.sent import a_delivery
from tests.store.writers import PATIENCE_SECONDS, Office, look

pytestmark = pytest.mark.usefixtures("cluster")

WAITERS = "SELECT pid FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
PROCESSES, BATCHES, KEYS = 3, 20, 40


@pytest.fixture
def offices(opened: Database, settings: Settings) -> Iterator[list[Office]]:
    """Writers of as many processes on one database."""
    others = [database.opened(settings) for _ in range(PROCESSES - 1)]
    yield [Office(each) for each in (opened, *others)]
    for other in others:
        other.close()


def shuffled(seed: int, more: Sequence[Letter]) -> list[list[Letter]]:
    """Batches that each have a letter for every key of that batch, and some more, in an order of their own."""
    batches = []
    for batch in range(BATCHES // 4 if more else BATCHES):
        letters = [*more, *(a_letter(f"{batch} {number}") for number in range(KEYS))]
        random.Random(seed).shuffle(letters)
        batches.append(letters)
    return batches


def key_of(letter: Letter) -> str:
    return letter[1].key if letter[1] is not None else ""


@pytest.mark.parametrize("poison", [(), ((a_row(path=None), None),)], ids=["all at once", "one by one"])
def test_processes_that_ask_for_the_same_keys_in_other_orders_never_wait_in_a_ring(
    offices: list[Office], writing: Engine, caplog: pytest.LogCaptureFixture, poison: Sequence[Letter]
) -> None:
    caplog.set_level(logging.WARNING)
    together = threading.Barrier(PROCESSES, timeout=PATIENCE_SECONDS)
    sent = [shuffled(seed, poison) for seed in range(PROCESSES)]

    def run(number: int) -> list[tuple[Letter, Outcome]]:
        async def post(writer: Writer) -> list[tuple[Letter, Outcome]]:
            writer.start()
            told: list[tuple[Letter, Outcome]] = []
            for letters in sent[number]:
                together.wait()
                told += zip(letters, await keep(writer, letters), strict=True)
            return told

        told: list[tuple[Letter, Outcome]] = offices[number].run(post)
        return told

    with ThreadPoolExecutor(PROCESSES) as threads:
        told = [each for some in threads.map(run, range(PROCESSES)) for each in some]
    assert [record.getMessage() for record in caplog.records if "commit" in record.getMessage()] == []
    told = [(letter, outcome) for letter, outcome in told if letter[1] is not None]
    first = {key_of(letter): letter for letter, outcome in told if outcome is None}
    expected = [None if letter is first[key_of(letter)] else duplicate_of(first[key_of(letter)]) for letter, _ in told]
    assert [outcome for _, outcome in told] == expected
    assert Counter(key_of(letter) for letter, outcome in told if outcome is None) == dict.fromkeys(first, 1)
    assert look(writing, holders) == {key: letter[0].id for key, letter in first.items()}


def test_who_asks_while_another_one_commits_waits_and_is_its_duplicate(offices: list[Office], writing: Engine) -> None:
    first, asked, late = an_asking("first", until=2**42), threading.Event(), a_letter()
    with writing.begin() as elsewhere, ThreadPoolExecutor(1) as threads:
        settled(elsewhere, [first])
        listen_for_the_lock(elsewhere, asked)
        outcome = threads.submit(deliver, offices[1], [late])
        asked.wait(PATIENCE_SECONDS)
        elsewhere.commit()
        assert outcome.result(PATIENCE_SECONDS) == [duplicate_of(first)]


def listen_for_the_lock(connection: Connection, asked: threading.Event) -> None:
    """Set the event once somebody waits for what this connection has locked."""
    url = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()

    def watch() -> None:
        with psycopg.connect(url, autocommit=True) as other:
            while not other.execute(WAITERS, (mine,)).fetchone():
                pass
        asked.set()

    threading.Thread(target=watch, daemon=True).start()


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "not done"])
def test_a_letter_whose_commit_was_not_answered_is_not_a_duplicate_of_itself(
    office: Office, writing: Engine, monkeypatch: pytest.MonkeyPatch, is_done: bool
) -> None:
    look(writing, holders)  # so that the next commit is that of the letters
    commit, lost = psycopg.Connection.commit, list[None]()

    def commit_and_lose(connection: psycopg.Connection[Any]) -> None:
        is_first = not lost
        lost.append(None)
        if is_first and not is_done:
            connection.pgconn.finish()
        if is_done or not is_first:
            commit(connection)
        if is_first:
            raise psycopg.OperationalError("the server went away")

    monkeypatch.setattr(psycopg.Connection, "commit", commit_and_lose)
    letters = [a_letter(), a_letter()]
    assert deliver(office, letters) == [None, duplicate_of(letters[0])]
    assert look(writing, holders) == {"k": letters[0][0].id}


@pytest.mark.parametrize("held", [request, delivery], ids=["the request", "its delivery"])
@pytest.mark.parametrize("verdict", BOUNDED)
def test_who_holds_a_key_does_not_wait_for_what_somebody_settles_who_waits_for_that_key(
    offices: list[Office], writing: Engine, verdict: str, held: Table
) -> None:
    """The others hold what is to be trimmed, then ask for the key that the one who trims holds."""
    offices[1].keeping._rows = 1
    old, late = [a_row(verdict=verdict) for _ in range(3)], a_letter()
    newest = (a_row(verdict=verdict), None)
    sent = a_delivery(id=f"dlv_{held.name}_{verdict}", request_id=old[0].id)
    look(writing, lambda connection: requests.keep(connection, old))
    look(writing, lambda connection: deliveries.add(connection, [sent]))
    locked = select(held.c.id).where(held.c.id.in_((old[0].id, sent.id))).with_for_update()
    with writing.begin() as elsewhere, ThreadPoolExecutor(1) as threads:
        elsewhere.execute(locked)
        outcome = threads.submit(deliver, offices[1], [late, newest])
        wait_until(lambda: outcome.done() or is_waiting(elsewhere))
        assert settled(elsewhere, [an_asking(old[0].id)]) == [duplicate_of(late)]
        assert outcome.result(PATIENCE_SECONDS) == [None, None]
    left = look(
        writing, lambda connection: [*connection.execute(select(request.c.id).order_by(request.c.id)).scalars()]
    )
    assert left == [old[0].id, late[0].id, newest[0].id]


def test_a_late_reply_that_waits_for_a_key_holds_nothing_that_who_has_the_key_may_want(
    settings: Settings, writing: Engine
) -> None:
    row, claim = first = a_letter()
    assert claim is not None
    another, asked = database.opened(settings), threading.Event()
    kept_with_it = a_delivery(request_id=row.id, status="sending")
    look(writing, lambda connection: requests.keep(connection, [row]))
    look(writing, lambda connection: deliveries.add(connection, [kept_with_it]))
    look(writing, lambda connection: settled(connection, [Asking(PROJECT, row.id, row.received_at, claim)]))
    late = outcomes.Again(200, b"late")

    def reply() -> None:
        with another.transaction() as connection:
            outcomes.settle_errand(connection, kept_with_it, outcomes.Outcome(kept_with_it, 0), late, 1)

    with writing.begin() as elsewhere, ThreadPoolExecutor(1) as threads:
        assert settled(elsewhere, [an_asking("other")]) == [duplicate_of(first)]
        listen_for_the_lock(elsewhere, asked)
        outcome = threads.submit(reply)
        assert asked.wait(PATIENCE_SECONDS)
        mine = select(request.c.id).where(request.c.id == row.id).with_for_update(nowait=True)
        assert elsewhere.execute(mine).scalar() == row.id
        elsewhere.commit()
        outcome.result(PATIENCE_SECONDS)
    another.close()
    assert look(writing, lambda each: settled(each, [an_asking("another")])) == [Duplicate(row.id, b"late")]


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, "it took too long"


def is_waiting(connection: Connection) -> bool:
    """Whether somebody waits for what this connection has locked."""
    mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return connection.exec_driver_sql(WAITERS, (mine,)).first() is not None


def test_units_of_work_wait_until_the_letters_that_claim_keys_are_committed(office: Office, reading: Engine) -> None:
    seen = office.work(lambda _unit: look(reading, kept))
    deliver(office, [a_letter()])
    assert seen.result(0) == 1
