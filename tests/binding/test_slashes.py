"""A slash at the end of a path does no harm where the specification says so, and only there."""

from __future__ import annotations

from typing import Any

import pytest

from .wire import ask


@pytest.fixture
def lenient(build: Any, document: Any) -> Any:
    document["paths"]["/v1/things/{thing}"]["get"]["x-slash"] = "optional"
    return build(document)


def test_a_slash_at_the_end_is_left_out(lenient: Any) -> None:
    with_slash, without = (ask(lenient, "GET", path) for path in ("/v1/things/a/", "/v1/things/a"))
    assert (with_slash.status, with_slash.body) == (200, without.body)


@pytest.mark.parametrize("path", ["/v1/things/", "/healthz/", "/v1/things/a//"])
def test_elsewhere_it_leads_nowhere(lenient: Any, path: str) -> None:
    assert ask(lenient, "GET", path).status == 404


def test_the_methods_are_those_without_the_slash(lenient: Any) -> None:
    allowed = ask(lenient, "OPTIONS", "/v1/things/a").header("allow")
    assert ask(lenient, "OPTIONS", "/v1/things/a/").header("allow") == allowed
    assert ask(lenient, "POST", "/v1/things/a/").header("allow") == allowed
