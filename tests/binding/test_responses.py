"""Answers that the specification does not promise: the client gets a 500 without detail, the log says why."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from .wire import ask


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("bad-body", "the body breaks its schema: [{'pointer': '/id', 'keyword': 'type'"),
        ("write-only", "'pointer': '/secret', 'keyword': 'not'"),
        ("bad-status", "the status 202 is not documented"),
        ("bad-media-type", "the media type 'text/html' is not documented"),
        ("no-media-type", "the media type '' is not documented"),
        ("no-location", "required headers are missing: [b'location']"),
    ],
)
def test_an_answer_against_the_specification_is_500_and_logged(call: Any, caplog: Any, how: str, reason: str) -> None:
    answer = call("GET", f"/v1/broken/{how}")
    assert (answer.status, answer.slug) == (500, "internal-error")
    assert b"swordfish" not in answer.body
    assert reason in caplog.text


@pytest.mark.parametrize("how", ["not-json", "unwritable"])
def test_an_answer_that_is_no_json_is_500(call: Any, caplog: Any, how: str) -> None:
    answer = call("GET", f"/v1/broken/{how}")
    assert (answer.status, answer.slug) == (500, "internal-error")
    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.ERROR]


def test_head_of_an_answer_is_not_checked(call: Any) -> None:
    """It has no body to check; connexion fails on it."""
    assert call("HEAD", "/v1/broken/bad-body").status == 200


@pytest.mark.parametrize("code", ["2XX", "default"])
def test_a_range_of_statuses_counts_as_documented(build: Any, document: Any, code: str) -> None:
    responses = document["paths"]["/v1/broken/{how}"]["get"]["responses"]
    responses[code] = responses["200"]
    edge = build(document)
    assert ask(edge, "GET", "/v1/broken/bad-status").status == 202
    assert ask(edge, "GET", "/v1/broken/bad-body").status == 500
