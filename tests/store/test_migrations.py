"""Migrations: what they make is what the tables say, once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from letterbox.config import Settings
from letterbox.errors import NotReady
from letterbox.store import database, versions
from letterbox.store.schema import metadata
from letterbox.store.store import Store

INDEXES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename != 'alembic_version'",
}
VERSIONS = {  # of each row: who wrote it last, and where it lies
    "sqlite": "SELECT rowid, * FROM {}",
    "postgresql": "SELECT xmin::text, ctid::text, * FROM {}",
}
WITHOUT_ROWID = "SELECT * FROM {}"


@pytest.fixture
def migrated(fresh: Settings) -> Iterator[Engine]:
    """A database that the migrations have made."""
    Store(fresh, print).close()
    opened = database.opened(fresh)
    yield opened.reading
    opened.close()


def columns_of(connection: Connection) -> dict[str, list[str]]:
    """Each table with its columns in order, and all that the database knows of them."""
    found = inspect(connection)
    return {
        table: [re.sub(r" object at 0x\w+", "", str(column)) for column in found.get_columns(table)]
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def indexes_of(connection: Connection) -> set[str]:
    """The statement of each index, its condition included."""
    found = connection.exec_driver_sql(INDEXES[connection.dialect.name]).scalars()
    return {" ".join(str(sql).split()) for sql in found}


def everything_in(settings: Settings) -> dict[str, list[str]]:
    """The whole database, each row with its version, but for nothing that a start writes anew."""
    opened = database.opened(settings)
    with opened.reading.begin() as connection:
        shape = [*map(str, columns_of(connection).items()), *sorted(indexes_of(connection))]
        rows = {
            table: [str(row) for row in connection.execute(text(_versions(connection, table)))]
            for table in inspect(connection).get_table_names()
        }
    opened.close()
    return {"shape": shape, **rows}


def _versions(connection: Connection, table: str) -> str:
    has_rowid = table not in metadata.tables or metadata.tables[table].dialect_options["sqlite"]["with_rowid"]
    kind = connection.dialect.name
    return (VERSIONS[kind] if kind == "postgresql" or has_rowid else WITHOUT_ROWID).format(table)


def test_the_migrated_tables_are_the_tables(migrated: Engine) -> None:
    with migrated.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrated_columns_and_indexes_are_those_of_the_tables(migrated: Engine, connection: Connection) -> None:
    with migrated.begin() as theirs:
        assert columns_of(theirs) == columns_of(connection)
        assert indexes_of(theirs) == indexes_of(connection)


def test_migrating_again_changes_nothing(fresh: Settings) -> None:
    Store(fresh, print).close()
    once = everything_in(fresh)
    store = Store(fresh, print)
    store.migrate()
    store.close()
    assert once == everything_in(fresh)


def test_the_newest_version_is_the_last_migration() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(versions.MIGRATIONS))
    assert ScriptDirectory.from_config(configuration).get_current_head() == versions.NEWEST


def test_a_store_whose_tables_are_of_another_version_is_not_ready(fresh: Settings) -> None:
    store = Store(fresh, print)
    store.require_ready()
    store.writer.run(lambda unit: unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'x'"))
    with pytest.raises(NotReady, match="version x, and this program needs"):
        store.require_ready()
    store.close()
