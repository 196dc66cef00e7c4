"""Back pressure: what is too much at once is sent away with a time to come back, and costs nobody else their place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.receive.lanes import LEFT, Arrival, Lane
from tests.receive.stage import held_by

ROOM = 1000
PATIENCE_SECONDS = 10
INBOX = b"/in/default/inbox"


@pytest.fixture(scope="module", params=["express", "bound"])
def lane(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    """A service with room for few bytes."""
    folder = tmp_path_factory.mktemp(request.param)
    with Lane(folder, express=request.param == "express", in_flight_bytes=ROOM) as lane:
        yield lane


def sending(*pieces: Any, path: bytes = INBOX) -> Arrival:
    return Arrival("POST", path, headers=[(b"transfer-encoding", b"chunked")], pieces=pieces)


def test_a_body_larger_than_the_room_is_sent_away_with_a_time_to_come_back(lane: Lane) -> None:
    outcome = lane.send(sending(b"x" * ROOM, b"x"))
    assert (outcome.status, outcome.header(b"retry-after"), outcome.rows) == (503, b"1", [])
    assert outcome.header(b"content-type") == b"application/problem+json"
    assert b"/problems/unavailable" in outcome.body
    assert lane.held == 0


def test_a_body_that_just_fits_is_taken(lane: Lane) -> None:
    outcome = lane.send(sending(b"x" * ROOM))
    assert (outcome.status, [row["body_bytes"] for row in outcome.rows]) == (202, [ROOM])
    assert lane.held == 0


@pytest.mark.parametrize(
    "arrival",
    [
        sending(b"x" * 600, b"x" * 600),
        sending(b"x" * 600, b"x" * 600, path=b"/in/default/nowhere"),
        sending(b"x" * 600, LEFT),
        sending(b"x" * 600, b"x" * 600, LEFT),
        sending(LEFT),
    ],
    ids=["too much", "too much for nobody", "left", "left after too much", "left at once"],
)
def test_whoever_was_sent_away_or_left_takes_no_room_from_the_next(lane: Lane, arrival: Arrival) -> None:
    for _ in range(3):
        lane.send(arrival)
        assert lane.held == 0
    assert lane.send(sending(b"x" * ROOM)).status == 202


def test_the_room_is_shared_by_all_who_are_on_their_way_in(lane: Lane) -> None:
    statuses, held = in_turn(lane, 400, 400, 400)
    assert (statuses, held) == ([202, 202, 503], 800)
    assert lane.held == 0
    assert lane.send(sending(b"x" * ROOM)).status == 202


def in_turn(lane: Lane, *sizes: int) -> tuple[list[int], int]:
    """Begin all bodies in turn, and end them only then; the statuses, and what was held in between."""
    portal = lane.portal
    held: list[int] = []

    async def act() -> list[int]:
        begun, ends = [asyncio.Event() for _ in sizes], asyncio.Event()
        sending = []
        for size, first_is_in in zip(sizes, begun, strict=True):
            sending.append(asyncio.ensure_future(status_of(lane, size, first_is_in, ends)))
            await first_is_in.wait()
        held.append(held_by(lane.service.receiver))
        ends.set()
        return await asyncio.wait_for(asyncio.gather(*sending), PATIENCE_SECONDS)

    return portal.call(act), held[0]


async def status_of(lane: Lane, size: int, first_is_in: asyncio.Event, ends: asyncio.Event) -> int:
    pieces, statuses = [b"x" * size, b""], []

    async def receive() -> dict[str, Any]:
        if len(pieces) == 1:  # whoever asks for the second piece has taken the first one
            first_is_in.set()
            await ends.wait()
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        first_is_in.set()  # or has sent it away
        statuses.append(message.get("status"))

    await lane.app(sending().scope, receive, send)
    status: int = statuses[0]
    return status
