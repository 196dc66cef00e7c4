"""An empty database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from letterbox.store.engine import reading_engine, writing_engine
from letterbox.store.tables import metadata
from tests.store.rows import add_project
from tests.store.writers import Office


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "letterbox.db"


@pytest.fixture
def writing(path: Path) -> Iterator[Engine]:
    """The engine that writes, over tables that hold one project."""
    engine = writing_engine(path)
    with engine.begin() as connection:
        metadata.create_all(connection)
        add_project(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def reading(writing: Engine, path: Path) -> Iterator[Engine]:
    """The engine that reads what the other one has written."""
    assert writing.url.database == str(path)
    engine = reading_engine(path, connections=2)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(writing: Engine) -> Iterator[Connection]:
    """One transaction that a test does all in."""
    with writing.begin() as connection:
        yield connection


@pytest.fixture
def office(writing: Engine) -> Iterator[Office]:
    """A writer that a test fills before it starts."""
    office = Office(writing)
    yield office
    office.close()
