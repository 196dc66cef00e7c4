"""What is called stricter or looser, against what validators say."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from tests.contracts.comparing import SHARED, changes

VALUES: list[Any] = [None, True, 0, 1, 2, 2.5, "", "a", "ab", [], [1], [1, 1], ["a", None], {}, {"a": 1}, {"a": "a"}]
VALUES += [{"b": 1}, {"a": 1, "b": None}, {"a": {"a": 2}}, {"b": [2]}]
leaves = some.fixed_dictionaries(
    {},
    optional={
        "type": some.sampled_from(["string", "number", "integer", "object", "array", "null", ["string", "null"]]),
        "minimum": some.integers(0, 3),
        "maxLength": some.integers(0, 2),
        "enum": some.lists(some.sampled_from([None, 1, 2, "a", "ab"]), min_size=1, max_size=3, unique_by=repr),
        "required": some.sampled_from([["a"], ["b"], ["a", "b"]]),
        "additionalProperties": some.booleans(),
        "minItems": some.integers(0, 2),
        "uniqueItems": some.booleans(),
    },
)
schemas = some.recursive(
    leaves,
    lambda parts: some.fixed_dictionaries(
        {},
        optional={
            "properties": some.dictionaries(some.sampled_from(["a", "b"]), parts, max_size=2),
            "additionalProperties": parts,
            "items": parts,
            "anyOf": some.lists(parts, min_size=1, max_size=2),
            "allOf": some.lists(parts, min_size=1, max_size=2),
            "oneOf": some.lists(parts, min_size=1, max_size=2),
            "not": parts,
            "if": parts,
            "then": parts,
            "$ref": some.sampled_from(["#/definitions/Pet", "#/definitions/Any"]),
            "minProperties": some.integers(0, 2),
        },
    ),
    max_leaves=6,
)


def taken(schema: Any) -> set[str]:
    """Which of some values a schema takes."""
    validator = Draft202012Validator({"allOf": [schema], "definitions": SHARED})
    return {repr(value) for value in VALUES if validator.is_valid(value)}


@some.composite
def pairs(draw: some.DrawFn) -> tuple[Any, Any]:
    """A schema, and the same with some keywords of another one, or without some of its own."""
    old, other = draw(schemas), draw(schemas)
    names = draw(some.lists(some.sampled_from([*old, *other]), max_size=2)) if old or other else []
    new = {name: value for name, value in old.items() if name not in names}
    return old, new | {name: other[name] for name in names if name in other}


@settings(derandomize=True, deadline=None, max_examples=60)
@given(pairs())
def test_what_is_called_stricter_throughout_takes_nothing_new(pair: tuple[Any, Any]) -> None:
    old, new = pair
    kinds = {change for *_, change in changes(old, new, definitions=SHARED)}
    assume(kinds in ({"stricter"}, {"looser"}, set()))
    before, now = taken(old), taken(new)
    if kinds == {"stricter"}:
        assert now <= before
    elif kinds == {"looser"}:
        assert before <= now
    else:
        assert before == now
