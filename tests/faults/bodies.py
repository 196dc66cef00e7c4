"""Faults 10 and 11 in the large: bodies over the cap must not fill the memory, and many random ones come back whole."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from tests.faults import check
from tests.faults.letters import Journal
from tests.faults.load import Connection
from tests.faults.outcome import Outcome
from tests.faults.server import ADMIN_KEY, Server
from tests.faults.stores import started
from tests.faults.wire import Wire, chunks, post, whole

CAP = 8 * 2**20
SPACE, TITLE = "bodies over the cap", "random bodies"
CONNECTIONS = 16


def refuse_large_ones(store: str) -> Outcome:
    """Send three times the cap, declared and in chunks, and see by how much the service's memory grew at most."""
    if not Path("/proc/self/clear_refs").exists():
        return Outcome.not_run("needs Linux's /proc")
    with started(store) as (server, _):
        wire = Wire(server.url, ADMIN_KEY)
        wire.management.put("/v1/endpoints/cap", json={"path": "/cap", "max_body_bytes": CAP}).raise_for_status()
        sends = {
            "declared": lambda: wire.say(whole(b"/in/default/cap", bytes(3 * CAP))).status,
            "chunked": lambda: wire.say(chunked_head(), *chunks(bytes(3 * CAP), 65_536)).status,
        }
        grown = {name: growth(server, send) for name, send in sends.items()}
    shown = {name: f"{bytes_ / CAP:.2f}cap" for name, bytes_ in grown.items()}
    return Outcome(shown, [f"{name} grew by more than 2 × cap" for name, size in grown.items() if size > 2 * CAP])


def chunked_head() -> bytes:
    return post(b"/in/default/cap", b"Transfer-Encoding: chunked")


def growth(server: Server, send: Callable[[], int]) -> int:
    """Bytes by which the process grew at its peak while this was sent; it must be refused with 413."""
    assert server.process is not None
    process = Path(f"/proc/{server.process.pid}")
    process.joinpath("clear_refs").write_text("5")  # forgets the peak so far
    before = memory(process, "VmRSS")
    status = send()
    if status != 413:
        raise AssertionError(f"a body over the cap was answered {status}")
    return memory(process, "VmHWM") - before


def memory(process: Path, name: str) -> int:
    """A figure of the process's memory, in bytes."""
    lines = process.joinpath("status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


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
