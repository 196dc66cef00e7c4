"""The sender: what leaves byte for byte, and what is kept of an answer."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest

from letterbox.delivery.outgoing import Outgoing
from letterbox.delivery.sender.answer import ERRORS
from tests.delivery.letters import to
from tests.delivery.receivers import OK, answer_of, receiving, saying, saying_last, sending, sent
from tests.github.payloads import payloads

EVERY_BYTE = bytes(range(256))
NO_PROXY_WAS_MEANT = "http://127.0.0.1:9"


def written(outgoing: dict[str, Any]) -> bytes:
    """The bytes that reach a receiver."""
    given = {"method": "POST", "headers": [], "body": b"", **outgoing}
    _, receiver = sent(OK, lambda url: Outgoing(url=url, **given))
    return receiver.requests[0]


def test_a_request_is_written_as_it_was_made_and_nothing_is_added_but_host_and_length() -> None:
    headers = [
        (b"x-b", b"1"),
        (b"x-a", b"\xff\x80\xe9\t\xc3("),
        (b"x-b", b""),
        (b"cookie", b"a=b"),
        (b"accept", b"*/*"),
    ]
    answers, receiver = sent(OK, lambda url: Outgoing("POST", f"{url}?a=\xff&%zz=+/?", headers, EVERY_BYTE))
    assert answers[0].error is None
    assert receiver.requests == [
        b"POST /hook?a=\xff&%%zz=+/? HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nx-b: 1\r\nx-a: \xff\x80\xe9\t\xc3(\r\nx-b: \r\n"
        b"cookie: a=b\r\naccept: */*\r\ncontent-length: 256\r\n\r\n%b" % (receiver.port, EVERY_BYTE)
    ]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "post", "M-SEARCH"])
def test_the_method_is_the_requests_own_and_only_a_body_that_may_be_has_a_length(method: str) -> None:
    without, with_one = written({"method": method}), written({"method": method, "body": b"{}"})
    assert without.startswith(f"{method} /hook HTTP/1.1\r\n".encode())
    assert (b"\r\ncontent-length: 0\r\n" in without) == (method in ("POST", "PUT", "PATCH"))
    assert with_one.endswith(b"\r\ncontent-length: 2\r\n\r\n{}")


def test_a_large_body_arrives_whole() -> None:
    body = EVERY_BYTE * 16_384
    assert written({"body": body}).endswith(b"\r\n\r\n" + body)


def test_githubs_signatures_survive_byte_for_byte() -> None:
    payload = next(one for one in payloads() if one.event == "push")
    headers = [(name.encode(), value.encode()) for name, value in payload.headers]
    _, receiver = sent(OK, lambda url: to(url, headers=headers, body=payload.body))
    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    assert body == payload.body
    for name, value in headers:
        assert b"%b: %b" % (name, value) in head.split(b"\r\n")


def test_a_connection_is_used_again_and_nothing_is_kept_between_two_posts() -> None:
    cookie = saying(b"HTTP/1.1 200 OK\r\nset-cookie: a=b; path=/\r\ncontent-length: 0\r\n\r\n")
    answers, receiver = sent(cookie, times=3)
    assert [answer.error for answer in answers] == [None] * 3
    assert receiver.connections == 1
    assert len(set(receiver.requests)) == 1


def test_what_comes_between_two_posts_answers_neither() -> None:
    writers: list[asyncio.StreamWriter] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await OK(reader, writer)

    async def post() -> list[int | None]:
        async with receiving(behave) as receiver, receiving(OK) as another, sending() as sender:
            urls = [f"http://127.0.0.1:{each.port}/hook" for each in (receiver, another)]
            answers = [await sender.send(to(urls[0]), timeout_seconds=5)]
            writers[0].write(b"HTTP/1.1 503 Closing\r\ncontent-length: 0\r\n\r\n")
            answers.append(await sender.send(to(urls[1]), timeout_seconds=5))  # by then, it has come
            answers.append(await sender.send(to(urls[0]), timeout_seconds=5))
            return [answer.status for answer in answers]

    assert asyncio.run(post()) == [200, 200, 200]


def test_an_answer_after_a_switch_that_nobody_asked_for_answers_no_later_post() -> None:
    switching = saying(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    answers, receiver = sent(switching, times=2)
    assert ([answer.status for answer in answers], receiver.connections) == ([101, 101], 2)


def test_a_connection_on_which_a_request_is_stuck_is_used_no_more_and_holds_up_no_end() -> None:
    class Impatient(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            transports.append(transport)
            transport.pause_reading()
            transport.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")

    async def post() -> list[int | None]:
        server = await asyncio.get_running_loop().create_server(Impatient, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        async with asyncio.timeout(10), sending() as sender:
            answers = [await sender.send(to(url, body=body), timeout_seconds=5) for body in (bytes(8 << 20), b"small")]
        server.close()
        for transport in transports:
            transport.abort()
        await asyncio.sleep(0)
        return [answer.status for answer in answers]

    transports: list[asyncio.Transport] = []
    assert asyncio.run(post()) == [413, 413]
    assert len(transports) == 2


def test_an_answer_is_kept_as_it_came() -> None:
    head = b"HTTP/1.1 201 Fine\r\nX-A: 1\r\nx-b: \xff\xfe\r\nX-A: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = answer_of(saying(head, b"3\r\nab\xff\r\n0\r\n\r\n"))
    assert (answer.status, answer.error) == (201, None)
    assert answer.headers == [(b"X-A", b"1"), (b"x-b", b"\xff\xfe"), (b"X-A", b"2"), (b"Transfer-Encoding", b"chunked")]
    assert (answer.body, answer.is_truncated) == (b"ab\xff", False)
    assert 0 <= answer.duration_ms < 5000


def test_a_body_that_ends_with_the_connection_is_whole() -> None:
    answer = answer_of(saying_last(b"HTTP/1.1 200 OK\r\n\r\n", b"ab", b"c"))
    assert (answer.error, answer.body) == (None, b"abc")


@pytest.mark.parametrize("status", [204, 205, 304])
def test_an_answer_without_a_body_is_no_fault(status: int) -> None:
    answer = answer_of(saying(b"HTTP/1.1 %d x\r\ncontent-length: 0\r\n\r\n" % status))
    assert answer.error == (None if status < 300 else "http_status")


def test_informational_answers_are_passed_over() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
    answer = answer_of(saying(early, early, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"))
    assert (answer.status, answer.error) == (200, None)


@pytest.mark.parametrize(("size", "kept", "is_truncated"), [(99, 99, False), (100, 100, False), (101, 100, True)])
def test_an_answers_body_is_kept_up_to_the_bound(size: int, kept: int, *, is_truncated: bool) -> None:
    said = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (size, b"a" * size)
    answer = answer_of(saying(said), most_bytes=100)
    assert (answer.error, answer.body, answer.is_truncated) == (None, b"a" * kept, is_truncated)


def test_a_compressed_answer_stays_compressed() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(bomb)
    answer = answer_of(saying(head, bomb))
    assert (answer.error, answer.body) == (None, bomb)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", ["http://169.254.169.254/latest/meta-data/", "https://example.com/", "/elsewhere"])
def test_no_redirect_is_followed(status: int, place: str) -> None:
    said = b"HTTP/1.1 %d x\r\nlocation: %b\r\ncontent-length: 0\r\n\r\n" % (status, place.encode())
    answers, receiver = sent(saying(said))
    assert (answers[0].status, answers[0].error) == (status, "http_status")
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_an_answer_that_is_no_success_is_one_error_with_all_that_came(status: int) -> None:
    answer = answer_of(saying(b"HTTP/1.1 %d x\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\nno" % status))
    assert (answer.status, answer.error, answer.body) == (status, "http_status", b"no")
    assert (b"retry-after", b"7") in answer.headers


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, NO_PROXY_WAS_MEANT)
    assert answer_of(OK).error is None


def test_a_hundred_posts_at_once_each_get_their_own_answer() -> None:
    async def echo(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")

    async def post() -> list[bool]:
        async with receiving(echo) as receiver, sending() as sender:
            letter = to(f"http://127.0.0.1:{receiver.port}/")
            answers = await asyncio.gather(*(sender.send(letter, timeout_seconds=5) for _ in range(100)))
            return [answer.error is None and answer.body == b"hello" for answer in answers]

    assert all(asyncio.run(post()))


def test_a_post_that_is_cancelled_ends_its_connection() -> None:
    async def post() -> int:
        async with receiving(lambda reader, _: reader.readexactly(1)) as receiver, sending() as sender:
            task = asyncio.create_task(sender.send(to(f"http://127.0.0.1:{receiver.port}/"), timeout_seconds=60))
            await asyncio.wait_for(receiver.asked.wait(), 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(receiver.closed.wait(), 5)
            return receiver.connections

    assert asyncio.run(post()) == 1


def test_the_list_of_errors_is_closed() -> None:
    assert len(set(ERRORS)) == len(ERRORS) == 9
