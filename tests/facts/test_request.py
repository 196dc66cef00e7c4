"""Facts show names and values as texts, and take apart what somebody asks for."""

from __future__ import annotations

import gzip
import pickle

import pytest

from letterbox.facts.parsed import Unparsable
from letterbox.facts.request import Facts


def facts(*headers: tuple[bytes, bytes], query: str = "", body: bytes | None = None) -> Facts:
    return Facts(
        id="req_1",
        method="POST",
        path="/a",
        path_parameters={"name": "value"},
        raw_query=query,
        raw_headers=list(headers),
        raw_body=body,
        received_at=1,
    )


def test_repeated_headers_are_joined() -> None:
    assert facts((b"a", b"1"), (b"b", b"\xe9"), (b"a", b"2")).headers == {"a": "1, 2", "b": "é"}


def test_the_first_value_of_a_parameter_counts() -> None:
    assert facts(query="a=1&a=2&b=%C3%A9&c=&d").query == {"a": "1", "b": "é", "c": "", "d": ""}


def test_a_content_type_that_is_repeated_alike_counts() -> None:
    assert (
        facts((b"content-type", b"Text/Plain; a=b"), (b"content-type", b"Text/Plain; a=b")).media_type == "text/plain"
    )


def test_two_content_types_that_differ_are_none() -> None:
    assert facts((b"content-type", b"text/plain"), (b"content-type", b"application/json")).media_type is None


def test_codings_of_two_headers_count_both() -> None:
    both = facts(
        (b"content-encoding", b"gzip"), (b"content-encoding", b"gzip"), (b"content-type", b"text/plain"), body=b"x"
    )
    with pytest.raises(Unparsable):
        both.parsed()


def test_a_compressed_body_is_read_as_what_it_inflates_to() -> None:
    headers = (b"content-type", b"application/json"), (b"content-encoding", b"gzip")
    assert facts(*headers, body=gzip.compress(b"[1]")).body == [1]


def test_of_a_body_that_is_not_read_no_coding_matters() -> None:
    headers = (b"content-type", b"image/png"), (b"content-encoding", b"br")
    assert facts(*headers, body=b"x").parsed().value is None


def test_a_body_that_cannot_be_parsed_is_none() -> None:
    assert facts((b"content-type", b"application/json"), body=b"{").body is None


def test_why_it_cannot_be_parsed_is_told_every_time() -> None:
    broken = facts((b"content-type", b"application/json"), body=b"{")
    for _ in range(2):
        with pytest.raises(Unparsable):
            broken.parsed()


def test_no_body_is_none() -> None:
    assert facts((b"content-type", b"application/json")).body is None


def test_facts_come_out_of_a_pickle_as_they_went_in() -> None:
    given = facts((b"content-type", b"application/json"), query="a=1", body=b'{"a":1}')
    given.event_type = "push"
    taken_out = pickle.loads(pickle.dumps(given))  # noqa: S301
    seen = (taken_out.body, taken_out.query, taken_out.headers, taken_out.event_type, taken_out.path_parameters)
    assert seen == ({"a": 1}, {"a": "1"}, {"content-type": "application/json"}, "push", {"name": "value"})


def test_what_was_parsed_is_not_pickled() -> None:
    given = facts((b"content-type", b"text/plain"), body=b"x" * 1000)
    before = pickle.dumps(given)
    assert given.body
    assert pickle.dumps(given) == before
