"""What a change between two contracts is called."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.comparing import says


def test_a_change_is_said_in_words() -> None:
    old = {"properties": {"data": {"properties": {"amount": {"minimum": 0}}}}}
    new = {"properties": {"data": {"properties": {"amount": {"minimum": 10}}}}}
    assert says(old, new) == ["data.amount must be at least 10 now, before at least 0."]


WORDS = [
    ({}, {"type": ["string", "null"]}, "the body must be a string or null now, before there was no such rule."),
    ({"maxLength": 5}, {}, "the body need not have at most 5 characters any more."),
    ({"enum": ["a", "b"]}, {"enum": ["a", "c"]}, 'the body may not be "b" any more and may be "c" now.'),
    ({}, {"required": ["a"]}, "a is required now."),
    ({"required": ["a"]}, {}, "a is not required any more."),
    ({}, {"additionalProperties": False}, "any other property of the body is not allowed any more."),
    ({}, {"items": {"type": "null"}}, "each item of the body must be null now, before there was no such rule."),
    ({"uniqueItems": True}, {}, "the body may repeat items now."),
    ({}, {"format": "email"}, "the body must have the format email now, before there was no such rule; formats do not"),
    ({}, {"pattern": ""}, 'the body must match the pattern "" now, before there was no such rule.'),
    ({}, {"const": "x" * 500}, "the body must be " + '"' + "x" * 58 + "… now, before there was no such rule."),
]


@pytest.mark.parametrize(("old", "new", "words"), WORDS)
def test_each_kind_of_change_has_its_words(old: Any, new: Any, words: str) -> None:
    assert says(old, new)[0].startswith(words)


def test_of_many_values_some_are_named() -> None:
    assert says({}, {"enum": [*range(1000)]})[0].endswith("or 992 others now, before there was no such rule.")
