"""What is cheap is told by count: nothing hostile is, GitHub's payloads mostly are."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from letterbox.contracts.compile import compiled
from letterbox.contracts.contract import CONFORMS, SMALL, Contract
from letterbox.contracts.intake import intake
from letterbox.errors import Unprocessable
from letterbox.representation import as_json
from tests.contracts.given import contract, facts
from tests.contracts.hostile import Hostile, corpus
from tests.contracts.parity import facts_of
from tests.github import schemas
from tests.github.payloads import Payload, payloads

ORDER = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]{8}$"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}, "maxItems": 100},
    },
    "additionalProperties": False,
    "$defs": {"line": {"type": "object", "properties": {"amount": {"type": "integer", "minimum": 1}}}},
}


def large(schema: Any) -> Contract:
    """A contract too large to be made ready in passing."""
    return contract(body=schema, definitions={"unused": {"enum": ["x" * SMALL]}})


@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile.name)
def test_nothing_hostile_is_judged_where_others_wait(hostile: Hostile) -> None:
    try:
        offered = intake(hostile.contract)
    except Unprocessable:
        return
    judged = compiled(as_json(offered))
    judged.prepare_here()
    assert not judged.is_cheap(facts(hostile.worst()))


def test_an_ordinary_contract_is_cheap_at_once() -> None:
    body = {"id": "0123abcd", "lines": [{"amount": 1}] * 20}
    assert contract(body=ORDER).is_cheap(facts(body))


def test_a_large_contract_is_cheap_once_it_was_made_ready() -> None:
    judged = large(ORDER)
    before = judged.is_cheap(facts({}))
    judged.prepare_here()
    assert (before, judged.is_cheap(facts({}))) == (False, True)


def test_most_of_githubs_payloads_are_cheap_by_githubs_schemas() -> None:
    judged = contract(**schemas.contract())

    def is_cheap(payload: Payload) -> bool:
        judged.prepare_here(payload.event)
        return judged.is_cheap(facts_of(payload))

    assert sum(map(is_cheap, payloads())) > 250


def test_a_small_contract_of_many_parts_is_cheap_once_its_cost_was_counted_in_full() -> None:
    judged = contract(body={"properties": {f"p{at}": {"type": "string"} for at in range(170)}})
    at_first = judged.judge_here(facts({}))
    judged.prepare_here()
    assert (at_first, judged.is_cheap(facts({}))) == (None, True)


def test_what_takes_a_whole_schema_to_explain_is_not_explained_where_others_wait() -> None:
    judged = contract(body={"properties": {"a": {}}, "unevaluatedProperties": False})
    assert (judged.judge_here(facts({"b": 1})), judged.judge_here(facts({"a": 1}))) == (None, CONFORMS)


def test_a_schema_that_takes_long_to_compile_is_not_made_ready() -> None:
    judged = contract(body={"enum": [f"x{at}" for at in range(20_000)]})
    judged.prepare_here()
    assert not judged.is_cheap(facts("x"))


def test_a_property_that_is_called_like_a_keyword_is_made_ready_like_any_other() -> None:
    judged = contract(body={"properties": {"patternProperties": True, "pattern": True}})
    judged.prepare_here()
    assert judged.is_cheap(facts({"pattern": "a"}))


def test_many_large_patterns_are_not_made_ready() -> None:
    judged = contract(body={"allOf": [{"pattern": f"^.{{200}}{at}"} for at in range(10)]})
    judged.prepare_here()
    assert not judged.is_cheap(facts("x"))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'"' + b"a" * 70_000 + b'"', "application/json"),
        (b"[" + b"[],[]," * 10_000 + b"1]", "application/json"),
        (b"a=1&" * 900, "application/x-www-form-urlencoded"),
        (b"a" * 70_000, "text/plain"),
    ],
    ids=["large", "full of lists", "full of fields", "large text"],
)
def test_a_body_that_takes_long_to_parse_is_not_cheap(body: bytes, content_type: str) -> None:
    assert not contract().is_cheap(facts(body, content_type=content_type))


def test_a_body_that_may_inflate_is_not_cheap() -> None:
    body = gzip.compress(json.dumps(["x"] * 20_000).encode() + b" " * 7_000, compresslevel=0)
    assert not contract().is_cheap(facts(body, headers={"content-encoding": "gzip"}))


def test_a_small_gzip_is_cheap() -> None:
    assert contract(body=ORDER).is_cheap(facts(gzip.compress(b'{"a":1}'), headers={"content-encoding": "gzip"}))


def test_a_small_gzip_of_very_many_values_is_not_cheap() -> None:
    body = gzip.compress(b"[" + b",".join([b"[]"] * 20_000) + b"]")
    assert not contract(body=ORDER).is_cheap(facts(body, headers={"content-encoding": "gzip"}))


def test_many_parameters_are_not_cheap() -> None:
    assert not contract(query={"required": ["a"]}).is_cheap(facts(None, query="&" * 3000))


def test_an_expression_that_is_not_cheap_makes_the_judging_dear() -> None:
    judged = contract(event_type="request.headers.exists(name, name == 'x') ? 'a' : 'b'")
    assert not judged.is_cheap(facts({}))


def test_an_unparsable_body_is_cheap() -> None:
    assert contract(body=ORDER).is_cheap(facts(b"{"))


@pytest.mark.parametrize("body", [{"id": "0123abcd", "lines": []}, {"lines": [{"amount": 0}] * 30}, b"{", 7])
def test_judging_here_comes_to_the_same(body: Any) -> None:
    judged = contract(body=ORDER)
    assert judged.judge_here(facts(body)) == judged.judge(facts(body))


def test_what_is_not_cheap_is_not_judged_here() -> None:
    assert contract(body=True).judge_here(facts(b" " * 70_000)) is None


def test_what_takes_long_to_explain_is_not_explained_here() -> None:
    judged = contract(body={"items": {"properties": {"a": {"type": "string"}}}})
    request = facts([{"a": "x"}] * 400 + [{"a": 1}])
    assert (judged.is_cheap(request), judged.judge_here(request)) == (True, None)


def test_it_is_explained_elsewhere() -> None:
    judged = contract(body={"items": {"properties": {"a": {"type": "string"}}}})
    judgement = judged.judge(facts([{"a": "x"}] * 400 + [{"a": 1}]))
    assert [violation["pointer"] for violation in judgement.violations] == ["/400/a"]


def test_preparing_compiles_every_part() -> None:
    judged = contract(event_type="request.path", event_types={"a": ORDER}, query=True, headers=True)
    judged.prepare()
    assert judged.judge(facts({})).cause == "contract_violation"


def test_equal_schemas_of_two_contracts_share_their_rules() -> None:
    one, other = contract(body=ORDER, query=True), contract(body={**ORDER, "description": "the same"}, headers=True)
    assert one._parts.rules(("body",)) is other._parts.rules(("body",))


def test_a_contract_is_compiled_once_and_dropped_when_nobody_holds_it() -> None:
    text = as_json(intake({"body": {"const": "held"}}))
    held = id(compiled(text)), compiled(text), compiled(text)
    assert held[1] is held[2]
    del held
    from letterbox.contracts import compile as shelf  # noqa: PLC0415

    assert not [known for known in shelf._known.values() if known.text == text]
