"""Defaults in an endpoint's document: only those that are told quickly to fit their own schemas."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.describing.defaults import Defaults
from letterbox.contracts.describing.schemas import Components
from tests.contracts.declared import contract, document


def shown(properties: dict[str, Any]) -> list[str]:
    """The properties that have a default in the document."""
    whole = document(contract(body={"properties": properties}))
    described: dict[str, Any] = whole["components"]["schemas"]["Body"]["properties"]
    return [name for name, schema in described.items() if "default" in schema]


HEAVY = {
    "a large pattern": {"pattern": "^a{24000}$", "default": "a" * 24_000},
    "a large pattern of names": {"patternProperties": {"^a{24000}$": {}}, "default": {}},
    "a large pattern below": {"properties": {"a": {"pattern": "^a{24000}$"}}, "default": {}},
    "many values": {"enum": [*range(20_000)], "default": 1},
    "a long text for a pattern": {"pattern": "^(a{100})*$", "default": "a" * 100_000},
}


@pytest.mark.parametrize("schema", HEAVY.values(), ids=HEAVY)
def test_a_default_is_not_shown_where_trying_it_would_take_long(schema: dict[str, Any]) -> None:
    assert shown({"heavy": schema, "light": {"type": "integer", "default": 1}}) == ["light"]


def test_a_default_that_fits_a_small_pattern_is_shown() -> None:
    fitting = {"pattern": "^a{100}$", "default": "a" * 100}
    assert shown({"a": fitting, "b": {**fitting, "default": "b"}}) == ["a"]


def test_members_that_are_called_like_keywords_are_no_patterns() -> None:
    assert shown({"a": {"properties": {"pattern": True, "patternProperties": True}, "default": {}}}) == ["a"]


def test_no_more_defaults_of_a_document_are_tried_than_take_long_together() -> None:
    defaults = Defaults(most_steps=1_000)
    tried = [defaults.fitting({"pattern": "^a{200}$", "default": "a" * 200}) for _ in range(9)]
    kept = ["default" in schema for schema in tried]
    assert kept == [True, *[False] * 8]
    assert defaults.fitting({"default": 1}) == {"default": 1}


def test_defaults_of_one_document_take_nothing_from_the_next() -> None:
    defaults = Defaults(most_steps=50)
    copies = [defaults.copy() for _ in range(2)]
    assert ["default" in each.fitting({"default": 1}) for each in (*copies, copies[0], copies[0])] == [
        True,
        True,
        True,
        False,
    ]


def test_names_for_many_definitions_that_are_alike_are_found_in_one_go() -> None:
    components = Components({}, {})
    names = {components._free(name) for name in ("é", "schema.", "Schema_2") for _ in range(3_000)}
    assert len({name.lower().replace(".", "").replace("_", "") for name in names}) == 9_000
