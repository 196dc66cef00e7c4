"""Keys and scopes, as the specification asks for them."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import CALLERS
from .wire import JSON, ask


def test_without_a_key_it_is_401_with_a_plain_challenge(call: Any) -> None:
    answer = call("GET", "/v1/things", key=None)
    assert (answer.status, answer.slug) == (401, "unauthenticated")
    assert answer.header("www-authenticate") == 'Bearer realm="letterbox"'


def test_a_key_that_is_not_known_is_401_and_said_to_be_invalid(call: Any) -> None:
    answer = call("GET", "/v1/things", key="stolen")
    assert (answer.status, answer.slug) == (401, "unauthenticated")
    assert answer.header("www-authenticate") == 'Bearer realm="letterbox", error="invalid_token"'


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Basic YTpi", "writer", "", "Bearerwriter", "\xff"])
def test_other_credentials_are_401(call: Any, value: str) -> None:
    assert call("GET", "/v1/things", key=None, headers={"authorization": value}).status == 401


@pytest.mark.parametrize("value", ["Bearer writer", "bearer writer", "BEARER   writer "])
def test_the_word_bearer_is_read_in_any_case(call: Any, value: str) -> None:
    assert call("GET", "/v1/things", key=None, headers={"authorization": value}).status == 200


def test_a_scope_that_is_missing_is_403_and_named(call: Any) -> None:
    answer = call("POST", "/v1/things", key="reader", headers=JSON, body=b'{"name": "a"}')
    assert (answer.status, answer.slug) == (403, "forbidden")
    assert answer.header("www-authenticate") == ('Bearer realm="letterbox", error="insufficient_scope", scope="write"')


def test_scopes_are_checked_before_parameters_and_bodies(call: Any) -> None:
    assert call("POST", "/v1/things", key="reader", query=b"x=1", body=b"[").status == 403


def test_an_open_operation_needs_no_key_and_ignores_a_bad_one(call: Any) -> None:
    assert call("GET", "/healthz", key=None).status == 200
    assert call("GET", "/healthz", key="stolen").status == 200


def test_each_request_asks_anew(build: Any, document: Any) -> None:
    """A key that is revoked is refused from the next request on."""
    keys = dict(CALLERS)
    edge = build(document, authenticate=keys.get)
    assert ask(edge, "GET", "/v1/things").status == 200
    del keys["writer"]
    assert ask(edge, "GET", "/v1/things").status == 401


@pytest.fixture
def ask_optionally(build: Any, document: Any) -> Any:
    """Ask an operation of the scope admin that also answers whoever sends no key."""
    document["paths"]["/v1/things/newest"]["get"]["security"] = [{"bearerAuth": []}, {}]
    edge = build(document)
    return lambda **headers: ask(edge, "GET", "/v1/things/newest", key=None, headers=headers)


def test_optional_security_answers_whoever_sends_no_key_as_nobody(ask_optionally: Any) -> None:
    answer = ask_optionally()
    assert (answer.status, answer.body) == (200, b'{"user":null}\n')


def test_optional_security_knows_whoever_sends_a_good_key(ask_optionally: Any) -> None:
    assert ask_optionally(authorization="Bearer admin").body == b'{"user":"key_admin"}\n'


@pytest.mark.parametrize("value", ["Bearer stolen", "Bearer", "Bearer ", "Basic YTpi", "", "Bearerwriter", "\xff"])
def test_optional_security_never_serves_a_bad_key_as_nobody(ask_optionally: Any, value: str) -> None:
    answer = ask_optionally(authorization=value)
    assert (answer.status, answer.slug) == (401, "unauthenticated")


def test_optional_security_still_asks_for_the_scope(ask_optionally: Any) -> None:
    assert ask_optionally(authorization="Bearer reader").status == 403
