"""What is sent to each kind of endpoint that is measured is what it accepts, and nothing of it is left unjudged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

import app as building
from bench import contenders, doors, filling
from bench.doors import Door, letters_to
from bench.receiving import DOORS
from bench.sending import Letter
from tests.conftest import NewDatabase

PATHS = {name: f"/door-{number}" for number, name in enumerate(DOORS)}


@pytest.fixture(scope="module")
def client(new_database: NewDatabase) -> Iterator[httpx.Client]:
    with filling.opened(contenders.environment(new_database())) as service:
        filling.declare(service, {PATHS[name]: door for name, door in DOORS.items()})
        with TestClient(building.create_app(service=service), headers=contenders.ASKED) as client:
            yield client


def kept(client: httpx.Client, letter: Letter) -> dict[str, Any]:
    """The newest request at the letter's path, after the letter was sent."""
    client.post(letter.path, content=letter.body, headers=letter.headers).raise_for_status()
    path = letter.path.removeprefix("/in/default")
    found: dict[str, Any] = client.get("/v1/requests", params={"path": path, "limit": 1}).json()["items"][0]
    return found


@pytest.mark.parametrize("name", DOORS)
def test_what_is_sent_to_a_door_is_accepted(client: httpx.Client, name: str) -> None:
    letter = letters_to({PATHS[name]: DOORS[name]})[0]
    found = kept(client, letter)
    assert (found["verdict"], found["contract_version"]) == ("accepted", 1 if DOORS[name].contract else None)


@pytest.mark.parametrize("door", [doors.VERIFIED, doors.BOTH, doors.GITHUB])
def test_a_door_with_a_signature_takes_nothing_unsigned(client: httpx.Client, door: Door) -> None:
    path = PATHS[next(name for name in DOORS if DOORS[name] is door)]
    letter = letters_to({path: door})[0]
    assert client.post(letter.path, content=letter.body + b" ", headers=letter.headers).status_code == 401


def test_a_door_with_a_contract_takes_nothing_that_breaks_it(client: httpx.Client) -> None:
    path = PATHS["contract (7 keywords), enforced"]
    sent = {"type": "invoice.paid", "data": {"amount": -1}}
    assert client.post(f"/in/default{path}", json=sent).status_code == 422


def test_githubs_payloads_are_many_of_the_size_that_is_said() -> None:
    sizes = [len(letter.body) for letter in doors.GITHUB.letters("/github")]
    assert len(sizes) > 30
    assert 9_000 < sum(sizes) / len(sizes) < 11_000


def test_every_endpoint_in_turn_is_sent_the_next_of_its_letters() -> None:
    three = Door(sent=lambda: [({}, b"1"), ({}, b"2"), ({}, b"3")])
    sent = [(letter.path, letter.body) for letter in letters_to({"/a": Door(sent=lambda: [({}, b"0")]), "/b": three})]
    a, b = "/in/default/a", "/in/default/b"
    assert sent == [(a, b"0"), (b, b"1"), (a, b"0"), (b, b"2"), (a, b"0"), (b, b"3")]
