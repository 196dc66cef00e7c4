"""Patterns of a contract that is offered: how large they may be together, and where they are compiled."""

from __future__ import annotations

import pytest

from letterbox.contracts import patterns
from letterbox.contracts.intake import intake
from letterbox.contracts.schema_intake import PATTERN_STATES
from letterbox.errors import Unprocessable
from tests.contracts.given import pointers, refused

SIZEABLE = "a{6000}("  # no regular expression, and of more states than are compiled where others wait


def test_patterns_are_bounded_together_before_any_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "compiles", lambda pattern: pytest.fail(f"{pattern} was compiled"))
    found = refused(body={"patternProperties": {f"[^{at}]{{1105}}": {} for at in range(1100)}})
    assert [each["message"] for each in found] == ["The patterns of this contract are too large together."]


def test_nothing_is_measured_any_more_once_patterns_are_too_large_together(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = set[str]()

    def measure(pattern: str) -> int:
        measured.add(pattern)
        return PATTERN_STATES // 25

    monkeypatch.setattr(patterns, "size_of", measure)
    refused(body={"patternProperties": {f"a{at}": {} for at in range(50)}, "items": {"pattern": "b"}})
    assert len(measured) == 26


def test_patterns_that_take_long_to_compile_are_left_to_who_compiles_the_schemas() -> None:
    assert intake({"body": {"pattern": SIZEABLE}})


def test_all_patterns_are_compiled_where_nobody_waits() -> None:
    with pytest.raises(Unprocessable) as refusal:
        intake({"body": {"items": {"pattern": SIZEABLE}}}, compiled_states=PATTERN_STATES)
    assert [found["pointer"] for found in refusal.value.errors] == ["/body/items/pattern"]


def test_small_patterns_are_compiled_beside_large_ones() -> None:
    assert pointers(body={"allOf": [{"pattern": SIZEABLE}, {"pattern": "b("}]}) == [
        ("/body/allOf/1/pattern", "pattern")
    ]
