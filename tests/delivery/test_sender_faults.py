"""Receivers that fail: each try is classified within its deadline, and takes no memory to speak of."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence

import pytest

from letterbox.delivery.sender import Answer
from tests.delivery.certificates import Authority
from tests.delivery.conftest import Names
from tests.delivery.letters import to
from tests.delivery.receivers import (
    OK,
    Behaviour,
    answer_of,
    bare,
    receiving,
    saying,
    saying_last,
    sending,
    sent,
)

DEADLINE = 0.3  # where it is the deadline that ends the try
LONG = 5.0  # where it is not
MEBIBYTE = 1_048_576
HEAD = b"HTTP/1.1 200 OK\r\n"
LOCAL = "local.example"


async def never(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(1)


def resetting(*parts: bytes) -> Behaviour:
    """Answers with these bytes, then resets the connection."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await saying(*parts)(reader, writer)
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return behave


def dripping(begin: bytes, drop: bytes) -> Behaviour:
    """Goes on for ever, a little at a time, so that no wait for the next byte is ever long."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await saying(begin)(reader, writer)
        while not writer.is_closing():
            await saying(drop)(reader, writer)
            await asyncio.sleep(DEADLINE / 20)

    return behave


def flooding(begin: bytes, flood: bytes) -> Behaviour:
    """Goes on for ever, as fast as it is read."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await saying(begin)(reader, writer)
        while not writer.is_closing():
            await saying(flood)(reader, writer)

    return behave


# What a receiver does → the error, and the status that had come before it.
FAULTS: dict[str, tuple[Behaviour, str, int | None]] = {
    "never answers": (never, "timeout", None),
    "resets without an answer": (resetting(), "connection_reset", None),
    "resets within its headers": (resetting(HEAD), "connection_reset", None),
    "closes without an answer": (saying_last(), "connection_reset", None),
    "closes within its headers": (saying_last(HEAD + b"x: "), "connection_reset", None),
    "resets within its body": (resetting(HEAD + b"content-length: 9\r\n\r\nabc"), "connection_reset", 200),
    "closes within its body": (saying_last(HEAD + b"content-length: 9\r\n\r\nabc"), "connection_reset", 200),
    "closes within a chunk": (
        saying_last(HEAD + b"transfer-encoding: chunked\r\n\r\n9\r\nabc"),
        "connection_reset",
        200,
    ),
    "drips its status": (dripping(b"", b"H"), "invalid_response", None),
    "drips its headers": (dripping(HEAD + b"x: ", b"a"), "timeout", None),
    "drips its body": (dripping(HEAD + b"content-length: 999\r\n\r\n", b"a"), "timeout", 200),
    "drips informational answers": (dripping(b"", b"HTTP/1.1 102 Processing\r\n\r\n"), "timeout", None),
    "stalls within its body": (dripping(HEAD + b"content-length: 999\r\n\r\nabc", b""), "timeout", 200),
    "speaks something else": (saying(b"SSH-2.0-OpenSSH_9.6\r\n"), "invalid_response", None),
    "answers in HTTP/0.9": (saying(b"<html></html>"), "invalid_response", None),
    "has two lengths": (
        saying(HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\nab"),
        "invalid_response",
        None,
    ),
    "has a bad length": (saying(HEAD + b"content-length: -1\r\n\r\nab"), "invalid_response", None),
    "has a bad chunk": (saying(HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n"), "invalid_response", None),
    "has a header without end": (flooding(HEAD + b"x: ", b"a" * 4096), "response_too_large", None),
    "has headers without end": (flooding(HEAD, b"x: a\r\n" * 100), "response_too_large", None),
    "has a reason without end": (flooding(b"HTTP/1.1 200 ", b"a" * 4096), "response_too_large", None),
    "changes the protocol": (
        saying(b"HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
        "http_status",
        101,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_receiver_that_does_this_is_one_classified_try_within_the_deadline(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    behave, error, status = FAULTS[fault]
    deadline = DEADLINE if error == "timeout" else LONG
    answers, receiver = sent(behave, timeout_seconds=deadline)
    assert (answers[0].error, answers[0].status) == (error, status)
    assert answers[0].duration_ms <= 1000 * (deadline + 1)
    assert len(receiver.requests) == 1
    assert not [record for record in caplog.records if record.name.startswith("letterbox")], "nobody foresaw it"


def test_a_get_that_is_cut_off_is_not_sent_again_within_one_try() -> None:
    answers, receiver = sent(saying_last(), lambda url: to(url, method="GET", body=b""))
    assert (answers[0].error, len(receiver.requests)) == ("connection_reset", 1)


def test_what_had_come_of_a_body_before_the_deadline_is_kept() -> None:
    answer = answer_of(dripping(HEAD + b"content-length: 999\r\n\r\nabc", b""), timeout_seconds=DEADLINE)
    assert (answer.body, answer.is_truncated) == (b"abc", False)


def test_nobody_listening_is_a_refused_connection() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # never listens, and nobody else can
        assert posted(f"http://127.0.0.1:{taken.getsockname()[1]}/").error == "connection_refused"


@pytest.mark.parametrize(
    ("begin", "flood"),
    [
        (HEAD + b"\r\n", b"a" * 65_536),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n", b"10000\r\n" + b"a" * 65_536 + b"\r\n"),
        (HEAD + b"content-encoding: gzip\r\ncontent-length: 99999999999\r\n\r\n", b"\x1f\x8b" + bytes(65_534)),
    ],
)
def test_a_body_without_end_is_cut_and_its_connection_closed(begin: bytes, flood: bytes) -> None:
    answer, grown = measured(flooding(begin, flood), LONG)
    assert (answer.error, len(answer.body), answer.is_truncated) == (None, 16_384, True)
    assert grown <= MEBIBYTE


@pytest.mark.parametrize(
    ("begin", "flood"),
    [
        (HEAD, b"x: " + b"a" * 5_000 + b"\r\n"),
        (HEAD, b"x: a\r\n" * 1000),
        (b"", b"HTTP/1.1 102 Processing\r\nx: " + b"a" * 5_000 + b"\r\n\r\n"),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n1;", b"a" * 65_536),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\n", b"x: " + b"a" * 5_000 + b"\r\n"),
    ],
)
def test_no_flood_but_of_a_body_grows_beyond_a_mebibyte(begin: bytes, flood: bytes) -> None:
    answer, grown = measured(flooding(begin, flood))
    assert answer.error in ("response_too_large", "timeout", "invalid_response")
    assert grown <= MEBIBYTE


def measured(behave: Behaviour, timeout_seconds: float = DEADLINE) -> tuple[Answer, int]:
    """An answer, and how many bytes of memory it took at most, with those of the receiver."""
    answer_of(OK)  # loads what is loaded once
    tracemalloc.start()
    try:
        begin, _ = tracemalloc.get_traced_memory()
        answer = answer_of(behave, timeout_seconds=timeout_seconds)
        return answer, tracemalloc.get_traced_memory()[1] - begin
    finally:
        tracemalloc.stop()


def posted(url: str, timeout_seconds: float = LONG) -> Answer:
    async def post() -> Answer:
        async with sending() as sender:
            return await sender.send(to(url), timeout_seconds=timeout_seconds)

    return asyncio.run(post())


def test_a_trusted_certificate_of_this_name_is_good(trusted: Authority, resolved: Names) -> None:
    resolved[LOCAL] = ["127.0.0.1"]
    answers, receiver = sent(OK, tls=trusted.server(LOCAL), name=LOCAL)
    assert answers[0].error is None
    assert b"\r\nhost: local.example:%d\r\n" % receiver.port in receiver.requests[0]


def test_the_certificate_is_asked_for_by_the_name(trusted: Authority, resolved: Names) -> None:
    resolved[f"{LOCAL}."] = ["127.0.0.1"]
    asked: list[str | None] = []
    tls = trusted.server(LOCAL)
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    assert sent(OK, tls=tls, name=f"{LOCAL}.")[0][0].error is None
    assert asked == [LOCAL]


@pytest.mark.parametrize("name", ["other.example", "127.0.0.1"])
def test_a_certificate_of_another_name_is_a_tls_failure(trusted: Authority, resolved: Names, name: str) -> None:
    resolved["other.example"] = ["127.0.0.1"]
    answers, receiver = sent(OK, tls=trusted.server(LOCAL), name=name)
    assert answers[0].error == "tls_failure"
    assert receiver.requests == []


def test_a_certificate_of_an_unknown_authority_is_a_tls_failure(authority: Authority, resolved: Names) -> None:
    resolved[LOCAL] = ["127.0.0.1"]
    assert answer_of(OK, tls=authority.server(LOCAL), name=LOCAL).error == "tls_failure"


def test_a_receiver_without_tls_is_a_tls_failure() -> None:
    async def post() -> Answer:
        async with bare(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n") as port, sending() as sender:
            return await sender.send(to(f"https://127.0.0.1:{port}/"), timeout_seconds=5)

    assert asyncio.run(post()).error == "tls_failure"


def test_a_handshake_that_never_ends_is_a_timeout() -> None:
    async def post() -> Answer:
        async with bare(b"") as port, sending() as sender:
            return await sender.send(to(f"https://127.0.0.1:{port}/"), timeout_seconds=DEADLINE)

    assert asyncio.run(post()).error == "timeout"


def test_a_name_that_does_not_exist_is_a_dns_failure(resolved: Names) -> None:
    assert resolved == {}
    assert posted("https://nobody.example/").error == "dns_failure"


def test_a_name_that_cannot_be_one_is_a_dns_failure() -> None:
    assert posted(f"https://{'a' * 64}.example/").error == "dns_failure"


@pytest.fixture
def hanging(look_up: Callable[[Callable[[str], Sequence[str]]], None]) -> Iterator[set[str]]:
    """Names that begin with `hang` hang until the test ends; others are loopback. What was asked is kept."""
    ended, asked = threading.Event(), set()

    def addresses(name: str) -> Sequence[str]:
        asked.add(name)
        if name.startswith("hang"):
            ended.wait(30)
        return ["127.0.0.1"]

    look_up(addresses)
    yield asked
    ended.set()


def test_names_that_hang_end_at_their_deadline_and_starve_nobody(hanging: set[str]) -> None:
    async def post() -> tuple[list[Answer], Answer]:
        async with receiving(OK) as receiver, sending() as sender:
            urls = [f"http://hang{number}.example:{receiver.port}/" for number in range(100)]
            hung = [asyncio.create_task(sender.send(to(url), timeout_seconds=DEADLINE)) for url in urls]
            good = await sender.send(to(f"http://good.example:{receiver.port}/"), timeout_seconds=30)
            return await asyncio.gather(*hung), good

    begin = time.monotonic()
    hung, good = asyncio.run(post())
    assert good.error is None
    assert {answer.error for answer in hung} == {"timeout"}
    assert len(hanging) > 50  # at once, each with its thread
    assert time.monotonic() - begin < 10
