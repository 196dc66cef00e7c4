"""How things look from outside: times as text, entity tags, and what names them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.errors import PreconditionFailed, Unprocessable
from letterbox.representation import as_json, as_time, etag_of, matches, moment_of, require_match

EARLIEST = -62_135_596_800_000  # 0001-01-01T00:00:00.000Z
LATEST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z
tried = settings(derandomize=True, deadline=None)
milliseconds = some.integers(EARLIEST, LATEST)


@tried
@given(milliseconds)
def test_a_time_is_shown_as_rfc_3339_in_utc_with_milliseconds(moment: int) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", as_time(moment))
    assert datetime.fromisoformat(as_time(moment)) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)


@tried
@given(milliseconds)
def test_a_time_that_was_shown_is_read_back_as_it_was(moment: int) -> None:
    assert moment_of(as_time(moment)) == moment


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T19:00:00.001-05:00", 1),
        ("2024-02-29t10:00:00z", 1_709_200_800_000),
        ("2024-02-29t10:00:00.5z", 1_709_200_800_500),
        ("2024-02-29T10:00:00.1239999999Z", 1_709_200_800_123),
        ("1969-12-31T23:59:59.999Z", -1),
        (None, None),
    ],
)
def test_a_time_is_read_in_every_spelling_of_rfc_3339(time: str | None, moment: int | None) -> None:
    assert moment_of(time) == moment


@pytest.mark.parametrize(
    "time",
    [
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.5Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "0000-01-01T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-01-01T25:00:00Z",
        "yesterday",
        "",
    ],
)
def test_a_time_that_no_clock_shows_is_refused_in_words(time: str) -> None:
    with pytest.raises(Unprocessable):
        moment_of(time)


TAG = etag_of(b"body")


@pytest.mark.parametrize("header", ["*", " * ", TAG, f"W/{TAG}", f'"other", {TAG}', f'W/"x" , W/{TAG},"y"', f" {TAG} "])
def test_a_header_that_names_the_tag_matches_it(header: str) -> None:
    assert matches(header, TAG)


@pytest.mark.parametrize("header", ["", '""', '"other"', TAG.strip('"'), TAG[:-1], TAG.upper(), f"w/{TAG}", "**", ","])
def test_a_header_that_names_another_tag_does_not_match(header: str) -> None:
    assert not matches(header, TAG)


@tried
@given(some.binary(), some.binary())
def test_equal_bytes_have_equal_tags_and_other_bytes_have_others(one: bytes, other: bytes) -> None:
    assert (etag_of(one) == etag_of(other)) == (one == other)
    assert re.fullmatch(r'"[0-9a-f]+"', etag_of(one))


def test_a_change_of_what_was_seen_passes_and_of_what_changed_since_does_not() -> None:
    seen = {"name": "as it was"}
    require_match(None, seen)
    require_match(etag_of(as_json(seen)), seen)
    with pytest.raises(PreconditionFailed):
        require_match(etag_of(as_json(seen)), {"name": "as it is"})


def test_a_thing_that_must_be_there_is_not_there_for_any_tag() -> None:
    with pytest.raises(PreconditionFailed):
        require_match('"seen-once"', None)
