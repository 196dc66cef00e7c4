"""What of a reply's expressions and schema is refused when it is saved, and what a schema does to a computed body."""

from __future__ import annotations

import json
from typing import Any

import pytest

from letterbox.receive.declared_replies import violations_of
from letterbox.receive.reply_schemas import MOST_BYTES
from letterbox.receive.rules import DEFAULT
from tests.receive.answering import answer, received


def found(rule: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["pointer"], one["keyword"]) for one in violations_of([{}, rule], "/replies")]


REFUSED = [
    ({"when": "request.zen"}, "/when", "expression"),
    ({"when": "1 +"}, "/when", "expression"),
    ({"body_from": "zen"}, "/body_from", "expression"),
    ({"when": "a" * 1025}, "/when", "expression"),
    ({"body": 1, "body_from": "1"}, "/body_from", "body_from"),
    ({"body_from": "1", "status": 204}, "/body_from", "status"),
    ({"body_from": "1", "status": 304}, "/body_from", "status"),
    ({"body_from": "1", "media_type": "image/png"}, "/media_type", "media_type"),
    ({"schema": {}}, "/schema", "schema"),
    ({"schema": {"const": "a" * MOST_BYTES}, "body": 1}, "/schema", "schema"),
    ({"schema": {"required": ["a"]}, "body": {}}, "/body", "required"),
    ({"schema": {"items": {"type": "string"}}, "body": ["a", 1]}, "/body/1", "type"),
    ({"schema": {"maxLength": 1}, "body": "ab", "media_type": "text/plain"}, "/body", "maxLength"),
    ({"schema": {"type": "strong"}, "body_from": "1"}, "/schema/type", "type"),
    ({"schema": {"$ref": "https://a.example/b"}, "body_from": "1"}, "/schema/$ref", "$ref"),
]


@pytest.mark.parametrize(("rule", "place", "keyword"), REFUSED)
def test_what_cannot_work_is_refused_with_its_place(rule: dict[str, Any], place: str, keyword: str) -> None:
    assert found(rule) == [(f"/replies/1{place}", keyword)]


SAVED: list[dict[str, Any]] = [
    {"when": "has(request.body.zen)", "body_from": "request.body"},
    {"body_from": "'a'", "media_type": "text/plain"},
    {"body_from": "1", "media_type": "application/problem+json", "status": 404},
    {"when": "true", "status": 204},
    {"schema": {"required": ["a"]}, "body": {"a": 1}},
    {"schema": {"type": "string"}, "body": "a", "media_type": "text/plain"},
    {"schema": {"type": "object"}, "body_from": "{}"},
]


@pytest.mark.parametrize("rule", SAVED)
def test_what_can_work_is_saved(rule: dict[str, Any]) -> None:
    assert found(rule) == []


def test_a_bad_expression_is_refused_with_its_position() -> None:
    (violation,) = violations_of([{"when": "request.id == x"}], "/replies")
    assert violation["message"].startswith("At line 1, column 15: ")


CONFORMING = {"schema": {"type": "object", "properties": {"a": {"type": "integer"}}}, "body_from": "request.body"}


def answered(rule: dict[str, Any], body: Any) -> Any:
    facts = received(headers={"content-type": "application/json"}, body=json.dumps(body).encode())
    return answer([rule], facts)


def test_a_computed_body_that_conforms_leaves() -> None:
    reply, notes = answered(CONFORMING, {"a": 1})
    assert (reply.body, notes) == (b'{"a":1}', [])


def test_a_computed_body_that_does_not_conform_leaves_the_default_reply_with_a_note() -> None:
    reply, notes = answered(CONFORMING, {"a": "one"})
    assert reply == DEFAULT.reply("req_1")
    assert [note.partition(": /a ")[0] for note in notes] == ["replies/0/body_from failed: the result does not conform"]


def test_a_computed_body_that_takes_long_to_check_does_not_leave() -> None:
    reply, notes = answered({**CONFORMING, "schema": {"uniqueItems": True}}, [[number] for number in range(20_000)])
    assert (reply, len(notes)) == (DEFAULT.reply("req_1"), 1)
