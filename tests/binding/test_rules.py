"""What a value breaks of the specification, in sentences that say what is taken."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from letterbox.binding.rules import MOST_WORDS, Rules


def said(schema: dict[str, Any], value: Any) -> str:
    (violation,) = Rules({"a": schema}).compiled(schema, "request").broken_by(value)
    return violation["message"]


def test_an_enumeration_names_all_that_it_takes() -> None:
    words = [f"word-{number}" for number in range(MOST_WORDS)]
    assert said({"enum": words}, "other") == f"This is none of {', '.join(map(json.dumps, words))}."


def test_a_long_enumeration_is_cut_off() -> None:
    assert "other candidates" in said({"enum": list(range(MOST_WORDS + 1))}, "other")


def test_null_is_named_where_it_is_taken() -> None:
    assert said({"type": "string", "enum": ["a"], "nullable": True}, "b") == 'This is none of "a", null.'


def test_a_pattern_with_a_hint_is_told_by_it() -> None:
    assert said({"pattern": "^a$", "x-hint": "This is a."}, "b") == "This is a."


def test_what_is_not_allowed_is_told_by_its_hint() -> None:
    both = {"not": {"required": ["a", "b"]}, "x-hint": "Name one."}
    assert said(both, {"a": 1, "b": 2}) == "Name one."


def test_a_pattern_without_a_hint_is_shown() -> None:
    assert said({"pattern": "^a$"}, "b") == 'This does not match "^a$".'


@pytest.mark.parametrize("schema", [{"enum": ["a"]}, {"pattern": "^a$"}, {"maxLength": 3}, {"type": "integer"}])
def test_no_sentence_repeats_what_was_sent(schema: dict[str, Any]) -> None:
    assert not re.search("secret", said(schema, "secret"))
