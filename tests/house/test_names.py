"""Names: what users may call things, and what things are called by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.errors import Unprocessable
from letterbox.ids import PREFIXES
from letterbox.names import LONGEST, first_free, require_name, stem_of

tried = settings(derandomize=True, deadline=None)


@pytest.mark.parametrize("name", ["a", "0", "a-b_c", "orders-2", "x" * LONGEST, "epic", "request_1", "key"])
def test_a_short_lower_case_name_is_taken(name: str) -> None:
    require_name(name, "/name")


@pytest.mark.parametrize(
    "name", ["", "-a", "_a", "A", "a.b", "a b", "a/b", "é", "a\n", "x" * (LONGEST + 1), "a\0", "٣"]
)
def test_a_name_of_other_characters_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        require_name(name, "/slug")
    assert [(one["pointer"], one["keyword"]) for one in refusal.value.errors] == [("/slug", "name")]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_name_that_begins_like_an_id_is_refused_and_says_so(prefix: str) -> None:
    with pytest.raises(Unprocessable, match="begin like an id"):
        require_name(f"{prefix}_of-mine", "/name")


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("/github", "github"),
        ("/orders/{order_id}", "orders-order_id"),
        ("/Files/{rest...}", "files-rest"),
        ("/a//b/", "a-b"),
        ("/~", "endpoint"),
        ("/_private", "private"),
        ("/ep_1", "endpoint-ep_1"),
        ("/key_/x", "endpoint-key_-x"),
    ],
)
def test_a_name_is_made_of_the_words_of_a_path(path: str, stem: str) -> None:
    assert stem_of(path) == stem


@tried
@given(some.text(), some.integers(0, 30))
def test_whatever_the_path_the_name_made_of_it_is_one_and_free(path: str, takers: int) -> None:
    taken: set[str] = set()
    for _ in range(takers):
        taken.add(first_free(stem_of(path), taken))
    name = first_free(stem_of(path), taken)
    require_name(name, "/name")
    assert name not in taken
    assert len(taken) == takers


def test_the_least_free_number_is_taken() -> None:
    assert first_free("a", set()) == "a"
    assert first_free("a", {"b"}) == "a"
    assert first_free("a", {"a"}) == "a-2"
    assert first_free("a", {"a", "a-2", "a-4"}) == "a-3"
