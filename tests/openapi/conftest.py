"""The bundle, read once for all of these tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from letterbox.binding.bundle import bundle
from letterbox.binding.operations import Operation, distinct

ROOT = Path(__file__).parents[2] / "openapi"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    return bundle(ROOT)


@pytest.fixture(scope="session")
def operations(document: dict[str, Any]) -> list[Operation]:
    return distinct(document)


@pytest.fixture(scope="session")
def managing(operations: list[Operation]) -> list[Operation]:
    """The operations below /v1 that a key opens."""
    secured = [operation for operation in operations if operation.details.get("security") != []]
    return [operation for operation in secured if operation.path.startswith("/v1/")]
