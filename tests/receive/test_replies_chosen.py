"""Which rule answers, with what; and what is answered when an expression fails."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.expressions import Failed
from letterbox.receive.reply import GUARDS, Reply
from letterbox.receive.rules import DEFAULT, compiled
from tests.receive.answering import answer, received

tried = settings(derandomize=True, deadline=None)

JSON = {"content-type": "application/json"}
DEFAULT_REPLY = DEFAULT.reply("req_1")


def asked(body: Any) -> Any:
    return received(headers=JSON, body=json.dumps(body).encode())


def header(reply: Reply, name: bytes) -> bytes | None:
    return dict(reply.headers).get(name)


ZEN = [{"when": "request.body.zen != null", "status": 200, "body": {"pong": True}}, {"status": 201}]


@pytest.mark.parametrize(("body", "status"), [({"zen": "a"}, 200), ({"zen": None}, 201), ({"other": 1}, 201)])
def test_the_first_rule_that_holds_answers(body: Any, status: int) -> None:
    assert answer(ZEN, asked(body))[0].status == status


def test_a_rule_without_a_condition_answers_always() -> None:
    rules = [{"when": "false", "status": 200}, {"status": 201}, {"when": "true", "status": 203}]
    assert answer(rules, asked({}))[0].status == 201


@pytest.mark.parametrize("rules", [[], [{"when": "false", "status": 200}], [{"when": "1 == 2", "body_from": "1"}]])
def test_where_no_rule_holds_the_id_is_answered(rules: list[dict[str, Any]]) -> None:
    assert answer(rules, asked({})) == (DEFAULT_REPLY, [])
    assert (DEFAULT_REPLY.status, DEFAULT_REPLY.body) == (202, b'{"id":"req_1"}')


def test_a_condition_that_fails_does_not_hold_and_says_why() -> None:
    reply, notes = answer([{"status": 200, "when": "request.body.zen == 1"}], asked({"other": 1}))
    assert (reply, notes) == (DEFAULT_REPLY, ["replies/0/when failed: there is no `zen`"])


@pytest.mark.parametrize("when", ["1", "'true'", "null", "[true]", "request.body"])
def test_a_condition_that_is_no_boolean_does_not_hold_and_says_so(when: str) -> None:
    reply, notes = answer([{"status": 203}, {"status": 200, "when": when}][::-1], asked({"a": 1}))
    assert (reply.status, notes) == (203, ["replies/0/when is neither true nor false"])


def test_the_rules_behind_the_one_that_answers_are_not_looked_at() -> None:
    assert answer([{"status": 200}, {"when": "request.body.zen == 1"}], asked({}))[1] == []


COMPUTED = [
    ({"body_from": "{'id': request.id, 'a': request.body.a}"}, b'{"a":[1,2],"id":"req_1"}', b"application/json"),
    ({"body_from": "request.body.a.map(n, n * 2)"}, b"[2,4]", b"application/json"),
    ({"body_from": "request.received_at"}, b'"2023-11-14T22:13:20.123Z"', b"application/json"),
    ({"body_from": "b'\\x00'", "media_type": "application/a+json"}, b'"AA=="', b"application/a+json"),
    ({"body_from": "'<é>'", "media_type": "text/html; charset=utf-8"}, "<é>".encode(), b"text/html; charset=utf-8"),
    ({"body_from": "'text'"}, b'"text"', b"application/json"),
    ({"body_from": "null"}, b"null", b"application/json"),
]


@pytest.mark.parametrize(("rule", "body", "media_type"), COMPUTED)
def test_a_computed_body_leaves_in_its_media_type(rule: dict[str, Any], body: bytes, media_type: bytes) -> None:
    reply, notes = answer([{**rule, "status": 200, "headers": {"X-Kept": "yes"}}], asked({"a": [1, 2]}))
    assert (reply.status, reply.body, notes) == (200, body, [])
    assert header(reply, b"content-type") == media_type
    assert header(reply, b"content-length") == b"%d" % len(body)
    assert header(reply, b"x-kept") == b"yes"


@pytest.mark.parametrize("body_from", ["request.body.absent", "1 / 0", "double('NaN')", "hex(1)"])
def test_a_body_that_cannot_be_computed_leaves_the_default_reply_with_a_note(body_from: str) -> None:
    reply, notes = answer([{"status": 200, "body_from": body_from}], asked({}))
    assert reply == DEFAULT_REPLY
    assert [note.partition(": ")[0] for note in notes] == ["replies/0/body_from failed"]


@pytest.mark.parametrize("body_from", ["1", "null", "{'a': 1}", "true"])
def test_a_text_that_is_no_string_leaves_the_default_reply(body_from: str) -> None:
    reply, notes = answer([{"media_type": "text/plain", "body_from": body_from}], asked({}))
    assert (reply, len(notes)) == (DEFAULT_REPLY, 1)


def test_a_rule_that_can_no_longer_be_compiled_answers_like_one_that_fails() -> None:
    rules: list[dict[str, Any]] = [{"when": "gone(1)", "status": 200}, {"body_from": "gone(1)"}]
    reply, notes = answer(rules, asked({}))
    assert reply == DEFAULT_REPLY
    assert [note.split(" ")[0] for note in notes] == ["replies/0/when", "replies/1/body_from"]


def test_a_judge_that_takes_too_long_is_a_failure_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: Any) -> Any:
        raise Failed("it took too long")

    monkeypatch.setattr("tests.receive.answering.evaluate", slow)
    assert answer([{"when": "true", "status": 200}], asked({})) == (
        DEFAULT_REPLY,
        ["replies/0/when failed: it took too long"],
    )


@pytest.mark.parametrize(
    ("replies", "is_plain"),
    [
        ([], True),
        ([{"status": 200}, {"when": "true"}], True),
        ([{"body": 1}], True),
        ([{"when": "true"}], False),
        ([{"body_from": "1"}], False),
    ],
)
def test_only_rules_that_need_no_request_are_plain(replies: list[dict[str, Any]], *, is_plain: bool) -> None:
    assert compiled(replies).is_plain is is_plain


def test_plain_rules_answer_the_same_as_when_they_are_chosen() -> None:
    replies: list[dict[str, Any]] = [{"status": 203, "headers": {"x-a": "1"}, "body": {"a": 1}}, {"status": 200}]
    assert compiled(replies).plain.reply("req_1") == answer(replies, asked({}))[0]


def test_rules_that_are_never_asked_are_never_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str) -> Any:
        raise AssertionError(source)

    monkeypatch.setattr("letterbox.expressions.compiled", refuse)
    assert compiled([{"when": "request.id == 'a'", "body_from": "1"}]).is_plain is False


@tried
@given(some.text(max_size=50))
def test_no_computed_body_can_break_a_reply_apart(text: str) -> None:
    rule = {"body_from": "request.body.text", "media_type": "text/plain"}
    reply, _ = answer([rule], asked({"text": text}))
    assert reply.body == text.encode()
    assert reply.headers == [
        (b"content-type", b"text/plain"),
        *GUARDS,
        (b"content-length", b"%d" % len(text.encode())),
    ]
