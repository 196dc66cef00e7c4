"""An open store for each test, as a process has it; `another` is one of a second process, where the store is shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from letterbox.config import Settings
from letterbox.store.store import Store
from tests.conftest import NewDatabase
from tests.store.rows import add_project


@pytest.fixture
def open_store(new_store: NewDatabase) -> Iterator[Callable[[], Store]]:
    """Opens one database again and again."""
    settings, opened = Settings(database_url=new_store()), list[Store]()

    def open_one() -> Store:
        opened.append(Store(settings, lambda _: None))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    opened = open_store()
    opened.writer.run(lambda unit: add_project(unit.connection))
    return opened
