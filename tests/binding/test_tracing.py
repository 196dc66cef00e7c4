"""Trace ids and the access log."""

from __future__ import annotations

import logging
from typing import Any

import pytest

GIVEN = "4bf92f3577b34da6a3ce929d0e0e4736"


def seen(call: Any, headers: Any) -> str:
    return str(call("GET", "/nowhere", headers=headers).json["trace_id"])


def test_a_valid_traceparent_gives_the_trace_id(call: Any) -> None:
    assert seen(call, {"traceparent": f"00-{GIVEN}-00f067aa0ba902b7-01"}) == GIVEN
    assert seen(call, {"traceparent": f"cc-{GIVEN}-00f067aa0ba902b7-01-more"}) == GIVEN


@pytest.mark.parametrize(
    "traceparent",
    [
        f"ff-{GIVEN}-00f067aa0ba902b7-01",
        f"00-{GIVEN.upper()}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{GIVEN}-{'0' * 16}-01",
        f"00-{GIVEN}-00f067aa0ba902b7",
        GIVEN,
    ],
)
def test_another_traceparent_is_replaced_by_an_id_of_ours(call: Any, traceparent: str) -> None:
    trace_id = seen(call, {"traceparent": traceparent})
    assert len(trace_id) == 32
    assert trace_id not in (GIVEN, "0" * 32)


@pytest.mark.parametrize(
    ("path", "key", "status", "logged_key"),
    [
        ("/v1/things", "reader", 200, "key_reader"),
        ("/v1/things/newest", "reader", 403, "key_reader"),
        ("/v1/things", None, 401, None),
        ("/healthz", None, 200, None),
        ("/nowhere", "reader", 404, None),
        ("/", None, 200, None),
        ("/v1/broken/bug", None, 500, None),
    ],
)
def test_each_management_request_is_one_record(  # one table
    call: Any, caplog: Any, path: str, key: str | None, status: int, logged_key: str | None
) -> None:
    caplog.set_level(logging.INFO, "letterbox.access")
    call("GET", path, key=key, query=b"limit=1" if path == "/v1/things" else b"")
    [record] = [record for record in caplog.records if record.name == "letterbox.access"]
    assert (record.method, record.path, record.status, record.key) == ("GET", path, status, logged_key)
    assert record.duration_ms > 0
    assert "limit" not in record.getMessage()


def test_a_path_cannot_forge_a_line_of_the_log(call: Any, caplog: Any) -> None:
    caplog.set_level(logging.INFO, "letterbox.access")
    call("GET", "/x\nGET /admin 200")
    call("GET", "/" + "x" * 5000)
    messages = [record.getMessage() for record in caplog.records]
    assert all("\n" not in message and len(message) < 300 for message in messages)


def test_arrivals_are_not_in_the_access_log(call: Any, caplog: Any) -> None:
    """They are kept themselves."""
    caplog.set_level(logging.INFO, "letterbox.access")
    call("POST", "/in/default/inbox", body=b"x")
    assert caplog.records == []
