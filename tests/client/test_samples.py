"""Values made for schemas: each is one that its schema allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from letterbox.client.samples import MOST_VALUES, Samples
from letterbox.client.specification import Specification

NAMES = some.sampled_from(["a", "b", "c", "d"])


def sample(schema: Any, leave_out: str = "writeOnly", **schemas: Any) -> Any:
    document = Specification({"components": {"schemas": schemas}})
    return Samples(document.resolved, leave_out).value(schema)


def bounds(draw: some.DrawFn, low: str, high: str, numbers: some.SearchStrategy[Any]) -> dict[str, Any]:
    """None, one or two bounds that leave room."""
    least, room = draw(numbers), draw(some.integers(2, 50))
    chosen = {low: least, high: least + room}
    return {word: chosen[word] for word in draw(some.sets(some.sampled_from([low, high])))}


@some.composite
def numbers(draw: some.DrawFn) -> dict[str, Any]:
    kind = draw(some.sampled_from(["integer", "number"]))
    low = draw(some.sampled_from(["minimum", "exclusiveMinimum"]))
    high = draw(some.sampled_from(["maximum", "exclusiveMaximum"]))
    steps = draw(some.sampled_from([{}, {}, {"multipleOf": 2}]))
    return {"type": kind, **bounds(draw, low, high, some.integers(-100, 100)), **steps}


@some.composite
def texts(draw: some.DrawFn) -> dict[str, Any]:
    return {"type": "string", **bounds(draw, "minLength", "maxLength", some.integers(0, 40))}


@some.composite
def arrays(draw: some.DrawFn, inner: some.SearchStrategy[Any]) -> dict[str, Any]:
    least = draw(some.integers(0, 3))
    sizes = draw(some.sampled_from([{}, {"minItems": least}, {"maxItems": least}]))
    return {"type": "array", "items": draw(inner), **sizes}


@some.composite
def objects(draw: some.DrawFn, inner: some.SearchStrategy[Any]) -> dict[str, Any]:
    properties = draw(some.dictionaries(NAMES, inner, max_size=3))
    required = draw(some.lists(NAMES, unique=True, max_size=3))
    return {"type": "object", "properties": properties, "required": required}


def combined(inner: some.SearchStrategy[Any]) -> some.SearchStrategy[Any]:
    choices = some.lists(inner, min_size=1, max_size=3)
    return (
        arrays(inner)
        | objects(inner)
        | some.builds(lambda each: {"anyOf": [{"type": "null"}, *each]}, choices)
        | some.builds(lambda each: {"allOf": [each]}, inner)
    )


LEAVES = (
    numbers()
    | texts()
    | some.sampled_from(
        [{"type": "boolean"}, {"type": "null"}, {"enum": ["x", 1]}, {"const": 5}, {"type": ["null", "integer"]}, {}]
    )
)
SCHEMAS = some.recursive(LEAVES, combined, max_leaves=8)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(SCHEMAS)
def test_a_value_is_one_that_its_schema_allows(schema: Mapping[str, Any]) -> None:
    Draft202012Validator(schema).validate(sample(schema))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "example": "Rex"}, "Rex"),
        ({"type": "string", "examples": ["Rex", "Bo"]}, "Rex"),
        ({"type": "string", "default": "Rex"}, "Rex"),
        ({"type": "string", "format": "uuid"}, "9a1f3a60-5c11-4e0b-9d2c-6f3b8a2f7c10"),
        ({"type": "integer", "minimum": 4, "exclusiveMinimum": True}, 5),
        ({"type": "integer", "minimum": 4, "exclusiveMinimum": False}, 4),
        ({"type": "number", "minimum": 0.5, "maximum": 0.9}, 0.5),
        ({"properties": {"a": {"type": "boolean"}}}, {"a": True}),
        ({"items": {"type": "boolean"}}, [True]),
        ({"prefixItems": [{"const": 1}, {"const": 2}]}, [1, 2]),
        (True, {}),
        (None, {}),
    ],
)
def test_a_schema_has_this_sample(schema: Any, value: Any) -> None:
    assert sample(schema) == value


def test_properties_that_are_not_required_are_left_out() -> None:
    assert sample({"required": ["a"], "properties": {"a": {"const": 1}, "b": {"const": 2}}}) == {"a": 1}


@pytest.mark.parametrize(("leave_out", "value"), [("writeOnly", {"id": 1}), ("readOnly", {"password": 2})])
def test_what_only_goes_the_other_way_is_left_out(leave_out: str, value: Any) -> None:
    properties = {"id": {"readOnly": True, "const": 1}, "password": {"writeOnly": True, "const": 2}}
    assert sample({"required": ["id", "password"], "properties": properties}, leave_out) == value


def test_parts_make_a_whole_without_the_example_of_one() -> None:
    pet = {"required": ["name"], "properties": {"name": {"const": "Rex"}}, "example": {"name": "Bo"}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"required": ["id"], "properties": {"id": {"const": 1}}}]}
    assert sample(schema, Pet=pet) == {"name": "Rex", "id": 1}


def test_a_single_part_gives_its_example() -> None:
    assert sample({"allOf": [{"$ref": "#/components/schemas/Pet"}]}, Pet={"type": "string", "example": "Bo"}) == "Bo"


def test_a_schema_that_requires_itself_has_an_end() -> None:
    node = {"required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    assert str(sample({"$ref": "#/components/schemas/Node"}, Node=node)).startswith("{'next': {'next': ")


def test_a_schema_that_is_made_of_itself_has_an_end() -> None:
    assert sample({"$ref": "#/components/schemas/Node"}, Node={"allOf": [{"$ref": "#/components/schemas/Node"}]}) == {}


def test_a_schema_that_branches_without_end_has_a_bounded_sample() -> None:
    node = {"$ref": "#/components/schemas/Node"}
    wide = {"required": list("abcd"), "properties": dict.fromkeys("abcd", node)}
    assert str(sample(node, Node=wide)).count("{") <= MOST_VALUES
