"""What an expression answers as JSON, and why it failed, without a word of what was sent."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.expressions import Failed, compiled, engine
from letterbox.expressions.results import MOST_NODES, MOST_TEXT
from tests.expressions.asked import asked

tried = settings(derandomize=True, deadline=None, max_examples=200)

PLAIN = [
    ("null", None),
    ("true", True),
    ("-7", -7),
    ("18446744073709551615u", 2**64 - 1),
    ("1.5", 1.5),
    ("'é'", "é"),
    ("b'\\x00\\xff'", "AP8="),
    ("timestamp('2020-01-02T03:04:05.678+02:00')", "2020-01-02T01:04:05.678Z"),
    ("duration('1h1.5s')", "3601.5s"),
    ("duration('-3s')", "-3s"),
    ("[1, ['a', b'a']]", [1, ["a", "YQ=="]]),
    ("{'a': {1: true}, true: 2u}", {"a": {"1": True}, "true": 2}),
    ("type(1)", "int"),
]


@pytest.mark.parametrize(("source", "value"), PLAIN)
def test_a_result_is_plain_json(source: str, value: Any) -> None:
    found = compiled(source).value(asked())
    assert found == value
    assert type(found) is type(value)


def test_the_members_of_a_result_are_in_the_order_of_their_names() -> None:
    source = "{'c': 1, 'a': {'z': 1, 'y': 2, 'x': 3}, 'b': [{'e': 1, 'd': 2}]}"
    assert orjson.dumps(compiled(source).value(asked())) == b'{"a":{"x":3,"y":2,"z":1},"b":[{"d":2,"e":1}],"c":1}'


@pytest.mark.parametrize("number", ["1.0 / 0.0", "-1.0 / 0.0", "double('NaN')", "[double('NaN')]"])
def test_a_number_that_json_has_not_is_a_failure(number: str) -> None:
    with pytest.raises(Failed, match="no number that JSON has"):
        compiled(number).value(asked())


TOO_LARGE = [
    ([0] * MOST_NODES, "request.body.it"),
    ("a" * (MOST_TEXT // 2), "[request.body.it, request.body.it, 'a']"),
    ("a" * MOST_TEXT, "{request.body.it: 'a'}"),
]


@pytest.mark.parametrize(("value", "source"), TOO_LARGE, ids=["nodes", "text", "key"])
def test_a_result_that_is_too_large_is_a_failure(value: Any, source: str) -> None:
    with pytest.raises(Failed, match="the result is too large"):
        compiled(source).value(asked({"it": value}))


REASONS = [
    ("request.body.absent == 1", "there is no `absent`"),
    ("request.headers['x-absent']", "there is no `x-absent`"),
    ("request.body.items[9].id", "there is no `9`"),
    ("request.body[request.query.a]", "there is no such member"),
    ("[1][7]", "an index is out of bounds"),
    ("request.body.zen + 1", "an operation does not fit the types of what it is given"),
    ("request.body.zen.deeper", "an operation does not fit the types of what it is given"),
    ("1 / 0", "something is divided by zero"),
    ("9223372036854775807 + 1", "a number is too large"),
    ("{b'a': 1}", "an operation does not fit the types of what it is given"),
    ("request.id.matches('(?=a)')", "`matches` cannot use what it is given"),
    ("timestamp('yesterday')", "`timestamp` cannot use what it is given"),
]


@pytest.mark.parametrize(("source", "reason"), REASONS)
def test_a_failure_says_why_in_few_words(source: str, reason: str) -> None:
    with pytest.raises(Failed) as failure:
        compiled(source).value(asked())
    assert str(failure.value) == reason


SENT = "sent-by-somebody"
ECHOING = [
    "request.body[request.body.it]",
    "request.body.it + 1",
    "int(request.body.it)",
    "timestamp(request.body.it)",
    "duration(request.body.it)",
    "base64_decode(request.body.it)",
    "hmac(request.body.it, 'a', 'b')",
    "'a'.matches('(' + request.body.it)",
    "request.body.it[0]",
    "{'a': 1}[request.body.it]",
    "[1][request.body.it]",
]


@pytest.mark.parametrize("source", ECHOING)
def test_a_failure_echoes_nothing_of_what_was_sent(source: str) -> None:
    with pytest.raises(Failed) as failure:
        compiled(source).value(asked({"it": SENT}))
    assert SENT not in str(failure.value)
    assert len(str(failure.value)) < 100


class PanicException(BaseException):
    """What a panic in Rust arrives as."""


def test_a_panic_of_the_package_is_a_failure() -> None:
    class Panicking:
        def execute(self, _seen: Any) -> Any:
            raise PanicException("and says what was sent")

    with pytest.raises(Failed, match=r"^it could not be evaluated$"):
        engine.executed(Panicking(), {}, ())  # type: ignore[arg-type]


def test_an_interrupt_is_no_failure_of_an_expression() -> None:
    class Interrupted:
        def execute(self, _seen: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.executed(Interrupted(), {}, ())  # type: ignore[arg-type]


ATOMS = some.sampled_from(
    [
        *("0", "1u", "1.5", "'a'", "b'\\xff'", "null", "true", "[1]", "{'a': 1}", "double('NaN')", "duration('1h')"),
        *("request", "request.id", "request.body.zen", "request.body.items", "request.body", "request.received_at"),
        *("9223372036854775807", "-9223372036854775808"),
    ]
)


def grown(inner: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    two = some.tuples(inner, some.sampled_from(["+", "-", "*", "/", "%", "==", "<", "in", "&&", "||"]), inner)
    calls = some.sampled_from(
        ["size", "string", "int", "double", "hex", "base64_decode", "timestamp", "duration", "type"]
    )
    return some.one_of(
        two.map(lambda parts: f"({' '.join(parts)})"),
        some.tuples(calls, inner).map(lambda call: f"{call[0]}({call[1]})"),
        some.tuples(inner, inner).map(lambda pair: f"{pair[0]}[{pair[1]}]"),
        some.tuples(inner, inner).map(lambda pair: f"{{{pair[0]}: {pair[1]}}}"),
        some.tuples(inner, inner).map(lambda pair: f"[{pair[0]}].map(item, [item, {pair[1]}])"),
        inner.map(lambda value: f"-({value})"),
    )


def json_or_failure(source: str) -> bytes:
    try:
        return orjson.dumps(compiled(source).value(asked()))
    except Failed as failure:
        return str(failure).encode()


@tried
@given(some.recursive(ATOMS, grown, max_leaves=8))
def test_whatever_is_evaluated_is_json_or_a_failure(source: str) -> None:
    assert json_or_failure(source)
