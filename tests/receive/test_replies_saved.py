"""What of a reply's expressions and schema is refused when it is saved, and what a schema does to a computed body."""

from __future__ import annotations

import json
from typing import Any

import pytest

from letterbox.contracts import patterns
from letterbox.receive.declared_replies import expressions_of, violations_of, without_secret
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
    ({"body_from": "hex(hmac('md5', 'a', 'b'))"}, "/body_from", "expression"),
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
    {"schema": {"properties": {f"property-{at}": {"type": "string"} for at in range(600)}}, "body": {}},
]


@pytest.mark.parametrize("rule", SAVED)
def test_what_can_work_is_saved(rule: dict[str, Any]) -> None:
    assert found(rule) == []


def test_a_header_for_the_content_type_leads_to_the_property_that_sets_it() -> None:
    (violation,) = violations_of([{"headers": {"Content-Type": "text/plain"}}], "/replies")
    assert (violation["pointer"], "`media_type`" in violation["message"]) == ("/replies/0/headers/Content-Type", True)


SIGNS = "hex(sign('sha256', request.id))"


def test_without_a_secret_every_expression_that_signs_is_named_by_its_place() -> None:
    replies = [{"when": f"{SIGNS} == ''"}, {"when": "request.query.sign == 'sign(1, 2)'", "body_from": SIGNS}]
    named = dict(expressions_of(replies, "/replies"))
    assert [one["pointer"] for one in without_secret(named)] == ["/replies/0/when", "/replies/1/body_from"]


def test_what_was_saved_and_can_not_be_compiled_any_more_is_no_reason_to_refuse_something_else() -> None:
    assert [*without_secret({"/dedupe/key": "sign("})] == []


def test_a_bad_expression_is_refused_with_its_position() -> None:
    (violation,) = violations_of([{"when": "request.id == x"}], "/replies")
    assert violation["message"].startswith("At line 1, column 15: ")


def test_patterns_are_bounded_together_before_any_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "compiles", lambda pattern: pytest.fail(f"{pattern} was compiled"))
    schema: dict[str, Any] = {"patternProperties": {f"[^{at}]{{1105}}": {} for at in range(1100)}}
    (violation,) = violations_of([{"schema": schema, "body_from": "{}"}], "/replies")
    assert violation["message"] == "The patterns of this contract are too large together."


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
