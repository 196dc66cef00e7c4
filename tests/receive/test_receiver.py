"""The way of an arrival: what is decided from its head, and what may have changed by the end of its body."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from letterbox.receive.receiver import MOST_HEAD_BYTES, REFUSED_SHARE
from letterbox.store.changes import Changed, Removed
from tests.receive.stage import Stage

ROOM = 100


@pytest.fixture
def stage() -> Stage:
    stage = Stage(in_flight_bytes=ROOM)
    stage.declare("/a", max_body_bytes=ROOM)
    return stage


def test_what_is_refused_already_takes_only_a_share_of_the_room(stage: Stage) -> None:
    refused = [stage.open("/nowhere") for _ in range(10)]
    for each in refused:
        each.feed(b"x" * 20)
    assert stage.held <= ROOM // REFUSED_SHARE
    accepted = stage.open("/a")
    assert accepted.feed(b"x" * ROOM)
    for each in (*refused, accepted):
        each.abandon()
    assert stage.held == 0


def test_what_is_refused_is_answered_and_kept_as_before_where_there_is_no_room_for_its_bytes(stage: Stage) -> None:
    full = stage.open("/nowhere")
    full.feed(b"x" * 20)
    answer = stage.play(stage.send("/nowhere", "POST", b"x" * 20))
    full.abandon()
    assert (answer.status, [row.body for row in stage.keeper.behind]) == (404, [None])
    assert json.loads(answer.body)["request_id"] == stage.keeper.behind[0].id
    assert stage.held == 0


def test_who_is_refused_and_not_kept_is_told_no_id(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.keeper, "keep_behind", lambda _: None)  # too many wait already
    answer = stage.play(stage.send("/nowhere", "POST", b"123"))
    assert answer.status == 404
    assert "request_id" not in json.loads(answer.body)
    assert stage.held == 0


@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
def test_a_head_that_is_too_large_is_refused_before_anybody_looks_who_listens(stage: Stage, method: str) -> None:
    headers = [(b"x-large", b"x" * MOST_HEAD_BYTES)]
    answer = stage.play(stage.send("/a", method, b"123", headers=headers))
    assert (answer.status, stage.held) == (431, 0)
    assert (stage.keeper.ahead, stage.keeper.behind) == ([], [])


def test_an_endpoint_that_is_removed_while_a_body_comes_in_does_not_take_it_any_more(stage: Stage) -> None:
    endpoint = stage.declare("/gone")
    arrival = stage.open("/gone")
    arrival.feed(b"123")
    stage.directory.apply(Removed(endpoint))
    answer = stage.play(stage.receiver.answer(arrival))
    assert (answer.status, stage.keeper.ahead) == (404, [])
    row = stage.keeper.behind[0]
    assert (row.endpoint_id, row.causes, row.body) == (None, '["no_endpoint"]', b"123")
    assert stage.held == 0


def test_a_project_that_is_removed_while_a_body_comes_in_keeps_nothing_of_it(stage: Stage) -> None:
    arrival = stage.open("/a")
    arrival.feed(b"123")
    stage.directory.apply(Removed(stage.project))
    answer = stage.play(stage.receiver.answer(arrival))
    assert (answer.status, stage.keeper.ahead, stage.keeper.behind) == (404, [], [])
    assert stage.held == 0


def test_an_endpoint_that_moves_while_a_body_comes_in_takes_it_all_the_same(stage: Stage) -> None:
    endpoint = stage.declare("/mover")
    arrival = stage.open("/mover")
    arrival.feed(b"123")
    stage.directory.apply(Changed(replace(endpoint, path="/moved")))
    answer = stage.play(stage.receiver.answer(arrival))
    assert (answer.status, [row.body for row in stage.keeper.ahead]) == (202, [b"123"])


def test_an_arrival_before_the_service_listens_is_told_to_come_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.receiver, "listen", lambda *_: None)
    answer = stage.play(stage.send("/a", "POST", b"123"))
    assert (answer.status, dict(answer.headers)[b"retry-after"]) == (503, b"1")
    assert stage.held == 0
