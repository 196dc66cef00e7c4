"""A body is read by its Content-Type and its Content-Encoding."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbox.facts.bodies import media_type_of, parsed
from letterbox.facts.inflate import LEAST_BYTES, MOST_BYTES, decoded
from letterbox.facts.parsed import NOTHING, Unparsable

BODY = b'{"a":1}'


def reason(body: bytes, content_type: str | None = "application/json", coding: str | None = None) -> str:
    with pytest.raises(Unparsable) as refused:
        parsed(decoded(body, coding), content_type)
    return str(refused.value)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json;",
        "application/json; charset=utf-8",
        "\tapplication/json\t;x",
        " application/json ",
        "application/problem+json",
        "application/vnd.x.v1+JSON; v=1",
    ],
)
def test_json_is_read_in_every_spelling(content_type: str) -> None:
    assert parsed(BODY, content_type).value == {"a": 1}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        ";",
        "json",
        "application/",
        "/json",
        "application/json, text/plain",
        "application/ json",
        "image/png",
        "application/json\x0b",
    ],
)
def test_nothing_is_read_of_what_is_no_media_type_or_another(content_type: str | None) -> None:
    assert parsed(BODY, content_type) == NOTHING


def test_an_empty_body_is_nothing() -> None:
    assert parsed(b"", "application/json") == NOTHING


@pytest.mark.parametrize("content_type", ["text/plain", "text/csv; charset=UTF-8", 'text/xml;charset="us-ascii"'])
def test_a_text_is_itself(content_type: str) -> None:
    assert parsed("é".encode(), content_type).value == "é"


def test_a_text_that_is_not_utf_8_is_refused() -> None:
    assert reason(b"\xe9", "text/plain") == "The text is not UTF-8."


def test_a_text_that_says_it_is_not_utf_8_is_left_alone() -> None:
    assert parsed(b"\xe9", "text/plain; charset=iso-8859-1") == NOTHING


@given(st.text())
def test_a_media_type_is_in_lower_case_and_has_no_parameters(text: str) -> None:
    media_type = media_type_of(text)
    assert media_type is None or (media_type == media_type.lower() and ";" not in media_type)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", " gzip "])
def test_gzip_is_inflated(coding: str) -> None:
    assert decoded(gzip.compress(BODY, mtime=0), coding) == BODY


@pytest.mark.parametrize("coding", [None, "", "identity"])
def test_a_body_without_a_coding_is_as_it_is(coding: str | None) -> None:
    assert decoded(BODY, coding) == BODY


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, identity"])
def test_other_codings_are_refused(coding: str) -> None:
    assert "other than gzip" in reason(BODY, coding=coding)


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        gzip.compress(BODY, mtime=0)[:-1],
        gzip.compress(BODY, mtime=0)[:12],
        gzip.compress(BODY, mtime=0) + b"x",
        gzip.compress(BODY, mtime=0) * 2,
        zlib.compress(BODY),
    ],
)
def test_what_is_not_one_whole_gzip_is_refused(body: bytes) -> None:
    assert "gzip" in reason(body, coding="gzip")


def test_a_flipped_byte_is_refused() -> None:
    body = bytearray(gzip.compress(b'"' + b"abcdef" * 100 + b'"', mtime=0))
    body[-6] ^= 1
    assert "not valid gzip" in reason(bytes(body), coding="gzip")


def test_a_small_body_may_grow_to_64_kib() -> None:
    assert len(decoded(gzip.compress(b" " * LEAST_BYTES, mtime=0), "gzip")) == LEAST_BYTES


def test_a_small_body_may_not_grow_further() -> None:
    assert "more than 65536 bytes" in reason(gzip.compress(b" " * (LEAST_BYTES + 1)), coding="gzip")


def test_a_large_body_may_grow_tenfold_but_not_beyond_4_mib() -> None:
    large = gzip.compress(b" " * (MOST_BYTES + 1)) + b"\0" * 500_000
    assert f"more than {MOST_BYTES} bytes" in reason(large, coding="gzip")
