"""One shape for every error, whichever layer it comes from, with its headers kept."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("how", "status", "slug", "headers"),
    [
        ("unavailable", 503, "unavailable", {"retry-after": "7"}),
        ("busy", 503, "unavailable", {"retry-after": "9"}),
        ("stranger", 401, "unauthenticated", {"www-authenticate": 'Bearer realm="letterbox"'}),
        ("spoken", 409, "conflict", {}),
        ("silent", 409, "conflict", {}),
        ("connexion", 409, "conflict", {"retry-after": "5"}),
        ("starlette", 429, "rate-limited", {"retry-after": "4"}),
        ("odd-status", 400, "invalid-request", {}),
        ("library-500", 500, "internal-error", {}),
        ("bug", 500, "internal-error", {}),
        ("recursion", 500, "internal-error", {}),
    ],
)
def test_every_error_leaves_in_one_shape(call: Any, how: str, status: int, slug: str, headers: dict[str, str]) -> None:
    answer = call("GET", f"/v1/broken/{how}")
    assert (answer.status, answer.slug) == (status, slug)
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("content-length") == str(len(answer.body))
    assert answer.json.keys() == {"type", "title", "status", "detail", "trace_id"}
    assert answer.json["status"] == status
    assert {name: answer.header(name) for name in headers} == headers


@pytest.mark.parametrize("how", ["bug", "connexion", "starlette", "odd-status", "library-500"])
def test_what_a_library_or_a_bug_says_stays_here(call: Any, how: str) -> None:
    assert b"swordfish" not in call("GET", f"/v1/broken/{how}").body


def test_what_a_handler_says_on_purpose_is_told(call: Any) -> None:
    assert call("GET", "/v1/broken/spoken").json["detail"] == "Say it otherwise."
    assert call("GET", "/v1/broken/silent").json["detail"] == "This contradicts what is there."


def test_a_response_that_a_handler_aborts_with_is_the_answer(call: Any) -> None:
    """Connexion makes a 500 in plain text of it."""
    answer = call("GET", "/v1/broken/response")
    assert (answer.status, answer.json) == (418, {"own": 1})


def test_a_fault_is_logged_once_with_its_traceback(call: Any, caplog: Any) -> None:
    answer = call("GET", "/v1/broken/bug")
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "swordfish" in str(record.exc_info[1])
    assert record.trace_id == answer.json["trace_id"]


def test_a_refusal_is_not_logged_as_a_fault(call: Any, caplog: Any) -> None:
    call("GET", "/v1/things/none")
    call("GET", "/v1/broken/unavailable")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_fault_while_the_answer_is_already_leaving_is_not_hidden(edge: Any) -> None:
    """A second answer cannot follow the first."""
    sent: list[str] = []

    async def broken_send(message: Any) -> None:
        sent.append(message["type"])
        if message["type"] == "http.response.body":
            raise ConnectionError

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/healthz",
        "query_string": b"",
        "headers": [],
        "server": None,
    }
    with pytest.raises(ConnectionError):
        asyncio.run(edge({**scope, "http_version": "1.1", "client": None}, None, broken_send))
    assert sent == ["http.response.start", "http.response.body"]


def test_a_websocket_is_closed(edge: Any) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(edge({"type": "websocket", "path": "/", "headers": []}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1000}]
