"""SQLite: what it promises by its pragmas, who takes the database when, and who checkpoints."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from letterbox.store.database import Database, UnsafeStore

pytestmark = pytest.mark.usefixtures("path")


def pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_each_commit_is_synchronized_to_the_disk(connection: Connection) -> None:
    assert (pragma(connection, "journal_mode"), pragma(connection, "synchronous")) == ("wal", 2)


@pytest.mark.parametrize("setting", ["journal_mode = DELETE", "synchronous = NORMAL", "synchronous = OFF"])
def test_a_database_that_promises_less_is_refused(opened: Database, setting: str) -> None:
    with closing(opened.writing.raw_connection()) as raw:
        raw.cursor().execute(f"PRAGMA {setting}")
    with opened.writing.begin() as connection, pytest.raises(UnsafeStore, match=setting.partition(" ")[0]):
        opened.require_durable(connection)


def test_a_reader_never_checkpoints(reading: Engine) -> None:
    with reading.begin() as connection:
        assert pragma(connection, "wal_autocheckpoint") == 0


def test_a_writer_takes_the_database_when_it_begins_and_not_when_it_first_writes(writing: Engine, path: Path) -> None:
    locked = pytest.raises(sqlite3.OperationalError, match="locked")
    with closing(sqlite3.connect(path, timeout=0)) as other, writing.begin(), locked:
        other.execute("BEGIN IMMEDIATE")


def test_the_file_is_its_owners_alone(writing: Engine, path: Path) -> None:
    with writing.begin():
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.glob("letterbox.db*")} == {0o600}
