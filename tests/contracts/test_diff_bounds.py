"""Contracts that would take too long to compare, or that differ in what kind of thing stands at a keyword."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from letterbox.contracts.differing.choices import matched
from letterbox.contracts.differing.diff import diff
from letterbox.contracts.references import Place


@contextmanager
def counting_steps() -> Iterator[list[str]]:
    """A list that grows by each call of a function of Python's, and by each value that a generator gives."""
    steps: list[str] = []
    sys.setprofile(lambda _frame, event, _value: steps.append(event) if event == "call" else None)
    try:
        yield steps
    finally:
        sys.setprofile(None)


def test_choices_of_many_schemas_are_matched_in_one_go() -> None:
    olds, news = ([Place({"const": number}, (), ()) for number in range(300)] for _ in range(2))
    with counting_steps() as steps:
        both, gone, added = matched(olds, [*news, Place({}, (), ())])
    assert (len(both), gone, added) == (300, [], [Place({}, (), ())])
    assert len(steps) < 3_000


def test_many_required_names_are_compared_in_one_go() -> None:
    names = [f"name{number}" for number in range(60_000)]
    found = diff({"body": {"required": names}}, {"body": {"required": [*reversed(names), "more"]}})
    assert [(change["keyword"], change["says"]) for change in found.changes] == [("required", "more is required now.")]


@pytest.mark.parametrize("last", [{"type": "null"}, {}])
def test_a_long_row_of_definitions_is_left_with_what_was_found(last: dict[str, Any]) -> None:
    row = {f"d{number}": {"properties": {"a": {"$ref": f"#/definitions/d{number + 1}"}}} for number in range(2_000)}
    body = {"$ref": "#/definitions/d0"}
    old = {"media_types": ["a/a"], "body": body, "definitions": {**row, "d2000": {}}}
    found = diff(old, {"body": body, "definitions": {**row, "d2000": last}})
    assert ([change["keyword"] for change in found.changes], found.complete) == (["media_types"], False)


@pytest.mark.parametrize(
    ("old", "new"), [({"required": ["b"]}, ["b"]), (["b"], {"required": ["b"]}), (["b"], True), (["b"], ["c"])]
)
def test_a_dependency_of_another_kind_is_different(old: Any, new: Any) -> None:
    bodies = ({"body": {"dependencies": {"a": needed}}} for needed in (old, new))
    assert [(each["pointer"], each["change"]) for each in diff(*bodies).changes] == [
        ("/body/dependencies/a", "different")
    ]


def test_a_dependency_that_is_there_once_is_told() -> None:
    bodies: list[dict[str, Any]] = [{"body": {}}, {"body": {"dependencies": {"a": ["b"]}}}]
    assert [change["change"] for change in diff(*bodies).changes] == ["different"]
