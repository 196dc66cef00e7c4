"""The shelf of contracts, which parent and child keep alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from letterbox.judge.shelf import Shelf


def test_what_was_used_longest_ago_leaves_first() -> None:
    shelf: Shelf[str] = Shelf(most_things=2)
    shelf.put("a", "A", 1)
    shelf.put("b", "B", 1)
    shelf.get("a")
    shelf.put("c", "C", 1)
    assert [shelf.get(name) for name in "abc"] == ["A", None, "C"]


def test_large_things_leave_earlier() -> None:
    shelf: Shelf[str] = Shelf(most_bytes=10)
    shelf.put("a", "A", 6)
    shelf.put("b", "B", 6)
    assert [shelf.get(name) for name in "ab"] == [None, "B"]


def test_one_that_is_too_large_by_itself_stays_until_the_next() -> None:
    shelf: Shelf[str] = Shelf(most_bytes=10)
    shelf.put("a", "A", 11)
    assert shelf.get("a") == "A"
    shelf.put("b", "B", 1)
    assert [shelf.get(name) for name in "ab"] == [None, "B"]


def test_nothing_is_left_of_what_was_cleared() -> None:
    shelf: Shelf[str] = Shelf(most_bytes=10)
    shelf.put("a", "A", 10)
    shelf.clear()
    shelf.put("b", "B", 10)
    assert [shelf.get(name) for name in "ab"] == [None, "B"]


@given(some.lists(some.tuples(some.sampled_from("abcdef"), some.integers(0, 9)), max_size=60))
def test_two_shelves_that_are_used_alike_hold_the_same(uses: list[tuple[str, int]]) -> None:
    parents, childs = Shelf[bool](3, 20), Shelf[str](3, 20)
    for name, size in uses:
        here = parents.get(name)
        assert (childs.get(name) is None) == (here is None)
        if here is None:
            parents.put(name, True, size)  # noqa: FBT003 # that it is there
            childs.put(name, name, size)
