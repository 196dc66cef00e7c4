"""The stream of the tail, however it is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from letterbox.client.events import Event, Position, messages_of

NUMBERS = st.integers(0, 10**17).map(str)
DATA = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"))
MESSAGES = st.lists(
    st.one_of(st.builds(Position, NUMBERS), st.builds(Event, NUMBERS, st.sampled_from(["request", "delivery"]), DATA)),
    max_size=6,
)


def written(message: Event | Position, ending: str) -> bytes:
    if isinstance(message, Position):
        return f": at {message.position}{ending}{ending}".encode()
    lines = (f"id: {message.position}", f"event: {message.name}", f"data: {message.data}", "", "")
    return ending.join(lines).encode()


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    bounds = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[begin:end] for begin, end in pairwise(bounds)]


@given(MESSAGES, st.sampled_from(["\n", "\r\n"]), st.lists(st.integers(0, 10**4), max_size=12))
@example([Event("1", "request", "{}")], "\r\n", [*range(60)])
def test_every_message_is_read_wherever_the_stream_is_cut(
    messages: list[Event | Position], ending: str, places: list[int]
) -> None:
    stream = b"".join(written(message, ending) for message in messages)
    assert list(messages_of(cut(stream, places))) == messages


@given(MESSAGES, st.integers(0, 10**4))
def test_a_stream_that_breaks_off_says_nothing_that_was_not_said(messages: list[Event | Position], length: int) -> None:
    stream = b"".join(written(message, "\n") for message in messages)
    heard = list(messages_of([stream[: length % (len(stream) + 1)]]))
    assert heard == messages[: len(heard)]


def test_what_is_neither_an_event_nor_a_position_is_passed_over() -> None:
    stream = b": hello\n\nretry: 100\n\ndata: no id\n\n: at x\n\nid: 7\nevent: request\ndata: {}\n\n"
    assert list(messages_of([stream])) == [Event("7", "request", "{}")]
