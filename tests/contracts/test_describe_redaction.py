"""What a contract marks with `x-redact: true` is nowhere in the document, and what it does not mark is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.contracts.describing import redaction
from letterbox.contracts.describing.document import View
from tests.contracts.declared import contract, document, example, examples_in

SECRET = "hidden-from-all-0123456789"
MARKED = {"type": "string", "x-redact": True}
VIEWS: list[View] = ["path", "webhooks"]
tried = settings(derandomize=True, deadline=None, max_examples=200)


@dataclass
class Grown:
    """A schema with a value, the texts in it that are marked, and those that are not."""

    schema: dict[str, Any]
    value: Any
    secrets: list[str]
    plain: list[str]


@dataclass
class Soil:
    """What has been used up: numbers of texts, and definitions that a schema refers to."""

    texts: int = 0
    definitions: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        self.texts += 1
        return f"text-{self.texts:04}-{'x' * (self.texts % 3)}end"


SAME_PLACE = ("allOf", "anyOf", "oneOf", "if", "then", "$ref", "dependentSchemas")


@some.composite
def grown(draw: some.DrawFn, soil: Soil, depth: int = 3) -> Grown:
    """Objects, arrays and texts, each marked or not, its schema said in some roundabout way."""
    kind = draw(some.sampled_from(["text", "object", "array"] if depth else ["text"]))
    plant = {"text": _text, "object": _object, "array": _array}[kind](draw, soil, depth)
    if draw(some.integers(0, 3)) == 0:
        marked = {**plant.schema, "x-redact": True}
        plant = Grown(marked, plant.value, plant.secrets + plant.plain, [])
    for _ in range(draw(some.integers(0, 2))):
        plant.schema = _said(draw(some.sampled_from(SAME_PLACE)), plant.schema, soil)
    return plant


def _text(_draw: some.DrawFn, soil: Soil, _depth: int) -> Grown:
    text = soil.text()
    return Grown({}, text, [], [text])


def _object(draw: some.DrawFn, soil: Soil, depth: int) -> Grown:
    schema: dict[str, Any] = {"properties": {}, "patternProperties": {}}
    whole = Grown(schema, {}, [], [])
    for name in draw(some.lists(some.sampled_from("abcdef"), unique=True, max_size=3)):
        part = draw(grown(soil, depth - 1))
        keyword, key = ("properties", name) if draw(some.booleans()) else ("patternProperties", f"^{name}$")
        schema[keyword][key] = part.schema
        _add(whole, part)
        whole.value[name] = part.value
    if draw(some.booleans()):
        part = draw(grown(soil, depth - 1))
        schema[draw(some.sampled_from(["additionalProperties", "unevaluatedProperties"]))] = part.schema
        _add(whole, part)
        whole.value["z"] = part.value
    return whole


def _array(draw: some.DrawFn, soil: Soil, depth: int) -> Grown:
    first = [draw(grown(soil, depth - 1)) for _ in range(draw(some.integers(0, 2)))]
    rest = draw(grown(soil, depth - 1))
    schema: dict[str, Any] = {"prefixItems": [part.schema for part in first]} if first else {}
    whole = Grown({**schema, "items": rest.schema}, [], [], [])
    for part in (*first, rest):
        _add(whole, part)
        whole.value.append(part.value)
    return whole


def _add(whole: Grown, part: Grown) -> None:
    whole.secrets += part.secrets
    whole.plain += part.plain


def _said(keyword: str, schema: dict[str, Any], soil: Soil) -> dict[str, Any]:
    """The same schema by way of another keyword."""
    if keyword == "$ref":
        name = f"d{len(soil.definitions)}"
        soil.definitions[name] = schema
        return {"$ref": f"#/definitions/{name}"}
    if keyword in ("if", "then"):
        return {keyword: schema}
    return {keyword: {"a": schema}} if keyword == "dependentSchemas" else {keyword: [schema]}


@tried
@given(some.data())
def test_a_marked_value_is_nowhere_and_an_unmarked_one_is(data: some.DataObject) -> None:
    soil = Soil()
    plant = data.draw(grown(soil))
    offered = contract(body=plant.schema, definitions=soil.definitions)
    shown = json.dumps(document(offered, [example(plant.value)]))
    assert [text for text in plant.secrets if text in shown] == []
    assert [text for text in plant.plain if text not in shown] == []


HIDING: dict[str, tuple[dict[str, Any], Any]] = {
    "itself": (MARKED, SECRET),
    "a number": ({"properties": {"a": {"x-redact": True}}}, {"a": 1234567890123}),
    "a whole object": ({"properties": {"a": {"x-redact": True}}}, {"a": {"b": [SECRET]}}),
    "a tuple of draft 7": (
        {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{}, MARKED]},
        ["a", SECRET],
    ),
    "beside a reference in draft 7": (
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "properties": {"a": {"$ref": "#/definitions/t", "x-redact": True}},
            "definitions": {"t": {"type": "string"}},
        },
        {"a": SECRET},
    ),
    "a dependency": (
        {"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": {"properties": {"b": MARKED}}}},
        {"a": 1, "b": SECRET},
    ),
    "a branch that does not hold": ({"anyOf": [{"type": "object"}, MARKED]}, SECRET),
    "the else of an if": ({"if": False, "then": {}, "else": MARKED}, SECRET),
    "what is contained": ({"contains": MARKED}, [SECRET]),
    "a name": ({"propertyNames": {"x-redact": True}}, {SECRET: 1}),
    "a name, by reference": (
        {"propertyNames": {"$ref": "#/$defs/name"}, "$defs": {"name": {"anyOf": [{"x-redact": True}]}}},
        {SECRET: 1},
    ),
    "a dependency of the newest draft": ({"dependencies": {"a": {"properties": {"b": MARKED}}}}, {"a": 1, "b": SECRET}),
    "a dependency of two keywords": (
        {
            "dependencies": {"a": {"minProperties": 1}, "c": ["a"]},
            "dependentSchemas": {"a": {"properties": {"b": MARKED}}},
        },
        {"a": 1, "b": SECRET},
    ),
    "recursion": ({"properties": {"next": {"$ref": "#"}, "s": MARKED}}, {"next": {"next": {"s": SECRET}}}),
    "the same text elsewhere": ({"properties": {"a": MARKED}}, {"a": SECRET, "b": f"by {SECRET}!", SECRET: {}}),
}


@pytest.mark.parametrize("place", HIDING)
def test_a_value_is_hidden_in(place: str) -> None:
    schema, value = HIDING[place]
    whole = document(contract(body=schema), [example(value)])
    shown = json.dumps(whole)
    assert SECRET not in shown
    assert "1234567890123" not in shown
    assert "***" in json.dumps(examples_in(whole))


def test_what_one_example_hides_is_hidden_in_the_others() -> None:
    offered = contract(body={"properties": {"a": MARKED}})
    whole = document(offered, [example({"b": SECRET}), example({"a": SECRET})])
    assert examples_in(whole) == [{"b": "***"}, {"a": "***"}]


def test_the_schema_of_the_event_type_marks_as_well() -> None:
    offered = contract(event_types={"push": {"properties": {"a": MARKED}}, "other": {}}, event_type="request.query.t")
    assert examples_in(document(offered, [example({"a": SECRET}, "push")])) == [{"a": "***"}]
    assert examples_in(document(offered, [example({"a": "plain"}, "other")])) == [{"a": "plain"}]


def test_an_event_type_of_which_nothing_is_said_gives_no_example() -> None:
    offered = contract(event_types={"push": {"properties": {"a": MARKED}}}, unknown_event_types="accept")
    assert examples_in(document(offered, [example({"a": SECRET}, "new"), example({"a": SECRET})])) == []


def test_short_texts_are_hidden_in_their_place_alone() -> None:
    offered = contract(body={"properties": {"a": MARKED}})
    assert examples_in(document(offered, [example({"a": "no", "b": "nothing"})])) == [{"a": "***", "b": "nothing"}]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("kind", [SECRET, "vip"])
def test_an_event_type_that_is_marked_is_hidden(view: View, kind: str) -> None:
    offered = contract(body={"properties": {"kind": MARKED}}, event_type="request.body.kind")
    shown = json.dumps(document(offered, [example({"kind": kind}, kind)], view))
    assert kind not in shown
    assert "***, received at" in shown


@pytest.mark.parametrize("view", VIEWS)
def test_an_example_whose_event_type_is_hidden_still_stands_at_that_type(view: View) -> None:
    offered = contract(event_types={"push": {"properties": {"kind": MARKED}}}, event_type="request.body.kind")
    whole = document(offered, [example({"kind": "push"}, "push")], view)
    operations = whole["webhooks"]["push"] if view == "webhooks" else whole["paths"]["/orders/{order_id}"]
    shown = operations["post"]["requestBody"]["content"]["application/json"]["examples"]["accepted-1"]
    assert (shown["value"], shown["summary"][:5]) == ({"kind": "***"}, "***, ")


def test_an_event_type_that_is_not_marked_is_named() -> None:
    offered = contract(body={"properties": {"a": MARKED}}, event_type="request.body.kind")
    assert "push, received at" in json.dumps(document(offered, [example({"a": SECRET, "kind": "push"}, "push")]))


@pytest.mark.parametrize(("bound", "most"), [("MOST_LOOKS", 200), ("MOST_STATES", 100)])
def test_examples_with_too_many_patterns_to_look_at_are_left_out(
    bound: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = contract(body={"patternProperties": {f"^{number}a{{9}}$": {} for number in range(20)}})
    value = {str(name): 1 for name in range(20)}
    assert examples_in(document(offered, [example(value)])) == [value]
    monkeypatch.setattr(redaction, bound, most)
    assert examples_in(document(offered, [example(value)])) == []


def test_examples_that_take_too_long_to_redact_are_left_out() -> None:
    tower: dict[str, Any] = {f"d{n}": {"anyOf": [{"$ref": f"#/definitions/d{n + 1}"}, {}]} for n in range(500)}
    offered = contract(body={"items": {"$ref": "#/definitions/d0"}}, definitions={**tower, "d500": {"x-redact": True}})
    assert examples_in(document(offered, [example([1] * 10_000)])) == []
