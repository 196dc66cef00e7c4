"""What a value breaks is told by keyword and place, in a sentence; and always something is told."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letterbox.contracts.effort import Effort, Spent
from letterbox.contracts.flattened import flattened
from letterbox.contracts.keywords import DRAFTS
from letterbox.contracts.references import References
from letterbox.contracts.rules import UNEXPLAINED, Rules, shared
from letterbox.errors import Violation

URLS = {draft: url for url, draft in DRAFTS.items()}


def rules(schema: Any, draft: int = 2020) -> Rules:
    body = {"$schema": URLS[draft], **schema} if isinstance(schema, dict) else schema
    references = References({"body": body})
    return shared(flattened(references.part("body"), references), assert_formats=True)


def broken(schema: Any, value: Any, draft: int = 2020) -> list[Violation]:
    return list(islice(rules(schema, draft).broken_by(value, Effort(10_000)), 20))


def found(schema: Any, value: Any, draft: int = 2020) -> list[tuple[str, str]]:
    return [(violation["pointer"], violation["keyword"]) for violation in broken(schema, value, draft)]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string"}, 1, [("", "type")]),
        ({"type": ["string", "null"]}, 1, [("", "type")]),
        ({"type": "integer"}, 1.5, [("", "type")]),
        ({"type": "integer"}, True, [("", "type")]),
        ({"enum": [1, "a"]}, 2, [("", "enum")]),
        ({"const": {"a": 1}}, {"a": 2}, [("", "const")]),
        ({"multipleOf": 0.5}, 0.7, [("", "multipleOf")]),
        ({"maximum": 1, "minimum": 5}, 3, [("", "maximum"), ("", "minimum")]),
        ({"exclusiveMaximum": 1, "exclusiveMinimum": 1}, 1, [("", "exclusiveMaximum"), ("", "exclusiveMinimum")]),
        ({"maxLength": 1, "pattern": "^b"}, "aa", [("", "maxLength"), ("", "pattern")]),
        ({"minLength": 1}, "", [("", "minLength")]),
        ({"format": "date"}, "x", [("", "format")]),
        ({"maxItems": 1, "uniqueItems": True}, [1, 1], [("", "maxItems"), ("", "uniqueItems")]),
        ({"minItems": 1}, [], [("", "minItems")]),
        ({"maxProperties": 0}, {"a": 1}, [("", "maxProperties")]),
        ({"minProperties": 1}, {}, [("", "minProperties")]),
        ({"required": ["a", "b", "c"]}, {"b": 1}, [("", "required"), ("", "required")]),
        ({"dependentRequired": {"a": ["b"], "c": ["d"]}}, {"a": 1}, [("", "dependentRequired")]),
        ({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}, {"a": 1}, [("", "dependencies")]),
        ({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}, {"c": 1}, [("", "required")]),
        ({"dependentSchemas": {"a": False}}, {"a": 1}, [("", "dependentSchemas")]),
        ({"properties": {"a": {"properties": {"b": {"type": "null"}}}}}, {"a": {"b": 1}}, [("/a/b", "type")]),
        ({"properties": {"a": False}}, {"a": 1, "b": 1}, [("/a", "properties")]),
        ({"patternProperties": {"^a": {"type": "null"}}}, {"ab": 1, "b": 1}, [("/ab", "type")]),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"a": 1, "b": 1}, [("/b", "additionalProperties")]),
        (
            {"patternProperties": {"^a": {}}, "additionalProperties": {"type": "null"}},
            {"ab": 1, "b": 1},
            [("/b", "type")],
        ),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, [("/ab", "propertyNames")]),
        ({"items": {"type": "null"}}, [None, 1, 2], [("/1", "type"), ("/2", "type")]),
        ({"prefixItems": [{"type": "null"}], "items": False}, [1, 2], [("/0", "type"), ("/1", "items")]),
        ({"contains": {"type": "null"}}, [1], [("", "contains")]),
        ({"contains": {"type": "null"}, "maxContains": 1}, [None, None], [("", "maxContains")]),
        ({"contains": {"type": "null"}, "minContains": 2}, [None], [("", "contains")]),
        ({"allOf": [{"minimum": 5}, {"type": "string"}]}, 1, [("", "minimum"), ("", "type")]),
        ({"not": {"type": "string"}}, "", [("", "not")]),
        ({"if": {"type": "string"}, "then": {"minLength": 3}, "else": False}, "a", [("", "minLength")]),
        ({"if": {"type": "string"}, "then": {"minLength": 3}, "else": False}, 1, [("", "else")]),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}, 1, [("", "type")]),
        ({"properties": {"a": {}}, "unevaluatedProperties": False}, {"b": 1}, [("", "unevaluatedProperties")]),
        ({"prefixItems": [{}], "unevaluatedItems": False}, [1, 2], [("", "unevaluatedItems")]),
        (False, 1, [("", "not")]),
        ({"allOf": [{"required": ["a"]}, {"required": ["a"]}]}, {}, [("", "required")]),
    ],
    ids=str,
)
def test_what_is_broken_is_named_where_it_is(schema: Any, value: Any, expected: list[tuple[str, str]]) -> None:
    assert found(schema, value) == expected


@pytest.mark.parametrize(
    ("draft", "schema", "value", "expected"),
    [
        (4, {"minimum": 1, "exclusiveMinimum": True}, 1, [("", "minimum")]),
        (4, {"type": "integer"}, 1.0, [("", "type")]),
        (
            7,
            {"items": [{"type": "null"}], "additionalItems": {"type": "string"}},
            [1, 2],
            [("/0", "type"), ("/1", "type")],
        ),
        (7, {"dependencies": {"a": ["b"]}}, {"a": 1}, [("", "dependencies")]),
        (7, {"$ref": "#/definitions/a", "type": "null", "definitions": {"a": {"minimum": 2}}}, 1, [("", "minimum")]),
        (2019, {"$recursiveAnchor": True, "items": {"$recursiveRef": "#"}, "minItems": 1}, [[]], [("/0", "minItems")]),
    ],
)
def test_older_drafts_are_explained_too(draft: int, schema: Any, value: Any, expected: list[tuple[str, str]]) -> None:
    assert found(schema, value, draft) == expected


KINDS = {
    "oneOf": [
        {"properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}}, "required": ["radius"]},
        {"allOf": [{"properties": {"kind": {"enum": ["square"]}}}, {"required": ["side"]}]},
        {"oneOf": [{"properties": {"kind": {"const": "line"}}}, {"properties": {"kind": {"const": "point"}}}]},
        {"type": "string"},
    ]
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"kind": "circle"}, [("", "required")]),
        ({"kind": "circle", "radius": "1"}, [("/radius", "type")]),
        ({"kind": "square"}, [("", "required")]),
        ({"kind": "star"}, [("/kind", "oneOf")]),
    ],
)
def test_the_alternative_that_was_meant_is_explained(value: Any, expected: list[tuple[str, str]]) -> None:
    assert found({"oneOf": KINDS["oneOf"][:3]}, value) == expected


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (KINDS, 7),
        ({"oneOf": [{"minimum": 1}, {"maximum": 5}]}, 3),
        ({"anyOf": [{"minimum": 5}, {"multipleOf": 2}]}, 3),
        ({"anyOf": [False, False]}, 3),
    ],
)
def test_where_none_was_meant_the_choice_is_named(schema: Any, value: Any) -> None:
    assert found(schema, value) == [("", next(iter(schema)))]


@pytest.mark.parametrize(
    ("schema", "value", "sentence"),
    [
        ({"type": ["string", "integer", "null"]}, [], "This is not a string, an integer or null."),
        ({"required": ["a"]}, {}, 'The member "a" is missing.'),
        ({"enum": [*range(22)]}, "x", f"This is none of {', '.join(map(str, range(20)))}, …."),
        ({"minItems": 1}, [], "This has fewer than 1 item."),
        ({"maxLength": 2}, "abc", "This is longer than 2 characters."),
    ],
)
def test_the_sentence_says_what_is_asked_for(schema: Any, value: Any, sentence: str) -> None:
    assert broken(schema, value)[0]["message"] == sentence


def test_explaining_takes_no_more_steps_than_it_may() -> None:
    with pytest.raises(Spent):
        list(rules({"items": {"type": "integer"}}).broken_by([1] * 100 + ["x"], Effort(50)))


def test_what_is_found_first_is_told_first() -> None:
    assert next(rules({"items": {"type": "integer"}}).broken_by(["x"] * 1000, Effort(5)))["pointer"] == "/0"


VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1, 1.0, 2.5, -3, "", "a", "ab", "b", "2020-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "ab", "b"]), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["a", "ab", "b"])
PATTERNS = st.sampled_from(["^a", "b$", "."])
SMALL = st.integers(0, 3)
TYPES = st.sampled_from(["array", "boolean", "integer", "null", "number", "object", "string"])


def schemas(draft: int) -> st.SearchStrategy[Any]:
    leaves: dict[str, st.SearchStrategy[Any]] = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "minimum": st.sampled_from([0, 1, 0.5]),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "maxLength": SMALL,
        "minItems": SMALL,
        "pattern": PATTERNS,
        "format": st.sampled_from(["date", "unknown"]),
        "uniqueItems": st.booleans(),
        "required": st.lists(NAMES, min_size=1, unique=True),
        "maxProperties": SMALL,
    }
    leaves |= {"const": VALUES, "exclusiveMinimum": SMALL} if draft > 4 else {}
    leaves |= {"dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, unique=True))} if draft > 7 else {}
    plain = st.fixed_dictionaries({}, optional=leaves) | (st.booleans() if draft > 4 else st.nothing())
    return st.recursive(plain, lambda inner: _composed(inner, draft), max_leaves=6)


def _composed(inner: st.SearchStrategy[Any], draft: int) -> st.SearchStrategy[Any]:
    several, named = st.lists(inner, min_size=1, max_size=3), st.dictionaries(NAMES, inner, max_size=3)
    composed: dict[str, st.SearchStrategy[Any]] = {
        "allOf": several,
        "anyOf": several,
        "oneOf": several,
        "not": inner,
        "properties": named,
        "patternProperties": st.dictionaries(PATTERNS, inner, max_size=2),
        "additionalProperties": inner,
        "items": inner | several if draft < 2020 else inner,
        "dependencies": st.dictionaries(NAMES, inner | st.lists(NAMES, min_size=1, unique=True), max_size=2),
    }
    composed |= {"additionalItems": inner} if draft < 2020 else {"prefixItems": several}
    composed |= {"contains": inner, "propertyNames": inner} if draft > 4 else {}
    composed |= {"if": inner, "then": inner, "else": inner} if draft > 6 else {}
    if draft > 7:
        composed |= {"dependentSchemas": named, "minContains": SMALL, "maxContains": SMALL}
        composed |= {"unevaluatedProperties": inner, "unevaluatedItems": inner}
    return st.fixed_dictionaries({}, optional=composed)


@pytest.mark.parametrize("draft", DRAFTS.values())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_something_is_told_exactly_if_the_library_refuses(draft: int, data: st.DataObject) -> None:
    schema, value = data.draw(schemas(draft)), data.draw(VALUES)
    judged = rules(schema, draft)
    told = list(judged.explained(value, Effort(100_000)))
    assert bool(told) != judged.validator.is_valid(value)
    assert UNEXPLAINED not in told
