"""What is sent is written once, for both load generators."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.sending import TURN, Letter, packed, unpacked

BODIES = st.lists(st.binary(max_size=50))


@given(BODIES)
def test_packed_requests_are_unpacked_one_by_one(bodies: list[bytes]) -> None:
    letters = [Letter("/", {}, body) for body in bodies]
    assert unpacked(packed(letters, "here")) == [letter.as_bytes("here") for letter in letters]


def test_a_letter_is_a_whole_request() -> None:
    letter = Letter("/in/default/inbox", {"content-type": "text/plain"}, b"hello")
    assert letter.as_bytes("here:1") == (
        b"POST /in/default/inbox HTTP/1.1\r\nhost: here:1\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello"
    )


def test_a_letter_without_a_body_has_no_length() -> None:
    assert Letter("/", {}, method="GET").as_bytes("here") == b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"


def test_the_number_of_a_turn_is_as_long_as_what_stands_for_it() -> None:
    assert len(TURN) == len(b"%016d" % 10**15)
