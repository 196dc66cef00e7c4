"""OpenAPI documents that would take too long to import, or come back whole: references, names and choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from letterbox.contracts.importing.document import Choice, imported
from tests.contracts.documents import a_document, of_path, parameter, refusal, takes

# References.


@pytest.mark.parametrize("steps", [1_000_000, 8_000, 65])
def test_a_reference_of_more_steps_than_a_document_has_leads_nowhere(steps: int) -> None:
    document = a_document(webhooks={"a": {"$ref": "#/" + "a/" * steps}})
    assert refusal(document).errors[0]["pointer"] == "/webhooks/a"


@pytest.mark.parametrize("index", ["²", "٣", "1" * 5_000, "-1", "01x"])
def test_an_index_that_is_none_leads_nowhere(index: str) -> None:
    document = a_document(paths={"/a": {"$ref": f"#/x/{index}"}}, x=[{}, {}])
    assert "or a reference to one" in refusal(document).detail


def test_an_index_leads_into_a_list() -> None:
    document = a_document(paths={"/a": {"$ref": "#/x/1"}}, x=[{}, {"post": takes({"const": 1})}])
    assert imported(document, Choice()).contract["body"] == {"const": 1}


# Names.


class Counted(dict[str, Any]):
    """Knows how often it was gone through."""

    times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return super().__iter__()


def test_a_name_for_a_definition_is_found_without_going_through_all_others() -> None:
    properties = {f"p{number}": {"items": {"const": number}} for number in range(50)}
    schemas = Counted({"A": {"properties": properties}, "items-3": {}})
    references = [{"$ref": f"#/components/schemas/A/properties/{name}/items"} for name in properties]
    document = a_document(paths={"/a": {"post": takes({"anyOf": references})}}, components={"schemas": schemas})
    definitions = imported(document, Choice()).contract["definitions"]
    assert [definitions["items-2"], definitions["items-4"]] == [{"const": 1}, {"const": 2}]
    assert (len(definitions), schemas.times) == (50, 0)


def test_a_long_name_comes_back_shortened() -> None:
    refused = refusal(a_document(webhooks={"a" * 10_000: 1}))
    assert [len(error["pointer"]) for error in refused.errors] == [200]


def test_a_long_name_of_where_a_definition_comes_from_is_shortened() -> None:
    name = "a" * 10_000
    paths = {"/a": {"post": takes({"$ref": f"#/components/schemas/{name}/not"})}}
    found = imported(a_document(paths=paths, components={"schemas": {name: {"not": {"pattern": "("}}}}), Choice())
    assert len(found.origin_of("/definitions/not-1/pattern")) == 200


# Bodies.


class Text(str):
    """Counts how often one was compared with another."""

    __slots__ = ()
    times = 0

    def __eq__(self, other: object) -> bool:
        Text.times += 1
        return super().__eq__(other)

    __hash__ = str.__hash__


def test_schemas_of_many_media_types_are_not_compared_one_by_one() -> None:
    content = {f"application/a{number}+json": {"schema": {"const": Text(number)}} for number in range(50)}
    body = of_path(post={"requestBody": {"required": True, "content": content}})["body"]
    assert (len(body["anyOf"]), Text.times) == (50, 0)


def test_numbers_and_booleans_are_not_taken_for_the_same_schema() -> None:
    content = {f"application/{name}+json": {"schema": {"const": value}} for name, value in (("a", 1), ("b", True))}
    body = of_path(post={"requestBody": {"required": True, "content": content}})["body"]
    assert body == {"anyOf": [{"const": 1}, {"const": True}]}


def test_choices_that_lead_on_to_one_another_very_far_are_tried_one_by_one() -> None:
    def choice(number: int) -> dict[str, Any]:
        return {"required": ["action"], "oneOf": [{"$ref": f"#/components/schemas/A{number + 1}"}]}

    schemas = {f"A{number}": choice(number) for number in range(2_000)} | {"A2000": {"type": "null"}}
    operation = takes({"$ref": "#/components/schemas/A0"}, **{"x-event-type": "a"})
    webhooks = {name: {"post": operation} for name in ("sold", "fed")}
    document = a_document(webhooks=webhooks, components={"schemas": schemas})
    contract = imported(document, Choice(event_type="'a'")).contract
    assert contract["event_types"] == {"a": {"anyOf": [{"$ref": "#/definitions/A0"}] * 2}}


@pytest.mark.parametrize("place", ["parameter", "form", "webhooks"])
def test_alternatives_that_multiply_are_bounded(place: str) -> None:
    tower = {f"A{level}": {"anyOf": [{"$ref": f"#/components/schemas/A{level + 1}"}] * 9} for level in range(16)}
    schema = {"$ref": "#/components/schemas/A0"}
    document = a_document(components={"schemas": {**tower, "A16": {"type": "string"}}})
    if place == "webhooks":
        document["webhooks"] = {name: {"post": takes(schema, **{"x-event-type": "a"})} for name in "ab"}
        assert len(imported(document, Choice(event_type="'a'")).contract["definitions"]) == 17
        return
    form = takes(schema, "multipart/form-data")
    operation = form if place == "form" else {"parameters": [parameter("query", "a", schema)]}
    assert "alternatives" in refusal({**document, "paths": {"/a": {"post": operation}}}).detail


def test_copies_of_what_is_referred_to_piece_by_piece_are_bounded() -> None:
    schema: dict[str, Any] = {"description": "x" * 1_000_000}
    for _ in range(20):
        schema = {"not": schema}
    deep = ["#/components/schemas/A" + "/not" * depth for depth in range(20)]
    document = a_document(paths={"/a": {"post": takes({"allOf": [{"$ref": reference} for reference in deep]})}})
    assert "more than is taken" in refusal({**document, "components": {"schemas": {"A": schema}}}).detail
