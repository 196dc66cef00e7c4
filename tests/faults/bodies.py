"""Faults 10 and 11 in the large: bodies over the cap must not fill the memory, and many random ones come back whole."""

import asyncio
import random
from collections.abc import Iterator
from typing import NamedTuple

from tests.faults import check, memory
from tests.faults.letters import Journal
from tests.faults.load import Connection
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY, Server
from tests.faults.stores import started
from tests.faults.wire import Wire, chunks, post, whole

CAP = 8 * 2**20
SPACE, TITLE = "bodies at the cap", "random bodies"
CONNECTIONS = 16
CHUNK_BYTES = 65_536
PATH = b"/in/default/cap"
SIZES = {"0": 0, "cap": CAP, "cap+1": CAP + 1, "3cap": 3 * CAP}


class Sent(NamedTuple):
    """A body that was sent, and what came of it."""

    name: str
    status: int
    is_right: bool
    grown: int  # bytes


def send_large_ones(store: str) -> Outcome:
    """Send bodies up to the cap and beyond, declared and in chunks, and see how much the service's memory grew."""
    if not memory.is_measurable():
        return Outcome.not_run(memory.WHY_NOT)
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        wire.management.put("/v1/endpoints/cap", json={"path": "/cap", "max_body_bytes": CAP}).raise_for_status()
        sent = [send(server, wire, name, size, framing) for name, size in SIZES.items() for framing in FRAMINGS]
    wrong = [f"{one.name} was answered {one.status} or is altered" for one in sent if not one.is_right]
    refused = [one for one in sent if one.status == 413]
    wrong += [f"{one.name} grew by more than 2 × cap" for one in refused if one.grown > 2 * CAP]
    grown = {
        name: f"{max(one.grown for one in these) / CAP:.2f}cap"
        for name, these in (("kept", sent), ("refused", refused))
    }
    return Outcome({"sent": len(sent), **{f"max_grown_{name}": size for name, size in grown.items()}}, wrong)


def send(server: Server, wire: Wire, name: str, size: int, framing: str) -> Sent:
    body, answers = random.Random(size).randbytes(size), []
    grown = memory.growth(server, lambda: answers.append(wire.say(*FRAMINGS[framing](body))))
    (answer,) = answers
    is_right = (
        wire.body(answer) == body if size <= CAP and answer.status == 202 else answer.status == 413 and size > CAP
    )
    return Sent(f"{name}_{framing}", answer.status, is_right, grown)


def declared(body: bytes) -> Iterator[bytes]:
    yield whole(PATH, body)


def chunked(body: bytes) -> Iterator[bytes]:
    yield post(PATH, b"Transfer-Encoding: chunked")
    yield from chunks(body, CHUNK_BYTES)


FRAMINGS = {"declared": declared, "chunked": chunked}


def keep_random_ones(store: str, count: int, seed: int) -> Outcome:
    """Send so many random bodies as fast as they are taken, and compare each byte of them."""
    with started(store) as (server, place):
        journal = asyncio.run(send_all(server.port, count, seed))
        with server.client() as client:
            comparison = check.compare(journal, client)
        server.stop()
        comparison.altered += check.altered_rows(journal, place.bodies())
    acknowledged = len(journal.acknowledged())
    missing = [] if acknowledged == count else [f"{count - acknowledged} were not acknowledged"]
    return Outcome({"sent": count, "acknowledged": acknowledged}, comparison.wrong() + missing)


async def send_all(port: int, count: int, seed: int) -> Journal:
    journal, draw = Journal(), random.Random(seed)

    async def call() -> None:
        connection = await Connection.open(port)
        while len(journal.letters) < count:
            await connection.exchange(journal.write(draw))
        connection.close()

    async with asyncio.TaskGroup() as callers:
        for _ in range(CONNECTIONS):
            callers.create_task(call())
    return journal
