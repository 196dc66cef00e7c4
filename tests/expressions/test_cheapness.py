"""What may run in the serving process: nothing that repeats, and nothing that is handed much."""

from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest

from letterbox.expressions import compiled
from letterbox.expressions.expression import LITTLE_QUERY
from letterbox.expressions.members import FEW_NODES, LITTLE_TEXT
from letterbox.facts.steps import MOST_BYTES
from tests.expressions.asked import asked

CHEAP = [
    "request.headers['x-github-event'] == 'push'",
    "'x-github-event' in request.headers",
    "request.body.items[0].id == 1",
    "request.body.items == []",
    "has(request.body.zen) && request.body.zen.startsWith('Keep')",
    "'sha256=' + base64(sign('sha256', request.query.crc_token))",
    "request.received_at > timestamp('2020-01-01T00:00:00Z')",
]


@pytest.mark.parametrize("source", CHEAP)
def test_a_look_at_a_small_member_is_cheap(source: str) -> None:
    assert compiled(source).is_cheap(asked())


DEAR = [
    "request.body",
    "'zen' in request.body",
    "request.body[request.query.a] == 1",
    "request",
    "[request][0].id",
    "request.id.matches('a+')",
    "[1, 2].map(item, item)",
    "request.body.items.exists(item, item.id == 1)",
    "request.body.items.all(item, true)",
    "request.body.items.filter(item, true)",
    "request.body.items.exists_one(item, true)",
    "request.body.items.existsOne(item, true)",
]


@pytest.mark.parametrize("source", DEAR)
def test_what_repeats_or_takes_a_body_whole_is_not_cheap(source: str) -> None:
    assert not compiled(source).is_cheap(asked())


@pytest.mark.parametrize("source", ["[1].map(a, " * 30 + "1" + ")" * 30, "'a'.matches('(a{1000}){1000}')"])
def test_what_would_take_long_is_not_cheap(source: str) -> None:
    assert not compiled(source).is_cheap(asked())


@pytest.mark.parametrize(
    ("value", "is_cheap"),
    [
        ([0] * (FEW_NODES // 2 - 1), True),
        ([0] * FEW_NODES, False),
        ([[]] * FEW_NODES, False),
        ("a" * LITTLE_TEXT, True),
        ("a" * (LITTLE_TEXT + 1), False),
        ({"a" * LITTLE_TEXT: 1}, True),
        ({"a" * LITTLE_TEXT: "b"}, False),
        ([{"a": ["b" * LITTLE_TEXT, "c"]}], False),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_member_is_cheap_while_it_is_small(value: Any, *, is_cheap: bool) -> None:
    assert compiled("request.body.it == 1").is_cheap(asked({"it": value})) is is_cheap


def test_a_member_counts_each_time_that_it_is_named() -> None:
    body = {"it": "a" * (LITTLE_TEXT // 2 + 1)}
    assert compiled("request.body.it == ''").is_cheap(asked(body))
    assert not compiled("request.body.it + request.body.it == ''").is_cheap(asked(body))


def test_a_small_member_of_a_large_list_is_cheap() -> None:
    body = {"items": [{"id": number} for number in range(FEW_NODES)]}
    assert compiled("request.body.items[3].id").is_cheap(asked(body))
    assert compiled("request.body.items[100000].id").is_cheap(asked(body))
    assert not compiled("request.body.items.id").is_cheap(asked(body))


def test_a_text_where_a_member_was_expected_counts_as_it_is_handed_over() -> None:
    assert not compiled("request.body.it.deeper").is_cheap(asked({"it": "a" * (LITTLE_TEXT + 1)}))


def test_the_headers_as_a_whole_are_cheap_while_they_are_few() -> None:
    many = {f"x-{number}": "1" for number in range(FEW_NODES)}
    assert not compiled("'x' in request.headers").is_cheap(asked(headers=many))
    assert compiled("request.headers['x-1'] == '1'").is_cheap(asked(headers=many))


def test_a_member_of_a_large_body_is_not_cheap() -> None:
    facts = asked(raw_body=orjson.dumps({"zen": "b", "rest": "a" * MOST_BYTES}))
    assert not compiled("request.body.zen == 'b'").is_cheap(facts)
    assert compiled("request.id == 'b'").is_cheap(facts)


def test_a_member_of_a_body_of_many_parts_is_not_cheap() -> None:
    few, many = ({"zen": "b", "rest": [[]] * number} for number in (1_500, 3_000))
    assert compiled("request.body.zen == 'b'").is_cheap(asked(few))
    assert not compiled("request.body.zen == 'b'").is_cheap(asked(many))


@pytest.mark.parametrize(("items", "is_cheap"), [(10, True), (20_000, False)])
def test_a_member_of_a_compressed_body_is_cheap_if_it_inflates_to_little(items: int, is_cheap: bool) -> None:
    body = orjson.dumps({"zen": "a", "rest": [[]] * items})
    facts = asked(raw_body=gzip.compress(body), headers={"content-encoding": "gzip"})
    assert compiled("request.body.zen == 'a'").is_cheap(facts) == is_cheap
    assert compiled("request.body.zen == 'a'").value(facts) is True


def test_a_parameter_of_a_long_query_is_not_cheap() -> None:
    assert compiled("request.query.a == '1'").is_cheap(asked(query="a=1&" + "b" * (LITTLE_QUERY - 4)))
    assert not compiled("request.query.a == '1'").is_cheap(asked(query="a=1&" + "b" * (LITTLE_QUERY - 3)))
