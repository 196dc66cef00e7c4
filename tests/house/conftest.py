"""What the tests of the house share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.command import Command


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    return Command(tmp_path, monkeypatch)
