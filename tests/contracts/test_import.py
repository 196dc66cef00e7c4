"""An OpenAPI document becomes a contract: its webhooks, or the operations of a path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.contracts.importing.document import Choice, imported
from letterbox.errors import Unprocessable
from letterbox.representation import as_json
from tests.contracts.documents import (
    JSON,
    PET,
    QUERY,
    a_document,
    conforms,
    of_path,
    of_webhooks,
    parameter,
    refusal,
    takes,
)

# Webhooks.


def test_each_webhook_becomes_an_event_type() -> None:
    contract = of_webhooks({"sold": {"post": takes(PET)}, "fed": {"post": takes({})}}, event_type="request.body.type")
    assert contract["event_types"] == {"sold": PET, "fed": {}}
    assert (contract["event_type"], contract["media_types"]) == ("request.body.type", [JSON])


def test_an_only_webhook_becomes_the_body_where_nothing_tells_its_event() -> None:
    assert of_webhooks({"sold": {"post": takes(PET)}})["body"] == PET


def test_several_webhooks_need_a_way_to_tell_them_apart() -> None:
    found = refusal(a_document(webhooks={"sold": {"post": takes(PET)}, "fed": {"post": takes(PET)}}))
    assert "?event_type=" in found.detail
    assert "fed, sold" in found.detail


def test_a_webhook_can_name_its_event_itself() -> None:
    contract = of_webhooks({"sold": {"post": takes(PET, **{"x-event-type": "pet.sold"})}}, event_type="request.path")
    assert [*contract["event_types"]] == ["pet.sold"]


def test_webhooks_of_one_event_become_one_event_type() -> None:
    webhooks = {name: {"post": takes({"const": name}, **{"x-event-type": "pet"})} for name in ("sold", "fed")}
    contract = of_webhooks(webhooks, event_type="request.path")
    assert contract["event_types"] == {"pet": {"anyOf": [{"const": "sold"}, {"const": "fed"}]}}


def test_webhooks_of_one_event_are_told_apart_by_a_property_where_they_can_be() -> None:
    def about(action: str) -> dict[str, Any]:
        properties = {"action": {"enum": [action]}, "pet": PET}
        return {"type": "object", "required": ["action", "pet"], "properties": properties}

    webhooks = {name: {"post": takes(about(name), **{"x-event-type": "pet"})} for name in ("sold", "fed")}
    contract = of_webhooks(webhooks, event_type="'pet'")
    rex = {"name": "Rex"}
    bodies: list[Any] = [{"action": "sold", "pet": rex}, {"action": "fed", "pet": rex}, {"action": "fed", "pet": {}}]
    bodies += [{"action": "lost", "pet": rex}, {"pet": rex}, []]
    verdicts = [conforms(contract, body) for body in bodies]
    assert verdicts == [True, True, False, False, False, False]
    assert "anyOf" not in contract["event_types"]["pet"]


def test_a_webhook_may_stand_elsewhere_in_the_document() -> None:
    components: dict[str, Any] = {
        "pathItems": {"Sold": {"post": {"requestBody": {"$ref": "#/components/requestBodies/Pet"}}}}
    }
    components["requestBodies"] = {"Pet": takes(PET)["requestBody"]}
    contract = of_webhooks({"sold": {"$ref": "#/components/pathItems/Sold"}}, components=components)
    assert contract["body"] == PET


def test_a_document_of_3_0_says_its_webhooks_by_an_extension() -> None:
    document = a_document(
        "3.0.3", paths={}, **{"x-webhooks": {"sold": {"post": takes({"$ref": "#/components/schemas/Pet"})}}}
    )
    document["components"] = {"schemas": {"Pet": {**PET, "nullable": True}}}
    contract = imported(document, Choice()).contract
    assert contract["definitions"] == {"Pet": {**PET, "type": ["object", "null"]}}


def test_what_a_webhook_must_be_stays_so_if_its_body_may_be_left_out() -> None:
    operation = takes(PET)
    del operation["requestBody"]["required"]
    assert of_webhooks({"sold": {"post": operation}})["body"] == PET


# Operations.


def test_an_operation_becomes_a_body() -> None:
    contract = of_path(post=takes(PET))
    assert (contract["body"], contract["media_types"]) == (PET, [JSON])


def test_of_several_operations_each_method_has_its_own_body() -> None:
    contract = of_path(post=takes(PET), put=takes({"type": "array"}), get={"responses": {}})
    assert contract["event_type"] == "request.method"
    assert conforms(contract, {"name": "Rex"}, method="POST")
    assert not conforms(contract, {"name": "Rex"}, method="PUT")
    assert conforms(contract, b"", method="GET")
    assert not conforms(contract, [], method="PATCH")


@pytest.mark.parametrize("method", ["put", "PUT"])
def test_a_method_can_be_chosen(method: str) -> None:
    document = a_document(paths={"/pets": {"post": takes(PET), "put": takes({"type": "array"})}})
    assert imported(document, Choice(method=method)).contract["body"] == {"type": "array"}


def test_a_path_can_be_chosen_beside_webhooks() -> None:
    paths = {"/pets": {"post": takes(PET)}, "/cages": {"post": takes({})}}
    document = a_document(paths=paths, webhooks={"sold": {"post": takes({})}})
    assert imported(document, Choice(path="/pets")).contract["body"] == PET


def test_a_body_that_may_be_left_out_may_be_null_and_else_breaks_as_before() -> None:
    operation = takes(PET)
    operation["requestBody"]["required"] = False
    contract = of_path(post=operation)
    assert [conforms(contract, body) for body in (b"", {"name": "Rex"}, {})] == [True, True, False]


def test_bodies_of_several_media_types_may_be_any_of_them() -> None:
    operation = takes(PET)
    operation["requestBody"]["content"] |= {
        "text/plain; charset=utf-8": {"schema": {"type": "string"}},
        "image/png": {},
    }
    contract = of_path(post=operation)
    assert contract["media_types"] == [JSON, "text/plain", "image/png"]
    assert [
        conforms(contract, b"Rex", "text/plain"),
        conforms(contract, {}),
        conforms(contract, b"\x89", "image/png"),
    ] == [
        True,
        False,
        True,
    ]


def test_what_comes_back_alone_need_not_be_sent() -> None:
    pet = {"type": "object", "required": ["id", "name"], "properties": {"id": {"readOnly": True}, "name": {}}}
    assert of_path(post=takes(pet))["body"]["required"] == ["name"]


FORM = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 3},
        "age": {"type": "integer"},
        "tame": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
    },
}


@pytest.mark.parametrize(
    ("form", "fits"),
    [
        (b"name=Rex&age=7&tame=true&tags=a&tags=b", True),
        (b"name=Rex&tags=a", True),
        (b"age=7", False),
        (b"name=Rexx", False),
        (b"name=Rex&age=old", False),
        (b"name=Rex&tame=yes", False),
        (b"name=Rex&tags=c", False),
    ],
)
def test_a_form_is_judged_by_the_texts_that_it_holds(form: bytes, fits: bool) -> None:
    media_type = "application/x-www-form-urlencoded"
    assert conforms(of_path(post=takes(FORM, media_type)), form, media_type) is fits


def test_a_file_of_a_form_is_taken() -> None:
    media_type = "multipart/form-data"
    schema = {"type": "object", "required": ["photo"], "properties": {"photo": {"type": "string", "format": "binary"}}}
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    contract = of_path(post=takes(schema, media_type))
    assert conforms(contract, head + b"\x89\r\n--x--\r\n", f"{media_type}; boundary=x")


# What is refused, and where.


@pytest.mark.parametrize("version", ["2.0", "3.2.0", "3.10.0", "3", "", "3.1.0-beta"])
def test_other_versions_of_openapi_are_refused(version: str) -> None:
    assert refusal(a_document(version)).errors[0]["pointer"] == "/openapi"


@pytest.mark.parametrize(
    ("members", "choice", "pointer"),
    [
        ({}, Choice(), ""),
        ({"paths": {"/a": {}, "/b": {}}}, Choice(), "/paths"),
        ({"paths": {"/a": {}}}, Choice(path="/b"), "/paths"),
        ({"paths": {"/a": {"post": {}}}}, Choice(method="put"), "/paths/~1a"),
        ({"paths": {"/a": {"trace": {}}}}, Choice(), "/paths/~1a"),
        ({"paths": {"/a": {"post": 1}}}, Choice(), "/paths/~1a/post"),
        ({"paths": {"/a": {"post": {"requestBody": {"$ref": "#/nowhere"}}}}}, Choice(), "/nowhere"),
        ({"paths": {"/a": {"$ref": "other.yaml"}}}, Choice(), "/paths/~1a"),
        ({"paths": {"/a": {"$ref": "#/paths/~1a"}}}, Choice(), "/paths/~1a"),
        ({"paths": 1}, Choice(), "/paths"),
        ({"webhooks": {"a": 1}}, Choice(), "/webhooks/a"),
        ({"webhooks": [1]}, Choice(), "/webhooks"),
        ({"jsonSchemaDialect": "http://json-schema.org/draft-07/schema"}, Choice(), "/jsonSchemaDialect"),
        ({"paths": {"/a": {"post": {"parameters": [1]}}}}, Choice(), "/paths/~1a/post/parameters/0"),
        ({"paths": {"/a": {"post": {"parameters": 1}}}}, Choice(), "/paths/~1a/post/parameters"),
    ],
)
def test_what_cannot_be_imported_is_shown_at_its_place(members: dict[str, Any], choice: Choice, pointer: str) -> None:
    assert refusal(a_document(**members), choice).errors[0]["pointer"] == pointer


def test_what_is_wrong_with_a_definition_is_wrong_at_its_place_in_the_document() -> None:
    document = a_document(paths={"/a": {"post": takes({"$ref": "#/components/schemas/Pet"})}})
    document["components"] = {"schemas": {"Pet": {"pattern": "("}}}
    found = imported(document, Choice())
    assert found.origin_of("/definitions/Pet/pattern") == "/components/schemas/Pet/pattern"
    assert found.origin_of("/body/pattern") == "/body/pattern"


# Whatever is sent.

WORDS = ["openapi", "paths", "/a", "post", "get", "parameters", "requestBody", "content", JSON, "schema", "in", "name"]
WORDS += ["query", "webhooks", "$ref", "type", "object", "array", "string", "properties", "required", "enum", "items"]
WORDS += [
    "oneOf",
    "anyOf",
    "allOf",
    "components",
    "schemas",
    "nullable",
    "multipart/form-data",
    "#/components/schemas/A",
]
WHOLE = a_document(
    paths={"/a": {"post": takes(FORM, "multipart/form-data", parameters=QUERY)}},
    components={"schemas": {"A": {"anyOf": [{"$ref": "#/components/schemas/A"}, PET]}}},
)
anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.sampled_from(WORDS),
    lambda parts: some.lists(parts, max_size=3) | some.dictionaries(some.sampled_from(WORDS), parts, max_size=4),
    max_leaves=8,
)


ACTIONS = {
    name: {"post": takes(schema, **{"x-event-type": "a"})}
    for name, schema in (("sold", PET), ("fed", {"oneOf": [PET, {"$ref": "#/components/schemas/A"}]}))
}


@settings(derandomize=True, deadline=None, max_examples=100)
@given(some.data(), some.sampled_from(["3.0.3", "3.1.0"]), some.sampled_from([{}, {"webhooks": ACTIONS}]))
def test_whatever_a_document_holds_it_is_imported_or_refused(
    data: some.DataObject, version: str, more: dict[str, Any]
) -> None:
    document = orjson.loads(as_json({**WHOLE, **more, "openapi": version}))
    for _ in range(data.draw(some.integers(1, 3))):
        holder = data.draw(some.sampled_from(list(holders({**document, "openapi": {}}))))
        holder[data.draw(some.sampled_from([*holder]))] = data.draw(anything)
    with suppress(Unprocessable):
        imported(document, Choice(event_type="request.path"))


def holders(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in it that is not empty."""
    if isinstance(node, dict) and node:
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from holders(part)


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
