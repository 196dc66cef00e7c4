"""Stored requests that are made by the million are what the service itself would have kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

import app as building
from bench import contenders, filling
from bench.doors import BODY, SENT, letters_to, shops
from letterbox.service import Service
from letterbox.store import usage
from letterbox.store.tables import journal
from tests.conftest import NewDatabase

COUNT = 1_000
MADE = {"id", "received_at"}
OF_THE_CONNECTION = {"headers", "remote_address", "is_masked"}  # this client also sends its key


@pytest.fixture(scope="module")
def filled(new_database: NewDatabase) -> Iterator[Service]:
    """A store of its own with two endpoints and a thousand requests."""
    with filling.opened(contenders.environment(new_database())) as service:
        filling.declare(service, shops(2))
        filling.fill(service, COUNT, filling.samples_of(service, letters_to(shops(2))))
        yield service


@pytest.fixture(scope="module")
def client(filled: Service) -> Iterator[httpx.Client]:
    with TestClient(building.create_app(service=filled), headers=contenders.ASKED) as client:
        yield client


def listed(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """Every request by the API, page after page."""
    wanted = {"limit": "100"}
    while True:
        page = client.get("/v1/requests", params=wanted).raise_for_status().json()
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        wanted["cursor"] = page["next_cursor"]


def test_all_of_them_are_listed_in_the_order_of_time(client: httpx.Client) -> None:
    found = [*listed(client)]
    assert len({item["id"] for item in found}) == COUNT
    times = [item["received_at"] for item in found]
    assert times == sorted(times, reverse=True)


def test_one_of_them_looks_like_one_that_was_sent(client: httpx.Client) -> None:
    found = next(listed(client))
    client.post(f"/in/default{found['path']}", content=BODY, headers=SENT).raise_for_status()
    sent = next(listed(client))
    assert sent["id"] > found["id"]
    assert {name: sent[name] for name in sent.keys() - MADE - OF_THE_CONNECTION} == {
        name: found[name] for name in found.keys() - MADE - OF_THE_CONNECTION
    }
    assert client.get(f"/v1/requests/{found['id']}/body").content == BODY


def test_they_are_counted_and_noted_as_if_they_had_come_in(filled: Service) -> None:
    with filled.reading() as connection:
        assert sum(usage.of_projects(connection).values()) >= COUNT * len(BODY)
        assert len(connection.execute(journal.select().where(journal.c.kind == "accepted")).all()) >= COUNT


def test_rows_come_in_the_order_of_their_ids(filled: Service) -> None:
    samples = filling.samples_of(filled, letters_to(shops(2)))
    ids = [row.id for row in filling.rows_of(100, samples)]
    assert ids == sorted(set(ids))
    assert len(ids) == 100
