"""Names in a contract that is offered: which are refused, and with which hint."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.intake import intake
from tests.contracts.given import DRAFT_7, pointers, refused


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
