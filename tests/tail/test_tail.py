"""The tail on a real store: who follows is told of everything, once, in its order, however often they come again."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from sqlalchemy import func, select

from letterbox.store import deliveries
from letterbox.store.deliveries import Delivery
from letterbox.store.store import Store
from letterbox.store.tables import journal
from letterbox.store.writer import Unit
from letterbox.tail.follower import Follower
from letterbox.tail.tail import Tail
from tests.store.rows import PROJECT, a_row
from tests.store.sent import a_delivery

RECONNECTS = 20
PATIENCE_SECONDS = 60
EVENT = re.compile(rb'id: (\d+)\nevent: (?:request|delivery)\ndata: {"id":"(\w+)"')


@asynccontextmanager
async def following(store: Store) -> AsyncIterator[Tail]:
    tail = Tail(store)
    tail.start()
    try:
        yield tail
    finally:
        await asyncio.to_thread(tail.stop)


async def opened(tail: Tail, **more: str | int | None) -> Follower:
    return await asyncio.to_thread(lambda: tail.open(PROJECT, **more))  # type: ignore[arg-type]


async def read(follower: Follower, count: int) -> list[tuple[int, str]]:
    """At least so many events, each by its sequence and what it is of; fewer only if the follower ends."""
    told: list[tuple[int, str]] = []
    pieces = follower.pieces()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(told) < count and (piece := await anext(pieces, None)) is not None:
            told += [(int(sequence), name.decode()) for sequence, name in EVENT.findall(piece)]
    await pieces.aclose()  # type: ignore[attr-defined]
    return told


async def flood(stores: list[Store], tail: Tail, count: int) -> None:
    """Keep requests and settle deliveries, so many of both, in commits of all sizes, by all of the stores at once."""
    draw, first = random.Random(1), a_row()
    await stores[0].writer.keep(first)
    waiting = set[asyncio.Future[object]]()
    for number in range(1, count):
        writer = stores[number % len(stores)].writer
        if draw.random() < 0.3:
            waiting.add(asyncio.wrap_future(writer.submit(partial(settle, a_delivery(request_id=first.id)))))
        else:
            waiting.add(asyncio.ensure_future(writer.keep(a_row())))
        if draw.random() < 0.2:
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            tail.wake()
    await asyncio.wait(waiting)
    tail.wake()


def settle(one: Delivery, unit: Unit) -> None:
    deliveries.add(unit.connection, [one])
    deliveries.note(unit.connection, [one], 1)


def in_order(store: Store) -> list[str]:
    """What something happened to, in the order of the journal."""
    query = select(func.coalesce(journal.c.delivery, journal.c.request)).order_by(journal.c.sequence)
    with store.reading() as connection:
        return list(connection.execute(query).scalars())


async def follow_again_and_again(tail: Tail, count: int, seed: int) -> list[tuple[int, str]]:
    """Everything that one is told who leaves and comes again, with the id of the last event that was read."""
    draw, told = random.Random(seed), list[tuple[int, str]]()
    last: str | None = "0"
    for turn in range(RECONNECTS + 1):
        wanted = count - len(told) if turn == RECONNECTS else draw.randrange(2 * count // RECONNECTS)
        some = await read(await opened(tail, last_event_id=last), min(wanted, count - len(told)))
        told += some
        last = str(told[-1][0]) if told else "0"
    return told


@pytest.mark.parametrize("writers", [1, 2])
def test_nothing_is_left_out_and_nothing_comes_twice_over_twenty_reconnects_under_load(
    store: Store, open_store: Callable[[], Store], is_sqlite: bool, writers: int
) -> None:
    """Also of what another process commits, where several share a store."""
    if is_sqlite and writers > 1:
        pytest.skip("only one process has an SQLite store")
    count = 2_000
    stores = [store, *(open_store() for _ in range(writers - 1))]

    async def run() -> list[list[tuple[int, str]]]:
        async with following(store) as tail:
            told = [asyncio.ensure_future(follow_again_and_again(tail, count, seed)) for seed in range(3)]
            live = asyncio.ensure_future(read(await opened(tail), count))
            await flood(stores, tail, count)
            return await asyncio.gather(live, *told)

    expected = None
    for told in asyncio.run(run()):
        expected = expected or in_order(store)
        assert [name for _, name in told] == expected
        assert [sequence for sequence, _ in told] == sorted({sequence for sequence, _ in told})


def test_one_who_begins_at_now_is_told_of_everything_that_is_sent_after_that(store: Store) -> None:
    async def run() -> tuple[list[tuple[int, str]], str]:
        async with following(store) as tail:
            await store.writer.keep(a_row())
            follower, later = await opened(tail), a_row()
            await store.writer.keep(later)
            return await read(follower, 1), later.id

    told, later = asyncio.run(run())
    assert [name for _, name in told] == [later]


def test_a_follower_ends_after_its_limit(store: Store) -> None:
    async def run() -> list[tuple[int, str]]:
        async with following(store) as tail:
            follower = await opened(tail, limit=7, last_event_id="0")
            await flood([store], tail, 5)
            live = asyncio.ensure_future(read(follower, 100))
            await flood([store], tail, 5)
            return await live

    assert [name for _, name in asyncio.run(run())] == in_order(store)[:7]


def test_those_who_want_something_else_are_told_of_that_alone(store: Store) -> None:
    async def run() -> list[list[tuple[int, str]]]:
        async with following(store) as tail:
            refused, accepted = await opened(tail, verdict="refused"), await opened(tail, verdict="accepted")
            live = [asyncio.ensure_future(read(each, 1)) for each in (refused, accepted)]
            await store.writer.keep(a_row(verdict="refused"))
            await store.writer.keep(a_row(endpoint_id=None))
            tail.wake()
            return await asyncio.gather(*live)

    first, second = asyncio.run(run())
    assert [[name for _, name in told] for told in (first, second)] == [[name] for name in in_order(store)]


@pytest.mark.parametrize(("wanted", "which"), [("request", [0, 3]), ("delivery", [1, 2]), ("all", [0, 1, 2, 3])])
def test_those_who_want_requests_or_deliveries_alone_are_told_of_those_at_once_and_later(
    store: Store, wanted: str, which: list[int]
) -> None:
    async def run() -> list[list[tuple[int, str]]]:
        async with following(store) as tail:
            limit = len(which)
            live = await opened(tail, events=wanted, limit=limit)
            reading = asyncio.ensure_future(read(live, 100))
            await store.writer.keep(first := a_row())
            for _ in range(2):
                await asyncio.wrap_future(store.writer.submit(partial(settle, a_delivery(request_id=first.id))))
            await store.writer.keep(a_row())
            tail.wake()
            later = await opened(tail, events=wanted, last_event_id="0", limit=limit)
            return [await reading, await read(later, 100)]

    told = asyncio.run(run())
    expected = [in_order(store)[number] for number in which]
    assert [[name for _, name in each] for each in told] == [expected] * 2
