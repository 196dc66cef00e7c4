"""The operations below /v1, taken from the specification, so that a new one is covered by every rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import app
from letterbox.binding.operations import Operation, distinct
from letterbox.service import Service
from tests.api.calls import World
from tests.api.offering import Contracts
from tests.api.sending import Sending
from tests.conftest import Tenant

DOCUMENT = app.document()
BELOW_V1 = [operation for operation in distinct(DOCUMENT) if operation.path.startswith("/v1/")]
MANAGING = [operation for operation in BELOW_V1 if operation.details.get("security") != []]


def declared(operation: Operation) -> dict[str, Any]:
    item = DOCUMENT["paths"][operation.path]
    found: dict[str, Any] = item[operation.method.lower()]
    return found


def names(operations: list[Operation]) -> list[str]:
    return [operation.id for operation in operations]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `operation`, `creating`, `changing` or `reading` each operation of that kind."""
    kinds: dict[str, Callable[[Operation], bool]] = {
        "operation": lambda _: True,
        "posting": lambda one: one.method.upper() == "POST",
        "changing": lambda one: one.method.upper() in ("PUT", "PATCH", "DELETE"),
        "reading": lambda one: one.method.upper() == "GET" and not one.details.get("x-stream"),
        "listing": lambda one: one.verb == "search",
        "with_id": lambda one: "{" in one.path,
    }
    for kind in kinds.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(kind, names([one for one in MANAGING if kinds[kind](one)]))


@pytest.fixture
def world(tenant: Tenant, client: httpx.Client) -> World:
    return World(tenant, client)


@pytest.fixture
def contracts(tenant: Tenant) -> Contracts:
    return Contracts(tenant)


@pytest.fixture
def sending(tenant: Tenant, house: Service) -> Sending:
    """A project with an endpoint at /in and the destination `app`, which nothing is sent to."""
    sending = Sending(tenant, house)
    tenant.declare("/in", name="in")
    sending.destination()
    return sending
