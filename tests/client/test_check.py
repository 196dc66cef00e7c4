"""`letterbox check`: what the door would say of a file."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from letterbox.client.api import Answer, Api, NotAnswered, Refused
from tests.client.terminal import Terminal

PAYLOAD = '{\n  "data": {"amount": -1}\n}'
REFUSED: dict[str, Any] = {
    "verdict": "refused",
    "causes": ["contract_violation"],
    "violations": [
        {"pointer": "/data/amount", "keyword": "minimum", "message": "This is less than the minimum of 0."},
        {"pointer": "", "keyword": "headers/required", "message": "x-id is missing."},
    ],
    "contract_version": 3,
    "event_type": None,
    "path_parameters": {},
    "reply_status": 422,
    "trail": [],
}
ACCEPTED = {**REFUSED, "verdict": "accepted", "causes": [], "violations": [], "reply_status": 202}


class Door:
    """Answers in turn what stands in `answers`, and notes what it is asked."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any] | Exception] = []
        self.asked: list[tuple[str, Any]] = []

    def send(self, method: str, path: str, body: Any = None, **_: Any) -> Answer:
        self.asked.append((f"{method} {path}", body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer, "")


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    door = Door()
    monkeypatch.setattr(Api, "send", lambda _self, *words, **more: door.send(*words, **more))
    return door


def test_each_violation_is_shown_with_its_place(terminal: Terminal, door: Door) -> None:
    door.answers = [REFUSED]
    ended = terminal.run("check", terminal.write(PAYLOAD, "pay.json"), "--endpoint", "hub")
    assert (ended.status, ended.out.splitlines()) == (
        1,
        [
            "pay.json: refused (contract_violation), contract version 3, answered 422",
            "pay.json:2:22: /data/amount: minimum: This is less than the minimum of 0.",
            "pay.json: the headers as a whole: headers/required: x-id is missing.",
        ],
    )


def test_the_request_is_what_the_options_say(terminal: Terminal, door: Door) -> None:
    door.answers = [ACCEPTED]
    options = ["--method", "put", "--path", "/hub/1", "--query", "a=1", "--header", "X-Event: push", "--unverified"]
    assert terminal.run("check", "-", "--endpoint", "hub", *options, typed="[1]").status == 0
    asked = {
        "method": "PUT",
        "path": "/hub/1",
        "query": "a=1",
        "headers": [("content-type", "application/json"), ("x-event", "push")],
        "verified": False,
        "body_base64": base64.b64encode(b"[1]").decode(),
    }
    assert door.asked == [("POST /v1/endpoints/hub/check", asked)]


@pytest.mark.parametrize(
    ("name", "options", "content_type"),
    [
        ("a.xml", (), "application/xml"),
        ("a.form", (), "application/x-www-form-urlencoded"),
        ("a.unknown", (), "application/octet-stream"),
        ("a.json", ("--content-type", "application/cloudevents+json"), "application/cloudevents+json"),
        ("a.json", ("--header", "Content-Type: text/plain"), "text/plain"),
    ],
)
def test_the_content_type_is_that_of_the_name_or_the_one_given(
    terminal: Terminal, door: Door, name: str, options: tuple[str, ...], content_type: str
) -> None:
    door.answers = [ACCEPTED]
    terminal.run("check", terminal.write("x", name), "--endpoint", "hub", *options)
    assert door.asked[0][1]["headers"] == [("content-type", content_type)]


@pytest.mark.parametrize(
    ("message", "place"), [("This is no JSON.", "2:6"), ("This is no JSON: line 2 column 5 (char 7).", "2:5")]
)
def test_a_text_that_is_no_json_is_shown_where_the_door_stopped_or_else_where_it_stops_being_some(
    terminal: Terminal, door: Door, message: str, place: str
) -> None:
    violation = {"pointer": "", "keyword": "body", "message": message}
    door.answers = [{**REFUSED, "causes": ["unparsable_body"], "violations": [violation]}]
    ended = terminal.run("check", terminal.write('{\n"a": }', "pay.json"), "--endpoint", "hub")
    assert ended.out.splitlines()[1] == f"pay.json:{place}: the body as a whole: body: This is no JSON."


def test_several_are_checked_and_one_that_is_not_accepted_counts(terminal: Terminal, door: Door) -> None:
    door.answers = [ACCEPTED, REFUSED]
    files = [terminal.write(PAYLOAD, name) for name in ("a.json", "b.json")]
    ended = terminal.run("check", *files, "--endpoint", "hub", "--json")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert (ended.status, [line["verdict"] for line in lines]) == (1, ["accepted", "refused"])
    assert [(each["line"], each["column"]) for each in lines[1]["violations"]] == [(2, 22), (None, None)]


@pytest.mark.parametrize("reason", [NotAnswered("it does not answer"), Refused(404, "not-found", "No such endpoint.")])
def test_a_service_that_refuses_ends_it_after_what_is_known(terminal: Terminal, door: Door, reason: Exception) -> None:
    door.answers = [ACCEPTED, reason]
    files = [terminal.write(PAYLOAD, name) for name in ("a.json", "b.json")]
    ended = terminal.run("check", *files, "--endpoint", "hub")
    assert (ended.status, ended.out.startswith("a.json: accepted")) == (2, True)
    assert ended.err.startswith("letterbox: ")


@pytest.mark.parametrize("words", [("absent.json",), ("-", "-"), ("-", "--header", "nonsense"), ()])
def test_what_cannot_be_checked_is_refused(terminal: Terminal, door: Door, words: tuple[str, ...]) -> None:
    assert terminal.run("check", *words, "--endpoint", "hub").status == 2
    assert door.asked == []


def test_a_service_says_what_its_door_would(terminal: Terminal) -> None:
    terminal.client.post("/v1/endpoints", json={"path": "/checked"}).raise_for_status()
    contract = {"body": {"properties": {"amount": {"minimum": 0}}}, "active": True}
    terminal.client.post("/v1/endpoints/checked/contracts", json=contract).raise_for_status()
    good, bad = terminal.write('{"amount": 1}', "good.json"), terminal.write('{"amount":\n-1}', "bad.json")
    broken = terminal.write('{"amount":\n-1,}', "broken.json")
    assert terminal.run("check", good, "--endpoint", "checked").status == 0
    ended = terminal.run("check", bad, "--endpoint", "checked")
    assert (ended.status, ended.out.splitlines()[1].partition(" ")[0]) == (1, "bad.json:2:1:")
    ended = terminal.run("check", broken, "--endpoint", "checked")
    assert ended.out.splitlines()[1] == (
        "broken.json:2:3: the body as a whole: body: The body is not valid JSON: trailing comma is not allowed."
    )
    assert terminal.client.get("/v1/requests").json()["items"] == []
