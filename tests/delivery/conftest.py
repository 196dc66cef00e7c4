"""A delivery plane that runs, and a receiver, for each test that asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from letterbox.config import Settings
from tests.conftest import NewDatabase
from tests.delivery.planes import Plane
from tests.delivery.receivers import Receiver, receiving


@pytest.fixture
def settings(new_database: NewDatabase) -> Settings:
    return Settings(database_url=new_database())


@pytest.fixture
def plane(settings: Settings) -> Iterator[Plane]:
    plane = Plane(settings)
    try:
        plane.furnish()
        plane.start()
        yield plane
    finally:
        plane.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
