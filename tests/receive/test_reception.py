"""Reading: how much of a body is taken, and the memory that it holds until it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.errors import BodyTooLarge, Unavailable
from letterbox.receive.arrival import arrival_of
from letterbox.receive.reception import LARGEST_COUNT, Gauge, Reception
from letterbox.store.requests import Row
from tests.receive.stage import Stage

tried = settings(derandomize=True, deadline=None)


def reception(*headers: tuple[bytes, bytes], most: int = 1000) -> Reception:
    return Reception(arrival_of("POST", b"/in/acme/a", b"", list(headers), None), Gauge(most))


def declared(length: bytes) -> tuple[bytes, bytes]:
    return (b"content-length", length)


@tried
@given(some.lists(some.binary(max_size=8)), some.integers(0, 40))
def test_a_body_is_taken_whole_up_to_the_limit_and_not_at_all_above_it(chunks: list[bytes], limit: int) -> None:
    one = reception()
    one.want_body(limit)
    read = [one.feed(chunk) for chunk in chunks]
    one.close()
    whole = b"".join(chunks)
    if len(whole) <= limit:
        assert (one.arrival.body, one.arrival.body_bytes, one.refusal) == (whole, len(whole), None)
        assert all(read)
    else:
        assert one.arrival.body is None
        assert isinstance(one.refusal, BodyTooLarge)
        assert not read[-1]


@pytest.mark.parametrize(("length", "counted"), [(b"11", 11), (b"9" * 19, LARGEST_COUNT), (b"9" * 30, LARGEST_COUNT)])
def test_a_body_that_is_declared_too_long_is_not_read_at_all(length: bytes, counted: int) -> None:
    one = reception(declared(length))
    one.want_body(10)
    assert not one.wants_body
    assert isinstance(one.refusal, BodyTooLarge)
    assert one.arrival.body_bytes == counted


def test_a_length_of_more_digits_than_a_number_may_have_is_too_long_too() -> None:
    one = reception(declared(b"9" * 5000))
    one.want_body(10)
    assert isinstance(one.refusal, BodyTooLarge)


@pytest.mark.parametrize(
    "length",
    [b"", b"0", b"5", b"010", b"+11", b"-1", b"11, 11", b"0x11", b"1e3", b"11 1", "\u0661\u0661".encode(), b"\xb2"],
)
def test_an_odd_length_is_not_believed_and_the_bytes_are_counted(length: bytes) -> None:
    one = reception(declared(length))
    one.want_body(10)
    assert one.feed(b"x" * 10)
    assert not one.feed(b"x")
    assert isinstance(one.refusal, BodyTooLarge)


def test_what_was_refused_before_stays_refused_for_that_however_long_its_body() -> None:
    one, earlier = reception(declared(b"11")), Unavailable("earlier")
    one.want_body(10)
    one.refusal = earlier
    one.feed(b"x" * 11)
    assert one.refusal is earlier


def test_memory_is_taken_for_each_piece_and_given_back_once() -> None:
    gauge = Gauge(10)
    one = Reception(arrival_of("POST", b"/in/acme/a", b"", [], None), gauge)
    one.want_body(100)
    assert one.feed(b"12345")
    assert gauge.held == 5
    assert not one.feed(b"123456")
    assert isinstance(one.refusal, Unavailable)
    for _ in range(2):
        one.abandon()
        assert gauge.held == 0


def test_nothing_is_fed_to_what_wants_no_body() -> None:
    one = reception()
    assert not one.wants_body
    assert not one.feed(b"x")
    one.close()
    assert one.arrival.body is None


Path = Callable[[Stage], Any]
PATHS: dict[str, tuple[int, Path]] = {
    "accepted": (202, lambda stage: stage.send("/a", "POST", b"123", b"45")),
    "accepted with nothing": (202, lambda stage: stage.send("/a")),
    "asked for by HEAD": (202, lambda stage: stage.send("/a", "HEAD", b"123")),
    "asked about by OPTIONS": (204, lambda stage: stage.send("/a", "OPTIONS", b"123")),
    "unmatched": (404, lambda stage: stage.send("/nowhere", "POST", b"123")),
    "unmatched and too large": (404, lambda stage: stage.send("/nowhere", "POST", b"x" * 21)),
    "of another method": (405, lambda stage: stage.send("/a", "PUT", b"123")),
    "too large": (413, lambda stage: stage.send("/a", "POST", b"12345", b"123456")),
    "too large as declared": (413, lambda stage: stage.send("/a", headers=[declared(b"11")])),
    "too fast": (429, lambda stage: twice(stage, "/slow")),
    "too much at once": (503, lambda stage: stage.send("/big", "POST", b"x" * 60, b"x" * 60)),
}


async def twice(stage: Stage, path: str) -> Any:
    await stage.send(path, "POST", b"1")
    return await stage.send(path, "POST", b"1")


@pytest.fixture
def stage() -> Stage:
    stage = Stage(in_flight_bytes=100)
    stage.declare("/a", "POST", "GET")
    stage.declare("/slow", requests_per_second=1)
    stage.declare("/big", max_body_bytes=1000)
    return stage


@pytest.mark.parametrize(("status", "act"), PATHS.values(), ids=PATHS)
def test_no_memory_is_held_after_an_answer(
    stage: Stage, status: int, act: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("letterbox.receive.receiver.time", SimpleNamespace(monotonic=lambda: 1000.0))
    assert stage.play(act(stage)).status == status
    assert stage.held == 0


@pytest.mark.parametrize(("status", "act"), PATHS.values(), ids=PATHS)
def test_no_memory_is_held_when_the_store_fails(
    stage: Stage, status: int, act: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("letterbox.receive.receiver.time", SimpleNamespace(monotonic=lambda: 1000.0))
    stage.keeper.failure = Unavailable()
    answer = stage.play(act(stage))
    assert answer.status == (503 if status == 202 else status)
    assert stage.held == 0


@pytest.mark.parametrize("step", ["weighing.conceal", "weighing.Weighing.reply", "receiver.row_of"])
@pytest.mark.parametrize("path", ["/a", "/nowhere"])
def test_no_memory_is_held_when_a_step_breaks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, step: str, path: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(f"letterbox.receive.{step}", fail)
    assert stage.play(stage.send(path, "POST", b"123")).status in (404, 500)
    assert stage.held == 0


def test_memory_is_held_until_the_commit_and_no_longer(stage: Stage) -> None:
    async def act() -> list[int]:
        stage.keeper.at_once = False
        accepted = asyncio.ensure_future(stage.send("/a", "POST", b"123"))
        await asyncio.sleep(0)  # it has to reach its commit
        await stage.send("/nowhere", "POST", b"4567")
        held = [stage.held]
        stage.keeper.settle()
        await accepted
        return [*held, stage.held]

    assert stage.play(act()) == [7, 0]


def test_a_sender_who_leaves_gives_back_what_it_held(stage: Stage) -> None:
    async def act() -> int:
        left = stage.open("/a")
        left.feed(b"12345")
        held = stage.held
        left.abandon()
        return held

    assert stage.play(act()) == 5
    assert (stage.held, stage.keeper.ahead, stage.keeper.behind) == (0, [], [])


def test_a_caller_who_is_cut_off_while_its_request_is_written_holds_nothing(stage: Stage) -> None:
    async def act() -> None:
        stage.keeper.at_once = False
        waiting = asyncio.ensure_future(stage.send("/a", "POST", b"123"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    stage.play(act())
    assert stage.held == 0


def test_a_full_project_is_told_to_come_back_later_and_nothing_is_read() -> None:
    stage = Stage(limits={"stored_bytes": 10})
    stage.declare("/a")
    stage.fill(10)
    answer = stage.play(stage.send("/a", "POST", b"123"))
    assert (answer.status, dict(answer.headers)[b"retry-after"]) == (503, b"60")
    assert (stage.held, stage.keeper.ahead, stage.keeper.behind) == (0, [], [])


def causes(rows: list[Row]) -> list[tuple[str, int, int | None]]:
    return [(row.causes, row.body_bytes, None if row.body is None else len(row.body)) for row in rows]


def test_what_is_refused_is_kept_with_its_bytes_where_they_were_read(stage: Stage) -> None:
    async def act() -> None:
        await stage.send("/nowhere", "POST", b"1234")
        await stage.send("/a", "PUT", b"1234")
        await stage.send("/a", "POST", b"x" * 11)
        await stage.send("/a", headers=[declared(b"99")])

    stage.play(act())
    assert causes(stage.keeper.behind) == [
        ('["no_endpoint"]', 4, 4),
        ('["method_not_allowed"]', 4, 4),
        ('["body_too_large"]', 11, None),
        ('["body_too_large"]', 99, None),
    ]
