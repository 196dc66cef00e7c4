"""What a program nearby gets is what was sent, byte for byte, save what is between two neighbours."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import httpx
import pytest

from letterbox.client.forwarding import Forwarding, LocalAnswer, NothingListens, end_to_end, target
from letterbox.client.letter import Letter
from tests.client.nearby import Nearby, nearby
from tests.faults.server import free_port

BODY = bytes(range(256))
SHOWN: dict[str, Any] = {
    "id": "req_1",
    "method": "POST",
    "path": "/hook",
    "query": "a=1&b=%5B%2f&c=[x]'|",
    "headers": [
        ["host", "letterbox.example.com"],
        ["content-length", "256"],
        ["content-encoding", "gzip"],
        ["connection", "keep-alive, X-Hop"],
        ["x-hop", "1"],
        ["transfer-encoding", "chunked"],
        ["x-signature", "t=1,v1=\xe9  two  spaces"],
        ["x-twice", "b"],
        ["x-twice", "a"],
    ],
    "body_bytes": len(BODY),
    "body_sha256": "…",
    "is_masked": False,
    "erased_at": None,
}


class Given:
    """An API that has one body."""

    def read_bytes(self, _path: str) -> bytes:
        return BODY


def letter(**more: Any) -> Letter:
    api: Any = Given()
    return Letter(api, {**SHOWN, **more})


def forwarded(server: Nearby, path: str = "/hook", seconds: float = 5, **more: Any) -> LocalAnswer:
    with closing(Forwarding(httpx.URL(f"{server.url}{path}"), seconds)) as forwarding:
        return forwarding.forward(letter(**more))


def test_method_query_headers_and_body_arrive_as_they_were() -> None:
    with nearby() as server:
        assert forwarded(server, "/hook?own=1").status == 204
        host = server.url.removeprefix("http://").encode()
    assert server.got[0].line == b"POST /hook?own=1&a=1&b=%5B%2f&c=[x]'| HTTP/1.1"
    assert server.got[0].body == BODY
    assert sorted(server.got[0].headers) == sorted(
        [
            (b"Host", host),
            (b"content-encoding", b"gzip"),
            (b"x-signature", b"t=1,v1=\xe9  two  spaces"),
            (b"x-twice", b"b"),
            (b"x-twice", b"a"),
            (b"Content-Length", b"256"),
        ]
    )
    assert [value for name, value in server.got[0].headers if name == b"x-twice"] == [b"b", b"a"]


def test_a_get_without_a_body_has_none_there() -> None:
    with nearby() as server:
        forwarded(server, method="GET", query="", headers=[], body_bytes=0)
    assert server.got[0].line == b"GET /hook HTTP/1.1"
    assert [name for name, _ in server.got[0].headers] == [b"Host"]


@pytest.mark.parametrize(
    ("answer", "status", "is_good"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", 302, False),
        (b"HTTP/1.1 500 Oops\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", 500, False),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, True),
        (b"", None, False),
        (b"nonsense\r\n\r\n", None, False),
    ],
)
def test_whatever_is_answered_is_the_answer(answer: bytes, status: int | None, is_good: bool) -> None:
    with nearby() as server:
        server.answers = [answer]
        got = forwarded(server)
    assert (got.status, got.is_good, got.error is None) == (status, is_good, status is not None)
    assert len(server.got) == 1


def test_where_nothing_listens_nothing_was_sent() -> None:
    url = httpx.URL(f"http://127.0.0.1:{free_port()}/hook")
    with closing(Forwarding(url, 5)) as forwarding, pytest.raises(NothingListens):
        forwarding.forward(letter())


def test_credentials_that_the_key_may_not_see_are_left_out() -> None:
    class Masking(Given):
        def read(self, _path: str) -> Any:
            return type("Answer", (), {"value": shown})

    shown = {**SHOWN, "is_masked": True, "query": "key=***&a=***b"}
    shown["headers"] = [["authorization", "Bearer ***"], ["x-key", "***"], ["x-stars", "*** ***"]]
    api: Any = Masking()
    masked = Letter(api, shown)
    assert (masked.headers, masked.query, masked.lacks_credentials) == ([(b"x-stars", b"*** ***")], "a=***b", True)


def test_a_value_that_only_looks_masked_is_forwarded() -> None:
    assert (b"x-key", b"***") in letter(headers=[["x-key", "***"]]).headers


def test_what_no_client_may_send_in_a_query_is_quoted() -> None:
    assert target(b"/hook", "a=\xe9 %zz") == b"/hook?a=%E9%20%zz"


def test_what_connection_names_is_between_neighbours() -> None:
    assert end_to_end([(b"connection", b"X-A , x-b"), (b"x-a", b"1"), (b"x-b", b"2"), (b"x-c", b"3")]) == [
        (b"x-c", b"3")
    ]
