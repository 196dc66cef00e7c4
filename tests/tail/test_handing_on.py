"""Who is handed what happens: those who have missed nothing, and nobody anything twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from letterbox.store.store import Store
from letterbox.tail.batches import Batch, Chunk
from letterbox.tail.events import Event
from letterbox.tail.follower import Follower
from letterbox.tail.interests import Interest
from letterbox.tail.tail import Tail

OURS, THEIRS = Interest("prj_1"), Interest("prj_2")


def batch(after: int, until: int, *interests: Interest) -> Batch:
    events = [Event(sequence, b"%d " % sequence) for sequence in range(after + 1, until + 1)]
    return Batch(after, until, interests, {interest: Chunk(events) for interest in interests})


def handed(follower: Follower) -> bytes:
    return b"".join(follower._waiting)


def on_a_loop(store: Store, act: Callable[[Tail], None]) -> None:
    """Without its thread, so that a test says what is handed on, and when."""

    async def run() -> None:
        act(Tail(store))

    asyncio.run(run())


def test_one_who_has_missed_something_does_not_join_those_who_have_not(store: Store) -> None:
    def act(tail: Tail) -> None:
        first, late = Follower(tail, OURS, after=3), Follower(tail, OURS, after=3)
        assert tail.join(first)
        tail._deliver(batch(3, 5, OURS))
        assert not tail.join(late)
        tail._deliver(batch(5, 6, OURS))
        assert (handed(first), handed(late)) == (b"4 5 6 ", b"")

    on_a_loop(store, act)


def test_one_who_is_ahead_of_those_who_follow_is_handed_the_rest(store: Store) -> None:
    def act(tail: Tail) -> None:
        tail.join(Follower(tail, OURS, after=3))
        ahead = Follower(tail, OURS, after=4)
        assert tail.join(ahead)
        tail._deliver(batch(3, 6, OURS))
        assert handed(ahead) == b"5 6 "

    on_a_loop(store, act)


def test_one_who_joins_while_something_is_read_that_was_not_read_for_them_catches_up(store: Store) -> None:
    def act(tail: Tail) -> None:
        tail.join(Follower(tail, OURS, after=3))
        other = Follower(tail, THEIRS, after=3)
        tail.join(other)
        tail._deliver(batch(3, 5, OURS))
        assert other.position == 3
        assert not tail.join(other)

    on_a_loop(store, act)


def test_what_was_read_for_those_who_have_left_is_not_handed_to_others(store: Store) -> None:
    def act(tail: Tail) -> None:
        gone, later = Follower(tail, OURS, after=3), Follower(tail, OURS, after=4)
        tail.join(gone)
        tail.leave(gone)
        tail.join(later)
        tail._deliver(batch(3, 5, OURS))
        assert (handed(later), later.position) == (b"", 4)

    on_a_loop(store, act)
