"""Fixed bytes at fixed paths."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.representation import etag_of

TAG = etag_of(b"<p>hello")


def test_an_asset_is_sent_with_its_headers(call: Any) -> None:
    answer = call("GET", "/", key=None)
    assert (answer.status, answer.body) == (200, b"<p>hello")
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert answer.header("content-security-policy") == "default-src 'self'"
    assert (answer.header("etag"), answer.header("content-length")) == (TAG, "8")


def test_head_of_an_asset_has_no_body(call: Any) -> None:
    answer = call("HEAD", "/", key=None)
    assert (answer.status, answer.body, answer.header("content-length")) == (200, b"", "8")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_asset_that_the_client_has_is_304(call: Any, method: str) -> None:
    answer = call(method, "/", headers={"if-none-match": TAG})
    assert (answer.status, answer.body, answer.header("etag")) == (304, b"", TAG)
    assert answer.header("content-type") is None


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_another_method_on_an_asset_is_405(call: Any, method: str) -> None:
    answer = call(method, "/", body=b"x")
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD, OPTIONS")


def test_options_on_an_asset_names_its_methods(call: Any) -> None:
    answer = call("OPTIONS", "/", key=None)
    assert (answer.status, answer.header("allow")) == (204, "GET, HEAD, OPTIONS")
