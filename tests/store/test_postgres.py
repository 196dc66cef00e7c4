"""Postgres: what must hold before it is used, what becomes of a commit that nobody answered, and who waits for whom."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, select

from letterbox.config import Settings
from letterbox.store import tables, usage
from letterbox.store.database import Database, UnsafeStore
from letterbox.store.postgres import EXTRA_READERS, WORKING, Postgres
from letterbox.store.store import Store
from tests import postgres
from tests.store.rows import PROJECT, a_row, journal, kept
from tests.store.writers import PATIENCE_SECONDS, Office, look, mark, marks

pytestmark = pytest.mark.usefixtures("cluster")


@pytest.mark.parametrize("setting", ["synchronous_commit = off", "synchronous_commit = local"])
def test_a_database_whose_commits_may_be_lost_is_refused_at_the_start(fresh: Settings, setting: str) -> None:
    with psycopg.connect(fresh.database_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET {setting}".encode())
    with pytest.raises(UnsafeStore, match=f"Postgres answers {setting}, and needs on"):
        Store(fresh, print)


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_that_may_lose_what_it_was_told_to_keep_is_refused_at_the_start(name: str) -> None:
    with postgres.Postgres.running(within=None, **{name: "off"}) as cluster:
        settings = Settings(database_url=cluster.new_database())
        with pytest.raises(UnsafeStore, match=f"Postgres answers {name} = off, and needs on"):
            Store(settings, print)


def test_a_server_that_is_not_there_stops_the_start_in_one_line_without_its_password() -> None:
    settings = Settings(database_url="postgresql://user:a-password@127.0.0.1:1/name")
    with pytest.raises(UnsafeStore, match="can't be used as a database") as refusal:
        Store(settings, print)
    assert "a-password" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_there_are_as_many_connections_as_threads_may_read_and_one_that_writes(settings: Settings) -> None:
    opened = Postgres(settings.database_url, readers=3)
    assert (opened.reading.pool.size(), opened.writing.pool.size()) == (3 + EXTRA_READERS, 1)  # type: ignore[attr-defined]
    opened.close()


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Callable[[type, str, bool], None]:
    """Has the answer to a commit be lost once, after it was done or before; the method is the one that commits."""

    def lose(kind: type, method: str, is_done: bool) -> None:
        end = getattr(kind, method)
        lost: list[None] = []

        def end_and_lose(one: Any, *details: Any) -> None:
            is_first = not lost
            lost.append(None)
            if is_first and not is_done:
                one.pgconn.finish()
            if is_done or not is_first:
                end(one, *details)
            if is_first:
                raise psycopg.OperationalError("the server went away")

        monkeypatch.setattr(kind, method, end_and_lose)

    return lose


ENDS: dict[str, tuple[type, str, list[str]]] = {
    "alone": (psycopg.Pipeline, "__exit__", []),
    "beside units of work": (psycopg.Connection, "commit", ["a", "b"]),
}


def total(connection: Connection) -> int:
    """How many are counted."""
    return sum(connection.execute(select(tables.tally.c.requests)).scalars())


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("company", ENDS)
def test_a_commit_whose_answer_was_lost_is_done_once(
    office: Office, writing: Engine, lose: Callable[[type, str, bool], None], is_done: bool, company: str
) -> None:
    kind, method, works = ENDS[company]
    rows = [a_row(b"12"), a_row(b"345")]
    done = [office.work(mark(name)) for name in works]
    look(writing, kept)  # so that the next commit is that of the letters
    lose(kind, method, is_done)
    assert office.deliver(rows) == [None, None]
    assert [each.result(PATIENCE_SECONDS) for each in done] == works == marks(writing)
    assert look(writing, journal) == [row.id for row in rows]
    assert look(writing, usage.of_projects) == {PROJECT: 5}
    assert look(writing, total) == 2


def test_a_commit_whose_answer_was_lost_is_counted_although_it_is_due_only_when_it_is_tried_again(
    office: Office, writing: Engine, lose: Callable[[type, str, bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    tallying = office.keeping.tallying
    tallying._due_at = float("inf")
    try_again = office.writer._try_again

    def hurry_and_try_again(*details: Any) -> None:
        tallying.hurry()
        try_again(*details)

    monkeypatch.setattr(office.writer, "_try_again", hurry_and_try_again)
    look(writing, kept)
    lose(psycopg.Pipeline, "__exit__", True)  # noqa: FBT003 # it was done
    assert office.deliver([a_row(), a_row()]) == [None, None]
    assert look(writing, total) == 2


@pytest.mark.parametrize("size", [100_000, 8_000_000])
def test_letters_larger_than_what_a_socket_takes_at_once_are_kept(office: Office, writing: Engine, size: int) -> None:
    rows = [a_row(bytes(size)), a_row(bytes(size))]
    assert office.deliver(rows) == [None, None]
    assert look(writing, kept) == 2


@pytest.fixture
def somebody_works(opened: Database) -> Iterator[threading.Event]:
    """Another process runs a unit of work until the event is set."""
    ended = threading.Event()
    url = opened.writing.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(f"SELECT pg_advisory_xact_lock({WORKING})".encode())

        def watch() -> None:
            ended.wait(PATIENCE_SECONDS)
            connection.commit()

        watching = threading.Thread(target=watch)
        watching.start()
        yield ended
        ended.set()
        watching.join()


def test_letters_do_not_wait_for_a_unit_of_work_of_another_process_and_our_own_unit_does(
    office: Office, reading: Engine, somebody_works: threading.Event
) -> None:
    ours = office.work(mark("ours"))

    async def letters(writer: Any) -> None:
        waiting = writer.keep(a_row())
        writer.start()
        await waiting
        assert not ours.done()
        somebody_works.set()

    office.run(letters)
    assert ours.result(PATIENCE_SECONDS) == "ours"
    assert marks(reading) == ["ours"]


def test_several_processes_may_start_at_once_on_an_empty_database(fresh: Settings) -> None:
    stores: list[Store] = []
    starting = [threading.Thread(target=lambda: stores.append(Store(fresh, print))) for _ in range(3)]
    for each in starting:
        each.start()
    for each in starting:
        each.join(PATIENCE_SECONDS)
    assert len(stores) == 3
    for store in stores:
        store.require_ready()
        store.close()
