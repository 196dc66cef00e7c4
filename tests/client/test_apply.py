"""`letterbox apply`: a service has what a file says, and nothing is overwritten unseen."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.client import command_apply
from letterbox.client.api import Api, NotAnswered
from letterbox.client.plan import Step
from tests.client.terminal import Terminal, lines_of

REPLY = {"status": 201, "body": {"thanks": True}}


def test_an_endpoint_of_the_file_is_created(terminal: Terminal) -> None:
    ended = terminal.apply({"name": "hub", "path": "/hub", "replies": [REPLY]})
    assert ended.status == 0
    assert ended.out.splitlines() == [
        f"hub  created    POST {terminal.endpoint('hub')['url']}",
        "1 created.",
    ]
    assert terminal.send("/hub").json() == REPLY["body"]


def test_what_differs_is_changed_and_shown(terminal: Terminal) -> None:
    terminal.declare(name="hub", path="/hub", requests_per_second=5)
    ended = terminal.apply({"name": "hub", "path": "/hub", "paused": True})
    assert ended.out.splitlines()[0] == "hub  changed    requests_per_second: 5 → null; paused: false → true"
    assert terminal.endpoint("hub")["paused"] is True


@pytest.mark.parametrize(("before", "after"), [(1, True), (1, 1.5), ({"a": 1}, {"a": 2}), ([1], [1, 1]), ("", None)])
def test_a_reply_that_differs_in_a_value_is_changed(terminal: Terminal, before: Any, after: Any) -> None:
    terminal.declare(name="hub", path="/hub", replies=[{"body": before}])
    terminal.apply({"name": "hub", "path": "/hub", "replies": [{"body": after}]})
    assert terminal.endpoint("hub")["replies"] == [{"body": after}]


def test_an_endpoint_that_is_as_it_should_be_is_left_alone(terminal: Terminal) -> None:
    there = terminal.declare(name="hub", path="/hub", replies=[REPLY])
    ended = terminal.apply({"name": "hub", "path": "/hub", "replies": [REPLY]})
    assert (ended.status, ended.out) == (0, "hub  unchanged\n1 unchanged.\n")
    assert terminal.endpoint("hub") == there


def test_what_the_file_leaves_out_gets_the_default_of_the_project(terminal: Terminal) -> None:
    terminal.client.patch("/v1/projects/default", json={"defaults": {"max_body_bytes": 5}}).raise_for_status()
    terminal.declare(name="hub", path="/hub", max_body_bytes=9)
    ended = terminal.apply({"name": "hub", "path": "/hub"})
    terminal.client.patch("/v1/projects/default", json={"defaults": {"max_body_bytes": 1048576}}).raise_for_status()
    assert lines_of(ended) == {"hub": "changed"}
    assert "max_body_bytes: 9 → 5" in ended.out


def test_an_endpoint_that_the_file_does_not_have_is_left_alone(terminal: Terminal) -> None:
    terminal.declare(name="other", path="/other")
    terminal.apply({"name": "hub", "path": "/hub"})
    assert terminal.names() == ["hub", "other"]


def test_two_endpoints_whose_paths_follow_each_other_are_moved(terminal: Terminal) -> None:
    terminal.declare(name="a", path="/a")
    terminal.declare(name="b", path="/b")
    ended = terminal.apply({"name": "a", "path": "/b"}, {"name": "b", "path": "/c"})
    assert ended.status == 0
    assert [terminal.endpoint(name)["path"] for name in "ab"] == ["/b", "/c"]


def test_what_stands_in_the_way_of_each_other_fails_and_says_why(terminal: Terminal) -> None:
    terminal.declare(name="a", path="/a")
    terminal.declare(name="b", path="/b")
    ended = terminal.apply({"name": "a", "path": "/b"}, {"name": "b", "path": "/a"})
    assert ended.status == 1
    assert lines_of(ended) == {"a": "failed", "b": "failed"}
    assert "Another endpoint takes one of POST at /b" in ended.out


def test_a_refusal_says_which_is_done_and_which_is_not(terminal: Terminal) -> None:
    bad = {"name": "bad", "path": "/a b"}
    ended = terminal.apply({"name": "a", "path": "/a"}, bad, {"name": "c", "path": "/c"})
    assert ended.status == 1
    assert lines_of(ended) == {"a": "created", "bad": "failed", "c": "created"}
    assert "/path: " in ended.out
    assert ended.out.splitlines()[-1] == "2 created, 1 failed."


def test_an_endpoint_that_somebody_changed_meanwhile_is_not_overwritten(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.declare(name="hub", path="/hub")
    carry_out = command_apply.carry_out

    def late(applying: Any, steps: list[Step]) -> int:
        terminal.client.patch("/v1/endpoints/hub", json={"requests_per_second": 7}).raise_for_status()
        return carry_out(applying, steps)

    monkeypatch.setattr(command_apply, "carry_out", late)
    ended = terminal.apply({"name": "hub", "path": "/hub", "paused": True})
    assert ended.status == 1
    assert "somebody changed it meanwhile" in ended.out
    assert terminal.endpoint("hub")["requests_per_second"] == 7


def test_an_endpoint_that_somebody_made_meanwhile_is_not_overwritten(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out = command_apply.carry_out

    def late(applying: Any, steps: list[Step]) -> int:
        terminal.declare(name="hub", path="/other")
        return carry_out(applying, steps)

    monkeypatch.setattr(command_apply, "carry_out", late)
    assert terminal.apply({"name": "hub", "path": "/hub"}).status == 1
    assert terminal.endpoint("hub")["path"] == "/other"


def test_a_service_that_is_gone_half_way_leaves_a_list_of_what_is_not_done(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Api.send

    def cut(self: Api, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if body["name"] == "b":
            raise NotAnswered("the service does not answer")
        return send(self, method, path, body, **more)

    monkeypatch.setattr(Api, "send", cut)
    ended = terminal.apply(*({"name": name, "path": f"/{name}"} for name in "abc"))
    assert ended.status == 1
    assert ended.out.splitlines()[1:] == ["b  unclear", "c  not done"]
    assert "does not answer" in ended.err
