"""What is put into a store before a server opens it: declared endpoints, and stored requests by the million.

Both go through the service's own use cases and queries, so that they are what the service itself would have written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice

from bench.doors import Door
from bench.sending import Letter
from letterbox import endpoints
from letterbox.config import Settings
from letterbox.contracts import versions
from letterbox.ids import first_id_at, new_id, now
from letterbox.judge.judge import Judge
from letterbox.receive.arrival import arrival_of
from letterbox.receive.directory import Directory
from letterbox.receive.record import row_of
from letterbox.receive.trail import Trail
from letterbox.receive.weighing import Weighing
from letterbox.sealing import Seal
from letterbox.service import Service, Unit
from letterbox.store import projects, requests
from letterbox.store.requests import Row

ROWS_AT_ONCE = 10_000
ENDPOINTS_AT_ONCE = 500
ROWS_IN_A_MOMENT = 16
DAYS = 30  # over which the stored requests have come in
MILLISECONDS_PER_DAY = 86_400_000
TIME_CHARACTERS = 14  # of an id: its prefix and the time; what follows is chance
AT = Row._fields.index("received_at")


@contextmanager
def opened(environment: Mapping[str, str]) -> Iterator[Service]:
    """The service of a store, before any server has it."""
    service = Service(Settings.read(environment))
    service.open()
    try:
        yield service
    finally:
        service.close()


def declare(service: Service, doors: Mapping[str, Door]) -> None:
    """Declare an endpoint in the project `default` for each path such as /shop-1, named like it."""
    waiting = iter(doors.items())
    while some := list(islice(waiting, ENDPOINTS_AT_ONCE)):
        service.run(partial(_declare, some=some, seal=service.seal))


def _declare(unit: Unit, some: list[tuple[str, Door]], seal: Seal) -> None:
    project = projects.find(unit.connection, "default")
    if project is None:
        raise LookupError("The store has no project `default`.")
    for path, door in some:
        new = {**door.declared, "name": path.removeprefix("/"), "path": path}
        endpoint = endpoints.create(unit, project, new, seal)
        if door.contract is not None:
            versions.create(unit, endpoint, door.contract(), "bench", active=True)


def fill(service: Service, count: int, samples: list[Row]) -> None:
    """Store so many accepted requests that came in evenly over the last days; samples are what they look like."""
    rows = rows_of(count, samples)
    with ThreadPoolExecutor(1) as clerk:  # the next rows are made while these are written
        written = clerk.submit(_keep, service, [])
        while some := list(islice(rows, ROWS_AT_ONCE)):
            written.result()
            written = clerk.submit(_keep, service, some)
        written.result()


def _keep(service: Service, rows: list[Row]) -> None:
    service.run(lambda unit: requests.keep(unit.connection, rows))


def rows_of(count: int, samples: list[Row]) -> Iterator[Row]:
    """Rows in the order of time and id, some in each of many moments, the last ones a minute ago."""
    tails = sorted(new_id("req")[TIME_CHARACTERS:] for _ in range(ROWS_IN_A_MOMENT))
    end = now() - 60_000
    for first in range(0, count, ROWS_IN_A_MOMENT):
        at = end - DAYS * MILLISECONDS_PER_DAY * (count - first) // count
        moment = first_id_at("req", at)[:TIME_CHARACTERS]
        for number, tail in enumerate(tails[: count - first], start=first):
            sample = samples[number % len(samples)]
            yield Row._make((moment + tail, *sample[1:AT], at, *sample[AT + 1 :]))


def samples_of(service: Service, letters: Sequence[Letter]) -> list[Row]:
    """A row for each of these letters, as the receive plane makes it."""
    return asyncio.run(_weighed(service.directory, letters))


async def _weighed(directory: Directory, letters: Sequence[Letter]) -> list[Row]:
    weighing = Weighing(judge := Judge())
    try:
        return [await _sample(directory, weighing, letter) for letter in letters]
    finally:
        await judge.close()


async def _sample(directory: Directory, weighing: Weighing, letter: Letter) -> Row:
    sent = [(name.encode(), value.encode()) for name, value in letter.headers.items()]
    arrival = arrival_of(letter.method, letter.path.encode(), b"", sent, "127.0.0.1")
    arrival.body, arrival.body_bytes = letter.body, len(letter.body)
    tenant = directory.tenant(arrival.project)
    listener = tenant.routes.find(arrival.path, arrival.method).taker if tenant else None
    if tenant is None or listener is None:
        raise LookupError(f"Nobody listens at {letter.path}.")
    identity, trail = (new_id("req"), now()), Trail()
    trail.add("match")
    finding = await weighing.weigh(listener, arrival, identity, trail)
    reply = await weighing.reply(listener, finding, identity[0])
    return row_of(identity, tenant.project.id, listener.endpoint.id, arrival, finding, reply.status, None)
