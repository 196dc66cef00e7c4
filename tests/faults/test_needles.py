"""A secret is found however it is written, since a search that finds nothing proves nothing by itself."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.faults.needles import found_in

SECRET = b"It's a Secret: 100 % & more"
tried = settings(derandomize=True, deadline=None)

WAYS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda text: text,
    "in base64": base64.b64encode,
    "in hexadecimal": lambda text: text.hex().encode(),
    "in JSON": lambda text: json.dumps(text.decode()).encode(),
    "in a URL": lambda text: quote(text.decode(), safe="").encode(),
    "in a form": lambda text: quote_plus(text.decode()).encode(),
}


@pytest.mark.parametrize("way", WAYS)
@tried
@given(before=some.text("abcdefgh 12", max_size=8), after=some.text("abcdefgh 12", max_size=8))
def test_a_secret_is_found_within_what_holds_it(way: str, before: str, after: str) -> None:
    assert found_in(b"..." + WAYS[way](before.encode() + SECRET + after.encode()), [b"absent", SECRET]) == [SECRET]


@tried
@given(some.binary(max_size=200))
def test_nothing_is_found_where_nothing_is(content: bytes) -> None:
    assert found_in(content, [SECRET]) == []
