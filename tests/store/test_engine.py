"""Connections: what SQLite promises, who may write, and who checkpoints."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError

from letterbox.config import Settings
from letterbox.store.engine import UnsafeStore, require_durable
from letterbox.store.store import Store


def pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_each_commit_is_synchronized_to_the_disk(connection: Connection) -> None:
    assert (pragma(connection, "journal_mode"), pragma(connection, "synchronous")) == ("wal", 2)
    require_durable(connection)


def test_what_names_something_must_name_something_that_is_there(connection: Connection) -> None:
    assert pragma(connection, "foreign_keys") == 1


@pytest.mark.parametrize("setting", ["journal_mode = DELETE", "synchronous = NORMAL", "synchronous = OFF"])
def test_a_database_that_promises_less_is_refused(writing: Engine, setting: str) -> None:
    with closing(writing.raw_connection()) as raw:
        raw.cursor().execute(f"PRAGMA {setting}")
    with writing.begin() as connection, pytest.raises(UnsafeStore, match=setting.partition(" ")[0]):
        require_durable(connection)


def test_a_database_in_memory_is_refused() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(UnsafeStore, match="journal_mode = memory"):
        require_durable(connection)
    engine.dispose()


def test_a_store_that_is_not_durable_does_not_open_and_lets_go_of_its_lock(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database_url=f"sqlite:///{path}", lock_seconds=0)
    with monkeypatch.context() as patched:
        patched.setattr("letterbox.store.engine.require_durable", refuse)
        with pytest.raises(UnsafeStore):
            Store(settings, print)
    Store(settings, print).close()


def refuse(_connection: Connection) -> None:
    raise UnsafeStore("not this disk")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO marker VALUES ('a', 'b')",
        "DELETE FROM project",
        "DROP TABLE marker",
        "UPDATE project SET name = ''",
    ],
)
def test_a_reader_cannot_write(reading: Engine, statement: str) -> None:
    with reading.begin() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.exec_driver_sql(statement)


def test_a_reader_never_checkpoints(reading: Engine) -> None:
    with reading.begin() as connection:
        assert pragma(connection, "wal_autocheckpoint") == 0


def test_a_writer_takes_the_database_when_it_begins_and_not_when_it_first_writes(writing: Engine, path: Path) -> None:
    locked = pytest.raises(sqlite3.OperationalError, match="locked")
    with closing(sqlite3.connect(path, timeout=0)) as other, writing.begin(), locked:
        other.execute("BEGIN IMMEDIATE")


def test_a_reader_sees_one_moment_while_others_write(writing: Engine, reading: Engine) -> None:
    count = "SELECT count(*) FROM marker"
    with reading.begin() as reader:
        assert reader.exec_driver_sql(count).scalar() == 0
        with writing.begin() as writer:
            writer.exec_driver_sql("INSERT INTO marker VALUES ('a', 'b')")
        assert reader.exec_driver_sql(count).scalar() == 0
    with reading.begin() as reader:
        assert reader.exec_driver_sql(count).scalar() == 1


def test_what_was_sent_is_no_part_of_an_errors_text(connection: Connection) -> None:
    with pytest.raises(Exception, match="UNIQUE") as failure:
        connection.exec_driver_sql("INSERT INTO project SELECT * FROM project WHERE slug != ?", ("a secret",))
    assert "a secret" not in str(failure.value)
