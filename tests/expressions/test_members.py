"""What is handed over of a request: never less than an expression needs, and no more than it names."""

from __future__ import annotations

from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.expressions import Failed, compiled
from letterbox.expressions.analysis import Path, analysis_of
from letterbox.expressions.members import handed_over, tree_of
from letterbox.expressions.results import plain
from letterbox.expressions.tokens import pairs_of, tokens_of
from letterbox.facts.request import Facts
from tests.expressions.asked import BODY, asked

tried = settings(derandomize=True, deadline=None, max_examples=200)

PATHS: list[tuple[str, list[Path]]] = [
    ("request.body.zen", [("body", "zen")]),
    ("request['body']['zen']", [("body", "zen")]),
    ('request.body["x-y"]', [("body", "x-y")]),
    ("request.body[r'x']['''y''']", [("body", "x", "y")]),
    ("request.body.items[0].id", [("body", "items", 0, "id")]),
    ("request . body // whole\n .zen", [("body", "zen")]),
    ("has(request.body.zen)", [("body", "zen")]),
    ("request.body.zen.size()", [("body", "zen")]),
    ("size(request.body.zen)", [("body", "zen")]),
    ("request.body.items.map(item, item.id)", [("body", "items")]),
    ("'x' in request.headers", [("headers",)]),
    ("request.id + request.id", [("id",), ("id",)]),
    ("request.body['\\x7a']", [("body",)]),  # escapes take more than a look
    ("request.body[b'zen']", [("body",)]),
    ("request.body.items[0u]", [("body", "items")]),
    ("request.body.items[-1]", [("body", "items")]),
    ("request.body[request.query.a]", [("body",), ("query", "a")]),
    ("request.body['a' + 'b']", [("body",)]),
    ("(request.body).zen", [("body",)]),
    ("(request).body.zen", [()]),
    ("[request][0].id", [()]),
    ("'request.body' == r'request.id'", []),
    ("true // request.body", []),
    ("request.body.request.body", [("body", "request", "body")]),
]


def paths_of(source: str) -> list[Path]:
    tokens = tokens_of(source)
    return list(analysis_of(source, tokens, pairs_of(source, tokens)).paths)


@pytest.mark.parametrize(("source", "paths"), PATHS)
def test_an_expression_names_what_it_names(source: str, paths: list[Path]) -> None:
    assert paths_of(source) == paths


HANDED: list[tuple[str, dict[str, Any]]] = [
    ("request.body.zen", {"body": {"zen": BODY["zen"]}}),
    ("request.body.absent", {"body": {}}),
    ("request.body.items[1].id", {"body": {"items": {1: {"id": 2}}}}),
    ("request.body.items[7].id", {"body": {"items": {}}}),
    ("request.body.items[0].id == request.body.items.size()", {"body": {"items": BODY["items"]}}),
    ("request.body.items[0].id == request.body.items.name", {"body": {"items": BODY["items"]}}),
    ("request.body.zen.deeper", {"body": {"zen": BODY["zen"]}}),
    ("request.query.a + request.path_parameters.order_id", {"query": {"a": "1"}, "path_parameters": {"order_id": "7"}}),
    ("request.body == request.body.zen", {"body": BODY}),
    ("1 == 1", {}),
]


@pytest.mark.parametrize(("source", "request_"), HANDED)
def test_no_more_is_handed_over_than_what_is_named(source: str, request_: dict[str, Any]) -> None:
    assert handed_over(asked(), tree_of(paths_of(source))) == request_


def test_whoever_takes_the_request_whole_gets_all_of_it() -> None:
    assert handed_over(asked(), tree_of([(), ("body", "zen")])).keys() == {
        *("id", "method", "path", "path_parameters", "query", "headers", "body", "event_type", "received_at")
    }


def test_a_member_of_what_is_taken_whole_adds_nothing() -> None:
    assert tree_of([("body", "zen"), ("body",), ("body", "items", 0)]) == {"body": {}}


VALUES: list[tuple[str, Any]] = [
    ("request.id + request.method + request.path", "req_1POST/orders/7"),
    ("request.path_parameters.order_id", "7"),
    ("request.query.a", "1"),
    ("request.headers['x-github-event'] == request.event_type", True),
    ("request.received_at", "2023-11-14T22:13:20.123Z"),
    ("request.received_at.getFullYear()", 2023),
    ("request.body.items[1].id", 2),
    ("request.body.items[0].tags[0]", "a"),
    ("request.body.data.object.id", "ch_1"),
    ("request.body['']", "empty"),
    ("request.body['x-y']", "dashed"),
    ("request.body.amount > 99", True),
    ("request.body.nothing == null", True),
    ("request.body.zen != null", True),
    ("request.body.large", 2**63),
    ("has(request.body.zen)", True),
    ("has(request.body.absent)", False),
    ("has(request.body.data.absent)", False),
    ("has(request.body.absent) && request.body.absent.zen == 1", False),
    ("request.body.absent == 1 || request.body.paid", True),
    ("'absent' in request.headers", False),
    ("'x-github-event' in request.headers", True),
    ("'zen' in request.body", True),
    ("size(request.body.items)", 2),
    ("request.body.items.filter(item, item.id > 1)", [{"id": 2, "tags": []}]),
    ("request.body.items.exists_one(item, item.tags == [])", True),
    ("request.body", BODY),
]


@pytest.mark.parametrize(("source", "value"), VALUES)
def test_an_expression_has_its_value(source: str, value: Any) -> None:
    assert compiled(source).value(asked()) == value


@pytest.mark.parametrize("raw_body", [b"", b"{", b"[1]", b'"text"', b"7"])
def test_a_member_of_a_body_that_has_none_is_a_failure(raw_body: bytes) -> None:
    with pytest.raises(Failed):
        compiled("request.body.zen != null").value(asked(raw_body=raw_body))


def test_a_body_that_cannot_be_parsed_is_null() -> None:
    assert compiled("request.body == null").value(asked(raw_body=b"{")) is True


MEMBERS = some.sampled_from(["a", "b", "items", "zen"])
STEPS = some.one_of(
    MEMBERS.map(lambda member: f".{member}"),
    MEMBERS.map(lambda member: f"['{member}']"),
    some.sampled_from(["[0]", "[1]", "[5]", "[0u]", "[-1]", "['\\x61']", "[request.query.a]", ".size()"]),
)
CHAINS = some.lists(STEPS, max_size=4).map(lambda steps: f"request.body{''.join(steps)}")
SHAPES = some.sampled_from(
    [
        "{0}",
        "has({0}.a)",
        "({0}) == {1}",
        "{0} != null || {1} == null",
        "'a' in {0} ? {1} : {0}",
        "[{0}, {1}]",
        "{{'a': {0}}}.a",
        "{0}.filter(item, [item] != [{1}]).size()",  # not the items themselves: a map has no order
        "{0}.exists(item, item == {1})",
        "type({0}) == map || size({1}) > 1",
    ]
)
BODIES = some.recursive(
    some.none() | some.booleans() | some.integers(-5, 5) | some.sampled_from(["a", "b", "é"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(MEMBERS, inner, max_size=3),
    max_leaves=12,
)


def outcome_of_everything(source: str, facts: Facts) -> Any:
    """What the package says when it gets the whole request."""
    try:
        return plain(cel.compile(source).execute({"request": handed_over(facts, tree_of([()]))}))
    except (Failed, ValueError, TypeError, LookupError, RuntimeError):
        return Failed


def outcome(source: str, facts: Facts) -> Any:
    try:
        return compiled(source).value(facts)
    except Failed:
        return Failed


@tried
@given(SHAPES, CHAINS, CHAINS, BODIES)
def test_a_value_is_the_same_as_if_everything_was_handed_over(shape: str, one: str, other: str, body: Any) -> None:
    source, facts = shape.format(one, other), asked(body, query="a=b")
    assert outcome(source, facts) == outcome_of_everything(source, facts)
