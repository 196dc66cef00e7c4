"""What is refused when a contract is offered, where and why; and what is kept of one that is taken."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from letterbox.contracts.engine import validator
from letterbox.contracts.intake import DEFAULTS, MOST_BYTES, intake, normalised, text_of
from letterbox.contracts.keywords import DRAFTS
from letterbox.errors import Unprocessable
from tests.contracts.given import pointers, refused
from tests.github import schemas

STRING = {"type": "string"}
DRAFT_4, DRAFT_7 = "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(depth):
        schema = {"not": schema}
    return schema


def row(length: int) -> dict[str, Any]:
    definitions = {str(at): {"$ref": f"#/$defs/{at + 1}"} for at in range(length)}
    return {"$ref": "#/$defs/0", "$defs": {**definitions, str(length): STRING}}


def test_what_is_left_out_is_filled_in() -> None:
    assert intake({}) == DEFAULTS


def test_a_contract_that_was_taken_is_taken_again_as_it_is() -> None:
    taken = intake({"media_types": ["Application/JSON"], "body": STRING, "event_type": "request.path"})
    assert intake(taken) == taken


def test_githubs_schemas_are_taken() -> None:
    assert intake(schemas.contract())["event_types"].keys() == schemas.schemas_by_event().keys()


def test_githubs_schemas_are_taken_as_one() -> None:
    assert intake({"body": schemas.schema()})["body"] == schemas.schema()


@pytest.mark.parametrize("url", DRAFTS)
@pytest.mark.parametrize("ending", ["", "#"])
def test_a_draft_that_is_known_is_taken(url: str, ending: str) -> None:
    assert intake({"body": {"$schema": url + ending, "type": "object"}})


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"$ref": "#/$defs/a", "$defs": {"a": STRING}},
        {"$ref": "#/definitions/shared"},
        {"$ref": "#a", "$defs": {"x": {"$anchor": "a"}}},
        {"$ref": "#/definitions/a%20b~1c", "definitions": {"a b/c": STRING}},
        {"$id": "https://example.com/root", "$ref": "other", "$defs": {"a": {"$id": "other", "type": "string"}}},
        {
            "$ref": "https://example.com/a#/$defs/b",
            "$defs": {"a": {"$id": "https://example.com/a", "$defs": {"b": {}}}},
        },
        {"$id": "rel", "properties": {"a": {"$id": "x", "$ref": "#/$defs/a"}}, "$defs": {"a": {}}},
        {"$schema": DRAFT_7, "$ref": "#a", "definitions": {"a": {"$id": "#a"}}},
        {"$schema": DRAFT_4, "minimum": 1, "exclusiveMinimum": True, "additionalProperties": False},
        {"$schema": DRAFT_7, "items": [STRING], "additionalItems": False},
        {"$schema": DRAFT_7, "$ref": "#/definitions/shared", "type": "unknown beside a reference"},
        {"properties": {"$ref": {"type": "string"}, "pattern": {"const": {"$ref": "http://no.reference/"}}}},
        {"properties": {"child": {"$ref": "#"}}, "items": {"$ref": "#"}},
        {"$dynamicAnchor": "node", "items": {"$dynamicRef": "#node"}},
        {"dependencies": {"a": ["b"], "c": {"required": ["d"]}}},
        {"pattern": "(a+)+$"},
        {"pattern": r"^[a-z]{1,63}\.\(?=\\1$"},
        {"pattern": r"[(?=]"},
        {"x-of-ours": {"type": 1}, "description": "…", "default": None},
        row(60),
    ],
    ids=lambda schema: str(schema)[:60],
)
def test_a_schema_that_makes_sense_is_taken(schema: Any) -> None:
    assert intake({"body": schema, "definitions": {"shared": STRING}})["body"] == schema


@pytest.mark.parametrize(
    ("schema", "where", "keyword"),
    [
        ([], "", "body"),
        ("object", "", "body"),
        ({"$ref": "http://example.com/a.json"}, "/$ref", "$ref"),
        ({"$ref": "file:///etc/passwd"}, "/$ref", "$ref"),
        ({"$ref": "other.json"}, "/$ref", "$ref"),
        ({"$ref": "//example.com/a"}, "/$ref", "$ref"),
        ({"$ref": "#/$defs/absent"}, "/$ref", "$ref"),
        ({"$ref": "#/$defs", "$defs": {"type": "object"}}, "/$defs/type", "$defs"),
        ({"$ref": "#absent"}, "/$ref", "$ref"),
        ({"$ref": 1}, "/$ref", "$ref"),
        ({"$ref": "#/required/0", "required": ["a"]}, "/$ref", "$ref"),
        ({"$ref": "#/x", "x": {"type": "strin"}}, "/x/type", "type"),
        ({"$id": "http://example.com/", "$ref": "a"}, "/$ref", "$ref"),
        ({"$schema": "http://example.com/mine"}, "/$schema", "$schema"),
        ({"$schema": 7}, "/$schema", "$schema"),
        ({"properties": {"a": {"$schema": DRAFT_7}}}, "/properties/a/$schema", "$schema"),
        ({"$schema": DRAFT_4, "not": True}, "/not", "not"),
        ({"$dynamicRef": "#absent"}, "/$dynamicRef", "$dynamicRef"),
        (
            {"$defs": {"a": {"$id": "a", "$dynamicAnchor": "n", "items": {"$dynamicRef": "#n"}}}},
            "/$defs/a/items/$dynamicRef",
            "$dynamicRef",
        ),
        ({"$ref": "#"}, "", "$ref"),
        ({"allOf": [{"anyOf": [{"$ref": "#"}]}]}, "", "$ref"),
        ({"not": {"$ref": "#"}}, "", "$ref"),
        ({"$dynamicAnchor": "a", "if": {"$dynamicRef": "#a"}}, "", "$ref"),
        ({"dependentSchemas": {"a": {"$ref": "#"}}}, "", "$ref"),
        ({"type": "strin"}, "/type", "type"),
        ({"type": []}, "/type", "type"),
        ({"type": ["string", "string"]}, "/type", "type"),
        ({"properties": {"a": 1}}, "/properties/a", "properties"),
        ({"properties": []}, "/properties", "properties"),
        ({"items": [STRING]}, "/items", "items"),
        ({"prefixItems": []}, "/prefixItems", "prefixItems"),
        ({"allOf": {}}, "/allOf", "allOf"),
        ({"required": "a"}, "/required", "required"),
        ({"required": [1]}, "/required", "required"),
        ({"enum": 1}, "/enum", "enum"),
        ({"minLength": -1}, "/minLength", "minLength"),
        ({"maxItems": 1.5}, "/maxItems", "maxItems"),
        ({"minimum": "1"}, "/minimum", "minimum"),
        ({"exclusiveMinimum": True}, "/exclusiveMinimum", "exclusiveMinimum"),
        ({"multipleOf": 0}, "/multipleOf", "multipleOf"),
        ({"uniqueItems": 1}, "/uniqueItems", "uniqueItems"),
        ({"format": 1}, "/format", "format"),
        ({"dependentRequired": {"a": "b"}}, "/dependentRequired", "dependentRequired"),
        ({"dependencies": {"a": 1}}, "/dependencies", "dependencies"),
        ({"pattern": "["}, "/pattern", "pattern"),
        ({"pattern": r"(a)\1"}, "/pattern", "pattern"),
        ({"pattern": r"(?<n>a)\k<n>"}, "/pattern", "pattern"),
        ({"pattern": "(a{1000}){1000}"}, "/pattern", "pattern"),
        ({"pattern": "a" * 5000}, "/pattern", "pattern"),
        ({"patternProperties": {"(?!a)": {}}}, "/patternProperties/(?!a)", "patternProperties"),
        *(({"pattern": f"({look}a)b"}, "/pattern", "pattern") for look in ("?=", "?!", "?<=", "?<!")),
    ],
    ids=str,
)
def test_a_schema_that_makes_none_is_refused_at_its_place(schema: Any, where: str, keyword: str) -> None:
    assert pointers(body=schema) == [(f"/body{where}", keyword)]


@pytest.mark.parametrize(
    ("offered", "where"),
    [
        ({"media_types": "application/json"}, "/media_types"),
        ({"media_types": ["json"]}, "/media_types"),
        ({"media_types": ["application/json; charset=utf-8"]}, "/media_types"),
        ({"media_types": ["a/b"] * 101}, "/media_types"),
        ({"assert_formats": "yes"}, "/assert_formats"),
        ({"unknown_event_types": "ignore"}, "/unknown_event_types"),
        ({"event_type": 1}, "/event_type"),
        ({"event_type": "request.("}, "/event_type"),
        ({"event_type": "nobody.knows"}, "/event_type"),
        ({"event_types": {"push": {}}}, "/event_type"),
        ({"event_types": [], "event_type": "request.path"}, "/event_types"),
        ({"event_types": {"": {}}, "event_type": "request.path"}, "/event_types/"),
        ({"event_types": {"a\nb": {}}, "event_type": "request.path"}, "/event_types/a\nb"),
        ({"event_types": {"a": 1}, "event_type": "request.path"}, "/event_types/a"),
        ({"event_types": {"a": {"type": 1}}, "event_type": "request.path"}, "/event_types/a/type"),
        ({"definitions": {"a": 1}}, "/definitions/a"),
        ({"definitions": {"a": {"type": 1}}}, "/definitions/a/type"),
        ({"definitions": {"a": {"$ref": "#/body"}}, "body": {}}, "/definitions/a/$ref"),
        ({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}, "/definitions/a"),
        *(({part: {"type": 1}}, f"/{part}/type") for part in ("path", "query", "headers")),
    ],
    ids=str,
)
def test_the_rest_of_a_contract_is_looked_at_too(offered: dict[str, Any], where: str) -> None:
    assert [pointer for pointer, _ in pointers(**offered)] == [where]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (nested(64), "at most 64 levels"),
        ({"enum": list(range(500_000))}, "at most 500000 values"),
        ({"const": "a" * MOST_BYTES}, "at most 8388608 bytes"),
        ({"const": 2**64}, "at most 64 bits"),
        (row(65), "more than 64 lead on"),
        (row(20_000), "more than 64 lead on"),
        ({"allOf": [{"pattern": f"^.{{1000}}{at}"} for at in range(30)]}, "too large together"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_too_large_is_refused(body: Any, says: str) -> None:
    assert says in refused(body=body)[0]["message"]


@pytest.mark.parametrize(
    ("offered", "where"),
    [
        ({"bodyy": {}}, ["/bodyy"]),
        ({"schema": {}, "body": {}}, ["/schema"]),
        ({"mediatypes": [], "Body": {}}, ["/mediatypes", "/Body"]),
        ({"active": True}, ["/active"]),
        ({"body ": None}, ["/body "]),
    ],
)
def test_a_property_that_no_contract_has_is_refused_with_those_that_there_are(
    offered: dict[str, Any], where: list[str]
) -> None:
    found = refused(**offered)
    assert [each["pointer"] for each in found] == where
    for each in found:
        assert f"There is no `{each['pointer'][1:]}`" in each["message"]
        assert each["message"].endswith("unknown_event_types, definitions.")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {}, "definitions": {}},
        {"$schema": DRAFT_7, "title": "An order"},
        {"$ref": "#/definitions/a", "definitions": {"a": {}}},
    ],
)
def test_a_bare_schema_is_refused_with_where_it_belongs(schema: dict[str, Any]) -> None:
    assert all(found["message"].endswith("put it under `body`.") for found in refused(**schema))


def test_a_swagger_document_is_refused_once_with_what_to_do() -> None:
    (found,) = refused(swagger="2.0", info={}, paths={}, definitions={"a": {"type": "wrong"}})
    assert found["pointer"] == "/swagger"
    assert "convert it to OpenAPI" in found["message"]


@pytest.mark.parametrize(
    ("headers", "where"),
    [
        ({"required": ["x-shop", "X-Token"]}, "/required/1"),
        ({"properties": {"X-Token": {}}}, "/properties/X-Token"),
        ({"dependentRequired": {"X-A": []}}, "/dependentRequired/X-A"),
        ({"allOf": [{}, {"anyOf": [{"required": ["ETag"]}]}]}, "/allOf/1/anyOf/0/required/0"),
        ({"if": {"required": ["A"]}}, "/if/required/0"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"required": ["A"]}}}, "/$defs/a/required/0"),
    ],
)
def test_names_of_headers_with_capitals_are_refused(headers: dict[str, Any], where: str) -> None:
    (found,) = refused(headers=headers)
    assert found["pointer"] == f"/headers{where}"
    assert "in lower case" in found["message"]


def test_names_of_headers_with_capitals_are_refused_in_definitions_that_judge_headers() -> None:
    found = refused(headers={"$ref": "#/definitions/a"}, definitions={"a": {"required": ["A"]}})
    assert [each["pointer"] for each in found] == ["/definitions/a/required/0"]


@pytest.mark.parametrize(
    "offered",
    [
        {"headers": {"required": ["x-token"], "properties": {"x-token": {"enum": ["A"]}}}},
        {"headers": {"properties": {"x-token": {"required": ["A"]}}, "title": "Headers", "$defs": {"A": {}}}},
        {"headers": True},
        {"body": {"required": ["A"]}, "query": {"required": ["A"]}, "path": {"properties": {"A": {}}}},
    ],
)
def test_other_names_may_have_capitals(offered: dict[str, Any]) -> None:
    assert intake(offered)


def test_a_contract_of_the_most_bytes_is_taken_again_as_it_is() -> None:
    most = {"body": {"const": "a" * (MOST_BYTES - len('{"body":{"const":""}}'))}}
    assert intake(intake(most))["body"] == most["body"]


def test_what_is_only_normalised_is_as_what_is_taken_in() -> None:
    offered = {"media_types": ["Application/JSON"], "body": {"b": 1, "a": 2}, "query": None}
    assert text_of(normalised(offered)) == text_of(intake(offered))


@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        ("requird", "required"),
        ("requried", "required"),
        ("Required", "required"),
        ("proprties", "properties"),
        ("additionalproperties", "additionalProperties"),
        ("minLenght", "minLength"),
        ("patterns", "pattern"),
        ("Type", "type"),
    ],
)
def test_a_misspelt_keyword_is_refused_with_the_one_that_was_meant(name: str, keyword: str) -> None:
    found = refused(body={"properties": {"a": {name: ["id"]}}})
    assert [(each["pointer"], each["message"]) for each in found] == [
        (f"/body/properties/a/{name}", f"This is no keyword; did you mean `{keyword}`?")
    ]


@pytest.mark.parametrize(
    "name", ["example", "nullable", "note", "title", "x-require", "unit", "nodes", "$comment", "kind"]
)
def test_other_names_rule_nothing_and_are_taken(name: str) -> None:
    assert intake({"body": {name: "anything", "type": "object"}})


@pytest.mark.parametrize("part", ["body", "query", "path", "headers"])
def test_properties_in_the_place_of_a_schema_are_refused(part: str) -> None:
    assert pointers(**{part: {"page": {"type": "integer"}}}) == [(f"/{part}", part)]


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(Unprocessable):
        intake(["body"])


def test_at_most_20_problems_are_told() -> None:
    assert len(refused(body={"properties": {str(at): {"type": at} for at in range(30)}})) == 20


def test_no_more_than_200_characters_are_repeated() -> None:
    found = refused(body={"properties": {"x" * 500: {"$ref": "#/" + "y" * 500}}})[0]
    assert max(map(len, (found["pointer"], found["message"]))) <= 330


@pytest.mark.parametrize("reference", ["http://127.0.0.1:{}/schema.json", "http://127.0.0.1:{}/schema.json#/a"])
def test_nothing_is_fetched(reference: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003 # the name of it is the socket's
        address = reference.format(server.getsockname()[1])
        refused(body={"$ref": address, "$schema": address, "$id": address})
        with pytest.raises(ValueError, match=r".+"):
            validator({"$ref": address}, 2020, assert_formats=True)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_definition_has_the_draft_of_the_schema_that_refers_to_it() -> None:
    definitions = {"a": {"$schema": DRAFT_7, "items": [STRING]}}
    assert intake({"body": {"$ref": "#/definitions/a"}, "definitions": definitions})


def test_schemas_of_one_contract_may_be_of_several_drafts() -> None:
    assert intake({"body": {"$schema": DRAFT_7, "items": [STRING]}, "query": {"prefixItems": [STRING]}})
