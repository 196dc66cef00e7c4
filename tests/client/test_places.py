"""Where in a file the values are that pointers name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from letterbox.client.places import Place, fault_of, places_of

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["a/b", "~", '"', "\\", "[", ","]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


def pointers_of(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    yield pointer, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from pointers_of(member, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_at_the_place_of_a_pointer_is_its_value(value: Any, indent: Any, is_ascii: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    wanted = dict(pointers_of(value))
    for pointer, place in places_of(text, wanted).items():
        offset = sum(len(line) + 1 for line in text.split("\n")[: place.line - 1]) + place.column - 1
        assert json.JSONDecoder().raw_decode(text, offset)[0] == wanted[pointer]


def test_what_is_missing_is_shown_where_it_is_missing() -> None:
    text = '{\n  "order": {"lines": [1, 2]}\n}'
    assert places_of(text, ["/order/id", "/order/lines/7/x", "/other"]) == {
        "/order/id": Place(2, 12),
        "/order/lines/7/x": Place(2, 22),
        "/other": Place(1, 1),
    }


def test_of_a_name_that_occurs_twice_the_last_one_counts() -> None:
    assert places_of('{"a": 1,\n"a": 2}', ["/a"]) == {"/a": Place(2, 6)}


def test_the_place_where_a_text_stops_being_json_is_found() -> None:
    assert fault_of('{\n  "a": }') == Place(2, 8)
    assert fault_of("{}") is None
