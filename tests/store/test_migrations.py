"""Migrations: what they make is what the tables say, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine

from letterbox.config import Settings
from letterbox.errors import NotReady
from letterbox.store.engine import reading_engine
from letterbox.store.store import Store
from letterbox.store.tables import metadata

Settled = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'migrated.db'}")


@pytest.fixture
def migrated(settings: Settings) -> Engine:
    """A database that the migrations have made."""
    Store(settings, print).close()
    return reading_engine(settings.database_path, connections=1)


def tables_of(connection: Connection) -> Settled:
    """Each table with its columns in order, as SQLite has them."""
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").scalars()
    return {
        name: [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA table_info({name})")]
        for name in names
        if name != "alembic_version"
    }


def indexes_of(connection: Connection) -> set[str]:
    """The statement of each index, its condition included."""
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return {" ".join(str(sql).split()) for sql in found.scalars()}


def everything_in(settings: Settings) -> list[str]:
    """The whole database as text, but for the facts that each start writes anew."""
    engine = reading_engine(settings.database_path, connections=1)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        dump = list(raw.iterdump())
    engine.dispose()
    return dump


def test_the_migrated_tables_are_the_tables(migrated: Engine) -> None:
    with migrated.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    migrated.dispose()


def test_the_migrated_columns_and_indexes_are_those_of_the_tables(migrated: Engine, connection: Connection) -> None:
    with migrated.begin() as theirs:
        assert tables_of(theirs) == tables_of(connection)
        assert indexes_of(theirs) == indexes_of(connection)
    migrated.dispose()


def test_migrating_again_changes_nothing(settings: Settings) -> None:
    store = Store(settings, print)
    once = everything_in(settings)
    store.migrate()
    twice = everything_in(settings)
    store.close()
    Store(settings, print).close()
    assert once == twice == everything_in(settings)


def test_a_store_whose_tables_are_of_another_version_is_not_ready(settings: Settings) -> None:
    store = Store(settings, print)
    store.require_ready()
    store.writer.run(lambda unit: unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'x'"))
    with pytest.raises(NotReady, match="version x, and this program needs"):
        store.require_ready()
    store.close()
