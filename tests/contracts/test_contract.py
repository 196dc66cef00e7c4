"""A contract judges media type, body, event type and schemas, in this order, and says what is broken."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from letterbox.contracts.contract import Contract
from letterbox.contracts.judgement import Judgement
from tests.contracts.given import contract, facts

OBJECT = {"type": "object", "required": ["a"]}
BY_KIND = {"event_type": "request.body.kind", "event_types": {"push": OBJECT, "ping": True}}
DRAFT = "http://json-schema.org/draft-{}/schema#"
FORM = "application/x-www-form-urlencoded"


def broken(judgement: Judgement) -> list[tuple[str, str]]:
    return [(violation["pointer"], violation["keyword"]) for violation in judgement.violations]


def test_an_empty_contract_takes_everything() -> None:
    assert contract().judge(facts({"a": 1})) == Judgement()


def test_a_body_that_conforms_is_taken() -> None:
    assert contract(body=OBJECT).judge(facts({"a": 1})) == Judgement()


def test_a_body_that_does_not_says_where_and_why() -> None:
    judgement = contract(body={"properties": {"a/b": {"minimum": 0}}}).judge(facts({"a/b": -1}))
    assert judgement == Judgement(
        "contract_violation",
        ({"pointer": "/a~1b", "keyword": "minimum", "message": "This is less than the minimum of 0."},),
    )


@pytest.mark.parametrize("body", [None, b"", b"null"])
def test_no_body_is_judged_as_null(body: bytes | None) -> None:
    assert broken(contract(body=OBJECT).judge(facts(body))) == [("", "type")]


def test_at_most_20_violations_are_told() -> None:
    judged = contract(body={"items": {"type": "string"}}, query={"required": ["a"]}).judge(facts([1] * 50))
    assert len(judged.violations) == 20


@pytest.mark.parametrize(
    ("content_type", "media_types"),
    [
        ("application/json", ["application/json"]),
        ("APPLICATION/JSON; charset=utf-8", ["application/json"]),
        ("application/json;", ["text/plain", "Application/JSON"]),
        ("application/json", ["application/*"]),
        ("application/json", ["*/*"]),
        ("application/json", []),
    ],
)
def test_a_media_type_that_is_named_is_taken(content_type: str, media_types: list[str]) -> None:
    assert (
        contract(media_types=media_types, body=OBJECT).judge(facts({"a": 1}, content_type=content_type)).cause is None
    )


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/json, text/plain", "application/xjson"])
def test_a_media_type_that_is_not_named_is_unsupported(content_type: str | None) -> None:
    judgement = contract(media_types=["application/json"]).judge(facts({"a": 1}, content_type=content_type))
    assert (judgement.cause, broken(judgement)) == ("unsupported_media_type", [("", "media_types")])


@pytest.mark.parametrize("content_type", [None, "image/png", "application/octet-stream"])
def test_a_body_that_nothing_is_read_of_is_unsupported_where_a_schema_judges_it(content_type: str | None) -> None:
    judged = [contract(**part).judge(facts({"a": 1}, content_type=content_type)) for part in ({"body": OBJECT}, {})]
    assert [judgement.cause for judgement in judged] == ["unsupported_media_type", None]


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ([b"text/plain"], "The Content-Type is not among those taken. Taken are: application/json."),
        ([], "There is no Content-Type. Taken are: application/json."),
        ([b"application/json", b"text/json"], "The Content-Types differ; send one. Taken are: application/json."),
    ],
)
def test_it_says_what_is_wrong_with_the_media_type(types: list[bytes], words: str) -> None:
    sent = facts({"a": 1})
    sent.raw_headers = [(b"content-type", type_) for type_ in types]
    violations = contract(media_types=["application/json"]).judge(sent).violations
    assert [violation["message"] for violation in violations] == [words]


def test_json_that_is_sent_as_a_form_is_told_so() -> None:
    sent = facts(b'{"a": 1}', content_type="application/x-www-form-urlencoded")
    judgement = contract(body={"required": ["a"]}).judge(sent)
    assert broken(judgement) == [("", "media_types"), ("", "required")]


def test_a_request_without_a_body_needs_no_media_type() -> None:
    assert contract(media_types=["application/json"]).judge(facts(None, content_type=None)).cause is None


def test_a_request_without_a_body_may_not_name_another_one() -> None:
    judgement = contract(media_types=["application/json"]).judge(facts(None, content_type="text/plain"))
    assert judgement.cause == "unsupported_media_type"


@pytest.mark.parametrize("offered", [{}, {"body": OBJECT}, {"query": True}])
def test_a_body_that_is_not_what_its_media_type_says_is_unparsable(offered: dict[str, Any]) -> None:
    judgement = contract(**offered).judge(facts(b'{"a":1,"a":2}'))
    assert (judgement.cause, judgement.violations[0]["keyword"]) == ("unparsable_body", "body")


def test_a_form_is_judged_as_an_object_of_texts() -> None:
    judged = contract(body={"properties": {"a": {"type": "string", "pattern": "^[0-9]$"}}, "required": ["b"]})
    assert broken(judged.judge(facts(b"a=x", content_type=FORM))) == [("/a", "pattern"), ("", "required")]


def test_a_body_by_gzip_is_judged_inflated() -> None:
    sent = facts(gzip.compress(b'{"b":1}'), headers={"content-encoding": "gzip"})
    assert broken(contract(body=OBJECT).judge(sent)) == [("", "required")]


def test_the_schema_of_the_event_type_judges() -> None:
    assert broken(contract(**BY_KIND).judge(facts({"kind": "push"}))) == [("", "required")]


def test_the_event_type_is_told_with_the_judgement() -> None:
    request = facts({"kind": "ping"})
    assert (contract(**BY_KIND).judge(request).event_type, request.event_type) == ("ping", "ping")


@pytest.mark.parametrize(
    ("kind", "words"),
    [("pull", "The contract has no schema for this event type."), (None, "The request has no event type.")],
)
def test_an_unknown_event_type_is_refused(kind: Any, words: str) -> None:
    judgement = contract(**BY_KIND).judge(facts({"kind": kind}))
    assert judgement.violations == ({"pointer": "", "keyword": "event_type", "message": words},)


def test_an_unknown_event_type_is_taken_if_the_contract_says_so() -> None:
    assert contract(**BY_KIND, unknown_event_types="accept").judge(facts({"kind": "pull"})).event_type == "pull"


@pytest.mark.parametrize("kind", [7, "", "a\nb", "x" * 201, ["push"]])
def test_an_event_type_that_is_no_short_text_is_none_and_noted(kind: Any) -> None:
    judgement = contract(event_type="request.body.kind").judge(facts({"kind": kind}))
    assert (judgement.event_type, judgement.notes[0].startswith("event_type: ")) == (None, True)


def test_an_expression_that_fails_gives_no_event_type_and_is_noted() -> None:
    judgement = contract(event_type="request.body.a.b.c").judge(facts({"a": 1}))
    assert (judgement.cause, judgement.event_type, len(judgement.notes)) == (None, None, 1)


def test_the_schema_of_the_body_judges_every_event_type() -> None:
    judged = contract(**BY_KIND, body={"required": ["id"]}).judge(facts({"kind": "push", "a": 1}))
    assert judged.violations[0]["message"] == 'The member "id" is missing.'


def test_other_parts_are_named_in_the_keyword() -> None:
    judged = contract(
        path={"properties": {"id": {"pattern": "^[0-9]+$"}}},
        query={"required": ["page"]},
        headers={"properties": {"x-kind": {"enum": ["a"]}}},
    )
    request = facts(None, path_parameters={"id": "x"}, query="a=1", headers={"x-kind": "b"})
    assert broken(judged.judge(request)) == [
        ("/id", "path/pattern"),
        ("", "query/required"),
        ("/x-kind", "headers/enum"),
    ]


def test_shared_definitions_are_found_from_every_part() -> None:
    shared = {"$ref": "#/definitions/number"}
    judged = contract(
        definitions={"number": {"$ref": "#/definitions/digits"}, "digits": {"pattern": "^[0-9]+$"}},
        body={"properties": {"a": shared}},
        query={"additionalProperties": shared},
    )
    assert broken(judged.judge(facts({"a": "x"}, query="b=y"))) == [("/a", "pattern"), ("/b", "query/pattern")]


def test_a_schemas_own_definition_comes_before_a_shared_one() -> None:
    own = {"$ref": "#/definitions/a", "definitions": {"a": {"type": "string"}}}
    judged = contract(definitions={"a": {"type": "integer"}, "b": {"$ref": "#/definitions/a"}}, body=own, query=True)
    assert judged.judge(facts("x")).cause is None


def test_a_shared_definition_means_the_shared_ones_even_where_a_schema_has_its_own() -> None:
    own = {"$ref": "#/definitions/b", "definitions": {"a": {"type": "string"}}}
    judged = contract(definitions={"a": {"type": "integer"}, "b": {"$ref": "#/definitions/a"}}, body=own)
    assert broken(judged.judge(facts("x"))) == [("", "type")]


@pytest.mark.parametrize(("asserted", "cause"), [(False, None), (True, "contract_violation")])
def test_formats_count_only_if_the_contract_says_so(asserted: bool, cause: str | None) -> None:
    assert contract(body={"format": "date"}, assert_formats=asserted).judge(facts("x")).cause == cause


@pytest.mark.parametrize(
    ("schema", "value", "is_taken"),
    [
        ({"$schema": DRAFT.format("04"), "type": "integer"}, 1.0, False),
        ({"$schema": DRAFT.format("06"), "type": "integer"}, 1.0, True),
        ({"$schema": DRAFT.format("04"), "const": 1}, 2, True),
        ({"$schema": DRAFT.format("06"), "if": True, "then": False}, 2, True),
        ({"$schema": DRAFT.format("07"), "if": True, "then": False}, 2, False),
        (
            {"$schema": DRAFT.format("07"), "items": [{"const": 1}], "additionalItems": False},
            [1],
            True,
        ),
        (
            {"$schema": DRAFT.format("07"), "items": [True], "additionalItems": False},
            [1, 2],
            False,
        ),
        ({"$schema": DRAFT.format("07"), "prefixItems": [False]}, [1], True),
        ({"$schema": "https://json-schema.org/draft/2019-09/schema", "unevaluatedItems": False}, [1], False),
        ({"contentMediaType": "application/json", "contentEncoding": "base64"}, "%", True),
        ({"prefixItems": [False]}, [1], False),
        ({"items": {"$ref": "#"}, "maxItems": 1}, [[1, 2]], False),
        ({"$ref": "#a", "$defs": {"b": {"$anchor": "a", "type": "null"}}}, 1, False),
    ],
)
def test_keywords_count_as_in_the_draft_of_the_schema(schema: Any, value: Any, is_taken: bool) -> None:
    assert (contract(body=schema).judge(facts(value)).cause is None) == is_taken


@pytest.mark.parametrize("body", [{"secret": "x" * 999}, {"x" * 999: 1}, {"a": ["x" * 999]}])
def test_no_more_than_200_characters_of_what_was_sent_are_repeated(body: Any) -> None:
    judged: Contract = contract(body={"additionalProperties": {"type": "null"}, "required": ["a"]})
    for violation in judged.judge(facts(body)).violations:
        assert max(len(violation["pointer"]), len(violation["message"])) <= 200


def test_a_value_that_was_sent_is_not_repeated() -> None:
    judgement = contract(body={"properties": {"a": {"enum": ["b"], "maxLength": 1}}}).judge(facts({"a": "secret"}))
    assert "secret" not in str(judgement)
