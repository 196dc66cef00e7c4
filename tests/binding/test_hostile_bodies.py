"""Hostile JSON is the client's mistake, said in one sentence, and never a fault of the service."""

from __future__ import annotations

from typing import Any

import pytest

from .wire import JSON

HOSTILE = {
    "invalid UTF-8": b'{"name": "\xff"}',
    "byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "depth": b"[" * 65 + b"]" * 65,
    "depth behind a huge integer": b"[" * 400 + b"1" * 19 + b"]" * 400,
    "great depth": b"[" * 900,
    "NaN": b'{"size": NaN}',
    "Infinity": b'{"size": -Infinity}',
    "NUL": b'{"name": "\\u0000"}',
    "NUL in a name": b'{"\\u0000": 1}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "comment": b'{"name": "a"} // b',
    "single quotes": b"{'name': 'a'}",
    "trailing comma": b'{"name": "a",}',
    "two values": b'{"name": "a"} {}',
    "nothing but space": b"  ",
    "control character": b'{"name": "\x01"}',
    "leading zero": b'{"size": 01}',
}


@pytest.mark.parametrize("number", ["18446744073709551616", "9" * 900, "-1e400"], ids=["66 bits", "long", "1e400"])
def test_a_number_that_nothing_here_can_hold_is_422(call: Any, number: str) -> None:
    answer = call("POST", "/v1/things", headers=JSON, body=b'{"size": %s}' % number.encode())
    assert (answer.status, answer.slug) == (422, "unprocessable")


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_json_is_400_with_one_sentence(call: Any, raw: bytes) -> None:
    answer = call("POST", "/v1/things", headers=JSON, body=raw)
    assert (answer.status, answer.slug) == (400, "malformed-body")
    assert answer.json["detail"].count(". ") == 0
