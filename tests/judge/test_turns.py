"""Names have their turns by what they use: nobody waits for ever, and who asks for little hardly waits."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as some

from letterbox.judge import turns
from letterbox.judge.tasks import Task
from letterbox.judge.turns import Turns


class Plain(Task):
    def __init__(self, name: str, until: float = 0, owner: str = "") -> None:
        self.name, self.until, self.owner = name, until, owner


def by_name() -> Turns:
    return Turns(lambda task: task.name)


def by_owner() -> Turns:
    return Turns(lambda task: task.owner, by_name)


def waiting(names: str, known: dict[str, float] | None = None) -> Turns:
    """One task for each letter; of some names it is known what their last task took."""
    found = by_name()
    for name, seconds in (known or {}).items():
        found.charge(Plain(name), seconds)
    for name in names:
        found.add(Plain(name))
    return found


def names_of(found: Turns) -> str:
    return "".join(task.name for task in found.take_all())


def worked_off(found: Turns, takes: dict[str, float], times: int) -> str:
    """The names of so many tasks that are done one after another, while each name always asks for more."""
    order = ""
    for _ in range(times):
        task = found.take()
        assert task is not None
        found.charge(task, takes[task.name])
        found.add(Plain(task.name))
        order += task.name
    return order


def test_names_have_their_turns_however_many_wait_under_one() -> None:
    assert names_of(waiting("aaaabbc")) == "abcabaa"


def test_a_name_that_is_known_to_be_quick_is_before_new_ones() -> None:
    assert names_of(waiting("abcq", known={"q": 0.001})) == "qabc"


def test_a_name_that_is_known_to_be_slow_is_behind_new_ones() -> None:
    assert names_of(waiting("sabc", known={"s": 0.08})) == "abcs"


def test_processor_time_is_shared_alike() -> None:
    order = worked_off(waiting("sq"), {"s": 0.08, "q": 0.001}, times=1000)
    assert 10 <= order.count("s") <= 14
    assert "ss" not in order


def test_a_quick_one_that_comes_waits_for_none_of_many_slow_ones() -> None:
    takes = dict.fromkeys("abcdefgh", 0.08)
    found = waiting("abcdefgh" * 5, known={"q": 0.001})
    worked_off(found, takes, times=20)
    for _ in range(20):
        found.add(Plain("q"))
        assert worked_off(found, {**takes, "q": 0.001}, times=1) == "q"
        found.drop_last()  # what it asked for once more
        worked_off(found, {**takes, "q": 0.001}, times=2)


def test_a_slow_one_gets_its_turn_while_others_ask_without_end() -> None:
    order = worked_off(waiting("qrs", known={"s": 0.08}), {"q": 0.001, "r": 0.001, "s": 0.08}, times=1000)
    assert "s" in order[:400]
    assert order.count("s") >= 4


def test_a_new_one_gets_its_turn_while_others_ask_without_end() -> None:
    order = worked_off(waiting("qn", known={"q": 0.001}), {"q": 0.001, "n": 0.001}, times=20)
    assert "n" in order[:10]


@pytest.mark.parametrize("known", [{}, {"b": 0.001}])
def test_what_was_used_while_nobody_else_asked_is_forgiven(known: dict[str, float]) -> None:
    takes = {"a": 0.001, "b": 0.001}
    found = waiting("a", known)
    worked_off(found, takes, times=10_000)
    found.add(Plain("b"))
    assert worked_off(found, takes, times=20).count("a") >= 9


def test_what_is_put_back_is_first_again_and_in_its_order() -> None:
    found = by_name()
    tasks = [Plain("a") for _ in range(5)]
    for task in tasks:
        found.add(task)
    found.put_back([task for task in (found.take(), found.take(), found.take()) if task is not None])
    assert list(found.take_all()) == tasks


def test_the_last_of_those_who_ask_for_most_gives_way() -> None:
    found = waiting("ab")
    last = Plain("b")
    found.add(last)
    assert found.make_room(Plain("c")) is last
    assert names_of(found) == "ab"


def test_nobody_gives_way_who_asks_for_no_more() -> None:
    found = waiting("aabb")
    assert found.make_room(Plain("a")) is None
    assert len(found) == 4


def test_what_should_have_been_begun_leaves_whatever_its_name() -> None:
    found = by_name()
    for name, until in (("a", 1), ("a", 3), ("b", 1), ("b", 1), ("c", 2)):
        found.add(Plain(name, until))
    assert [task.name for task in found.take_overdue(2)] == ["a", "b", "b"]
    assert (len(found), names_of(found)) == (2, "ac")


def test_a_name_is_quick_once_it_was_seen_to_be() -> None:
    found = by_name()
    assert not found.is_quick(Plain("a"))
    found.charge(Plain("a"), 0.001)
    assert found.is_quick(Plain("a"))
    found.charge(Plain("a"), 0.08)
    assert not found.is_quick(Plain("a"))


def test_beyond_so_many_names_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST", 2)
    found = waiting("", known=dict.fromkeys("abc", 0.001))
    assert [found.is_quick(Plain(name)) for name in "cba"] == [True, True, False]


def test_nobody_is_forgotten_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST", 2)
    assert names_of(waiting("abcd")) == "abcd"


def test_a_project_of_many_names_has_one_turn_as_well() -> None:
    found = by_owner()
    for name in "abcdef":
        found.add(Plain(name, owner="many"))
    for task in (found.take(), found.take()):  # now it has used something
        assert task is not None
        found.charge(task, 0.01)
    found.add(Plain("x", owner="one"))
    assert names_of(found) == "xcdef"


def test_a_project_of_many_names_gives_way_to_another_one() -> None:
    found = by_owner()
    for name in "abc":
        found.add(Plain(name, owner="many"))
    assert found.make_room(Plain("x", owner="one")) is not None
    assert len(found) == 2


def test_within_a_project_the_longest_name_gives_way() -> None:
    found = by_owner()
    for name in "aab":
        found.add(Plain(name))
    dropped = found.make_room(Plain("c"))
    assert (dropped and dropped.name, names_of(found)) == ("a", "ab")


NAMES = some.sampled_from("abcd")
ACTIONS = some.one_of(
    some.tuples(some.just("add"), NAMES),
    some.tuples(some.just("take"), NAMES),
    some.tuples(some.just("put back"), NAMES),
    some.tuples(some.just("charge"), NAMES),
    some.tuples(some.just("give way"), NAMES),
)


@given(some.lists(ACTIONS, max_size=80))
def test_each_task_leaves_once_and_each_name_keeps_its_order(actions: list[tuple[str, str]]) -> None:
    found, lines = by_name(), {name: deque[Task]() for name in "abcd"}
    for action, name in actions:
        task: Task | None = None
        if action == "add":
            lines[name].append(added := Plain(name))
            found.add(added)
        elif action == "charge":
            found.charge(Plain(name), 0.01)
        elif action == "give way":
            if (task := found.drop_last()) is not None:
                assert task is lines[task.name].pop()
        elif (task := found.take()) is not None:
            assert task is lines[task.name].popleft()
            if action == "put back":
                lines[task.name].appendleft(task)
                found.put_back([task])
        assert len(found) == sum(map(len, lines.values()))
        assert [found.alike(Plain(each)) for each in "abcd"] == list(map(len, lines.values()))
    for task in found.take_all():
        assert task is lines[task.name].popleft()
    assert not any(lines.values())
