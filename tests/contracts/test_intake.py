"""Which contracts are taken when they are offered, and what is kept of them."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.intake import DEFAULTS, MOST_BYTES, intake, normalised, text_of
from letterbox.contracts.keywords import DRAFTS
from tests.contracts.given import DRAFT_4, DRAFT_7, STRING, row
from tests.github import schemas


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


def test_a_contract_of_the_most_bytes_is_taken_again_as_it_is() -> None:
    most = {"body": {"const": "a" * (MOST_BYTES - len('{"body":{"const":""}}'))}}
    assert intake(intake(most))["body"] == most["body"]


def test_what_is_only_normalised_is_as_what_is_taken_in() -> None:
    offered = {"media_types": ["Application/JSON"], "body": {"b": 1, "a": 2}, "query": None}
    assert text_of(normalised(offered)) == text_of(intake(offered))


def test_a_definition_has_the_draft_of_the_schema_that_refers_to_it() -> None:
    definitions = {"a": {"$schema": DRAFT_7, "items": [STRING]}}
    assert intake({"body": {"$ref": "#/definitions/a"}, "definitions": definitions})


def test_schemas_of_one_contract_may_be_of_several_drafts() -> None:
    assert intake({"body": {"$schema": DRAFT_7, "items": [STRING]}, "query": {"prefixItems": [STRING]}})
