"""Connections of either database: what is promised, and who may write."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from letterbox.config import Settings
from letterbox.store import tables
from letterbox.store.database import Database, UnsafeStore
from letterbox.store.store import Store


def test_each_commit_is_synchronized_to_the_disk(opened: Database) -> None:
    with opened.writing.begin() as connection:
        opened.require_durable(connection)


def test_a_store_that_is_not_durable_does_not_open_and_leaves_nothing_held(
    fresh: Settings, opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(type(opened), "require_durable", refuse)
        with pytest.raises(UnsafeStore):
            Store(fresh, print)
    Store(fresh, print).close()


def refuse(_self: Database, _connection: Connection) -> None:
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
    with reading.begin() as connection, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        connection.exec_driver_sql(statement)


def test_a_reader_sees_one_moment_while_others_write(writing: Engine, reading: Engine) -> None:
    count = "SELECT count(*) FROM marker"
    with reading.begin() as reader:
        assert reader.exec_driver_sql(count).scalar() == 0
        with writing.begin() as writer:
            writer.exec_driver_sql("INSERT INTO marker VALUES ('a', 'b')")
        assert reader.exec_driver_sql(count).scalar() == 0
    with reading.begin() as reader:
        assert reader.exec_driver_sql(count).scalar() == 1


def test_what_names_something_must_name_something_that_is_there(connection: Connection) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        connection.exec_driver_sql("INSERT INTO route VALUES ('prj_none', '/', 'GET', 'ep_none')")


def test_what_was_sent_is_no_part_of_a_failures_words(opened: Database, connection: Connection) -> None:
    secret = "a secret"
    marked = tables.marker.insert().values(name=secret, value=b"")
    connection.execute(marked)
    with pytest.raises(DBAPIError) as failure:
        connection.execute(marked)
    assert "UNIQUE" in opened.words(failure.value).upper()
    assert secret not in opened.words(failure.value)
