"""Paths and methods: what is there, what is not, and what Allow says."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_literal_path_is_answered_by_its_own_operation(call: Any) -> None:
    assert call("GET", "/v1/things/newest", key="admin").json == {"user": "key_admin"}


@pytest.mark.parametrize("path", ["/v1/things/newest", "/v1/things"])
def test_the_scope_that_counts_is_that_of_the_operation_that_runs(call: Any, path: str) -> None:
    expected = 403 if path.endswith("newest") else 200
    assert call("GET", path, key="reader").status == expected


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/v1",
        "/v1/things/",
        "/v1//things",
        "//v1/things",
        "/v1/things/a\ndef",
        "/v1/things/\x00",
        "/v1/things/\x7f",
        "/v1/things/\ud800",
        "/v1/things/a/b",
        "/openapi.json",
        "/ui/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_unknown_or_hostile_path_is_404_and_never_redirected(call: Any, method: str, path: str) -> None:
    answer = call(method, path)
    assert (answer.status, answer.slug, answer.header("location")) == (404, "not-found", None)


def test_an_unknown_path_is_404_without_a_key_too(call: Any) -> None:
    assert call("GET", "/nowhere", key=None).status == 404


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/things", "GET, HEAD, OPTIONS, POST"),
        ("/v1/things/x", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("/v1/forms", "OPTIONS, POST"),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "TRACE", "BREW"])
def test_an_undeclared_method_is_405_and_allow_names_them_all(call: Any, method: str, path: str, allowed: str) -> None:
    """Connexion names those of the path's first operation only."""
    answer = call(method, path)
    assert (answer.status, answer.slug, answer.header("allow")) == (405, "method-not-allowed", allowed)


@pytest.mark.parametrize("key", [None, "reader"])
def test_options_answers_every_path_with_or_without_a_key(call: Any, key: str | None) -> None:
    answer = call("OPTIONS", "/v1/things", key=key)
    assert (answer.status, answer.body, answer.header("allow")) == (204, b"", "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize("path", ["/v1/things", "/v1/things/x", "/healthz"])
def test_head_is_get_without_its_body(call: Any, path: str) -> None:
    got, head = call("GET", path, headers={"traceparent": TRACE}), call("HEAD", path, headers={"traceparent": TRACE})
    assert (head.status, head.body) == (200, b"")
    assert head.header("content-length") == str(len(got.body))
    assert head.header("content-type") == got.header("content-type")


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_head_of_a_problem_has_no_body_either(call: Any) -> None:
    head = call("HEAD", "/nowhere")
    assert (head.status, head.body, head.header("content-type")) == (404, b"", "application/problem+json")
    assert int(head.header("content-length")) > 0


def test_a_query_that_is_not_percent_encoded_is_refused(call: Any) -> None:
    answer = call("GET", "/v1/things", query=b"name=\xc3\xa9")
    assert (answer.status, answer.slug) == (400, "invalid-request")
