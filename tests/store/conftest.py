"""An empty database for each test, of the store that the run asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from letterbox.config import Settings
from letterbox.store import database
from letterbox.store.database import Database
from tests.conftest import NewDatabase
from tests.store.rows import furnish
from tests.store.writers import Office


@pytest.fixture(scope="session")
def reused(is_sqlite: bool, new_store: NewDatabase) -> str | None:
    """The one database that all tests empty where making one takes long."""
    return None if is_sqlite else new_store()


@pytest.fixture
def settings(reused: str | None, new_store: NewDatabase) -> Settings:
    return Settings(database_url=reused or new_store())


@pytest.fixture
def fresh(new_database: NewDatabase) -> Settings:
    """Settings of a database that nothing was ever in."""
    return Settings(database_url=new_database(), lock_seconds=0)


@pytest.fixture
def path(is_sqlite: bool, settings: Settings) -> Path:
    """The file of a database, for what is said of SQLite alone."""
    if not is_sqlite:
        pytest.skip("this run keeps in Postgres")
    return settings.database_path


@pytest.fixture
def opened(settings: Settings) -> Iterator[Database]:
    """A database whose tables hold one project."""
    opened = database.opened(settings)
    furnish(opened)
    yield opened
    opened.close()


@pytest.fixture
def writing(opened: Database) -> Engine:
    return opened.writing


@pytest.fixture
def reading(opened: Database) -> Engine:
    return opened.reading


@pytest.fixture
def connection(writing: Engine) -> Iterator[Connection]:
    """One transaction that a test does all in."""
    with writing.begin() as connection:
        yield connection


@pytest.fixture(scope="module")
def table(new_store: NewDatabase) -> Iterator[Connection]:
    """One transaction for all tests of a module, each of which takes back what it did."""
    opened = database.opened(Settings(database_url=new_store()))
    furnish(opened)
    with opened.writing.begin() as connection:
        yield connection
    opened.close()


@pytest.fixture
def office(opened: Database) -> Iterator[Office]:
    """A writer that a test fills before it starts."""
    office = Office(opened)
    yield office
    office.close()
