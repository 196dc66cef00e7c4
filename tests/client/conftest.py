"""A service of the client's own, and a terminal to call it from: the default project is empty before each test."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from letterbox.client import backoff
from tests.client.nearby import Nearby, nearby
from tests.client.terminal import Terminal
from tests.conftest import SECRET_KEY, NewDatabase
from tests.faults.server import Server, served


@pytest.fixture(scope="session")
def called(tmp_path_factory: pytest.TempPathFactory, new_store: NewDatabase) -> Iterator[Server]:
    """A real server, whose default project is these tests' alone."""
    given = {"secret_key": base64.b64encode(SECRET_KEY).decode(), "deliver": "off"}
    with served(tmp_path_factory.mktemp("called"), database_url=new_store(), **given) as server:
        yield server


@pytest.fixture
def terminal(called: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.chdir(tmp_path)
    with called.client() as client:
        terminal = Terminal(called.url, called.admin_key, tmp_path, client)
        terminal.clear()
        yield terminal


@pytest.fixture
def local() -> Iterator[Nearby]:
    """A program nearby that takes everything."""
    with nearby() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a command try again soon."""
    monkeypatch.setattr(backoff, "FIRST", 0.01)
