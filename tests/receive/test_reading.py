"""Contracts are read once for all endpoints that have the same, and made ready beside the loop."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from letterbox.contracts.compile import Contract, compiled, digest_of
from letterbox.contracts.intake import intake
from letterbox.contracts.room import Room
from letterbox.errors import Unavailable
from letterbox.receive.reading import Preparing, Reading
from letterbox.representation import as_json
from letterbox.store.endpoints import Endpoint
from tests.receive.stage import Stage


@pytest.fixture(autouse=True)
def empty_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests have made ready does not take the room of these."""
    room = Room()
    for user in ("parts", "contract"):
        monkeypatch.setattr(f"letterbox.contracts.{user}.ROOM", room)


def text_of(**offered: Any) -> bytes:
    return as_json(intake(offered))


class Shelf:
    """Where contracts are kept; counts how often one is read."""

    def __init__(self, text: bytes) -> None:
        self._text, self.reads = text, 0

    def contract_of(self, _endpoint: Endpoint) -> Contract:
        self.reads += 1
        if not self._text:
            raise Unavailable
        return compiled(self._text)


def declared(path: str, digest: str | None) -> Endpoint:
    return Stage().declare(path, contract_version=1, contract_digest=digest)


def test_endpoints_with_the_same_contract_read_it_once() -> None:
    shelf, reading = Shelf(text := text_of(body={"const": "read once"})), Reading()

    async def read() -> list[Contract]:
        some = (declared(f"/{number}", digest_of(text)) for number in range(5))
        return await asyncio.gather(*(reading.contract(each, shelf) for each in some))

    found = asyncio.run(read())
    assert (len(set(map(id, found))), shelf.reads) == (1, 1)


def test_a_contract_that_somebody_holds_is_not_read() -> None:
    text = text_of(body={"const": "held already"})
    held, shelf = compiled(text), Shelf(text)
    found = asyncio.run(Reading().contract(declared("/", digest_of(text)), shelf))
    assert (found is held, shelf.reads) == (True, 0)


def test_an_endpoint_without_a_digest_reads_its_own() -> None:
    shelf = Shelf(text_of(body={"const": "its own"}))
    found = asyncio.run(Reading().contract(declared("/", None), shelf))
    assert (found.digest, shelf.reads) == (compiled(found.text).digest, 1)


def test_a_contract_that_cannot_be_read_is_read_again_for_the_next() -> None:
    shelf, reading, endpoint = Shelf(b""), Reading(), declared("/", "0" * 64)

    async def read() -> None:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await reading.contract(endpoint, shelf)

    asyncio.run(read())
    assert shelf.reads == 2


def test_a_large_contract_is_made_ready_beside_the_loop() -> None:
    contract, preparing = compiled(text_of(body={"enum": ["p" * 9_000]})), Preparing()

    async def prepare() -> None:
        preparing.begin(contract, None)
        assert preparing._under_way is not None
        await preparing._under_way

    before = contract.lacks(None)
    asyncio.run(prepare())
    assert (before, contract.lacks(None)) == (True, False)


def test_only_one_is_made_ready_at_a_time() -> None:
    contracts = [compiled(text_of(body={"enum": [name * 9_000]})) for name in "qr"]
    preparing = Preparing()

    async def prepare() -> None:
        for contract in contracts:
            preparing.begin(contract, None)
        assert preparing._under_way is not None
        await preparing._under_way

    asyncio.run(prepare())
    assert [contract.lacks(None) for contract in contracts] == [False, True]


def test_what_is_ready_is_left_alone() -> None:
    contract, preparing = compiled(text_of(body={"enum": ["s" * 9_000]})), Preparing()
    contract.prepare_here()

    async def prepare() -> None:
        preparing.begin(contract, None)

    asyncio.run(prepare())
    assert preparing._under_way is None
