"""An OpenAPI document becomes a contract: its webhooks, or the operations of a path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.contracts.compile import compiled
from letterbox.contracts.importing.document import Choice, imported
from letterbox.contracts.intake import intake
from letterbox.errors import Unprocessable
from letterbox.facts.request import Facts
from letterbox.representation import as_json

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
JSON = "application/json"


def a_document(version: str = "3.1.0", **members: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "Pets", "version": "1"}, **members}


def takes(schema: Any, media_type: str = JSON, **more: Any) -> dict[str, Any]:
    """An operation with a body."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}, **more}


def of_path(version: str = "3.1.0", schemas: dict[str, Any] | None = None, **operations: Any) -> dict[str, Any]:
    """The contract that the operations of a document's only path become."""
    document = a_document(version, paths={"/pets": operations}, components={"schemas": schemas or {}})
    return imported(document, Choice()).contract


def of_webhooks(webhooks: dict[str, Any], *, event_type: str | None = None, **members: Any) -> dict[str, Any]:
    return imported(a_document(webhooks=webhooks, **members), Choice(event_type=event_type)).contract


def conforms(contract: dict[str, Any], body: Any, media_type: str = JSON, **more: Any) -> bool:
    """Whether a contract takes this body; JSON, or the very bytes."""
    raw = body if isinstance(body, bytes) else as_json(body)
    given: dict[str, Any] = {
        "method": "POST",
        "path": "/",
        "path_parameters": {},
        "raw_query": "",
        "received_at": 0,
        "id": "req_1",
    }
    given |= {"raw_headers": [(b"content-type", media_type.encode())], **more}
    facts = Facts(raw_body=raw, **given)
    return compiled(as_json(intake(contract))).judge(facts).cause is None


def refusal(document: dict[str, Any], choice: Choice = Choice()) -> Unprocessable:  # noqa: B008 # it can't be changed
    with pytest.raises(Unprocessable) as caught:
        imported(document, choice)
    return caught.value


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


# Parameters.


def parameter(place: str, name: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"in": place, "name": name, "schema": schema, **more}


QUERY = [
    parameter("query", "limit", {"type": "integer"}, required=True),
    parameter("query", "sort", {"type": "string", "enum": ["up", "down"]}),
    parameter("query", "ids", {"type": "array", "items": {"type": "integer"}}),
    parameter("query", "names", {"type": "array", "items": {"type": "integer"}}, explode=False),
    parameter("query", "filter", {"type": "object"}, style="deepObject"),
    parameter("query", "level", {"enum": [1, 2.5, True], "type": "number"}),
    parameter("query", "when", {"anyOf": [{"type": "integer"}, {"const": "now"}]}),
]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("limit=5", True),
        ("limit=-5&sort=up&ids=1&ids=2&names=a,b&level=2.5&when=now", True),
        ("sort=up", False),
        ("limit=five", False),
        ("limit=5&sort=sideways", False),
        ("limit=5&ids=a", False),
        ("limit=5&level=3", False),
        ("limit=5&when=7", True),
        ("limit=5&when=later", False),
    ],
)
def test_query_parameters_are_judged_as_texts(query: str, fits: bool) -> None:
    assert conforms(of_path(get={"parameters": QUERY}), b"", raw_query=query) is fits


def test_header_parameters_are_judged_by_lower_case_names() -> None:
    needed = parameter("header", "X-Pet", {"type": "boolean"}, required=True)
    contract = of_path(get={"parameters": [needed]})
    assert contract["headers"]["required"] == ["x-pet"]
    assert conforms(contract, b"", raw_headers=[(b"x-pet", b"true")])
    assert not conforms(contract, b"", raw_headers=[(b"x-pet", b"Rex")])


@pytest.mark.parametrize("name", ["Accept", "content-type", "AUTHORIZATION"])
def test_headers_that_openapi_describes_elsewhere_are_left_out(name: str) -> None:
    assert "headers" not in of_path(get={"parameters": [parameter("header", name, {"type": "string"}, required=True)]})


def test_path_parameters_have_names_that_an_endpoint_can_have_and_are_not_asked_for() -> None:
    contract = of_path(get={"parameters": [parameter("path", "pet-id", {"type": "integer"}, required=True)]})
    assert contract["path"] == {
        "type": "object",
        "properties": {"pet_id": {"type": "string", "pattern": "^-?[0-9]+$"}},
    }


def test_parameters_of_the_path_hold_for_its_operations_unless_they_say_otherwise() -> None:
    shared = [parameter("query", "a", {"type": "string"}, required=True), parameter("query", "b", {"type": "string"})]
    contract = of_path(parameters=shared, get={"parameters": [parameter("query", "a", {"type": "integer"})]})
    assert contract["query"]["properties"]["a"]["pattern"] == "^-?[0-9]+$"
    assert "required" not in contract["query"]


def test_where_operations_differ_any_of_their_parameters_will_do() -> None:
    kinds = {"get": {"type": "integer"}, "delete": {"type": "boolean"}}
    operations: dict[str, Any] = {
        method: {"parameters": [parameter("query", "a", schema, required=True), parameter("query", method, {})]}
        for method, schema in kinds.items()
    }
    query = of_path(**operations)["query"]
    assert query["required"] == ["a"]
    assert len(query["properties"]["a"]["anyOf"]) == 2
    assert query["properties"]["get"] == {"type": "string"}


def test_a_parameter_of_some_operations_is_held_to_what_these_say() -> None:
    query = of_path(get={"parameters": [QUERY[0]]}, post=takes(PET))["query"]
    assert query == {"type": "object", "properties": {"limit": {"type": "string", "pattern": "^-?[0-9]+$"}}}


def test_a_parameter_may_stand_elsewhere_in_the_document() -> None:
    components = {"parameters": {"Limit": QUERY[0]}}
    paths = {"/pets": {"get": {"parameters": [{"$ref": "#/components/parameters/Limit"}]}}}
    assert imported(a_document(paths=paths, components=components), Choice()).contract["query"]["required"] == ["limit"]


# What a contract can't say.


def unsaid(version: str = "3.1.0", **operation: Any) -> list[str]:
    document = a_document(version, paths={"/pets": {"post": operation}})
    return [*imported(document, Choice()).unsaid]


@pytest.mark.parametrize(
    ("schema", "left_out"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 10}, ["minimum and maximum of the query parameter a"]),
        ({"anyOf": [{"type": "integer", "multipleOf": 5}, {"const": "all"}]}, ["multipleOf of the query parameter a"]),
        ({"type": "array", "maxItems": 2, "items": {"maxLength": 5}}, ["maxItems of the query parameter a"]),
        ({"type": "string", "not": {"const": "b"}}, ["not of the query parameter a"]),
        ({"type": "integer", "allOf": [{"maximum": 1}]}, ["allOf of the query parameter a"]),
        ({"type": "object"}, ["the query parameter a"]),
        ({"type": "string", "minLength": 1, "pattern": "^b", "format": "date", "title": "B"}, []),
        ({"type": "integer", "format": "int32", "enum": [1, 2], "default": 1, "example": 2}, []),
        ({"type": ["boolean", "null"]}, []),
        ({}, []),
    ],
)
def test_what_no_text_can_be_held_to_is_named(schema: dict[str, Any], left_out: list[str]) -> None:
    assert unsaid(parameters=[parameter("query", "a", schema)]) == left_out


@pytest.mark.parametrize(
    ("described", "left_out"),
    [
        (parameter("path", "a", {"type": "integer", "minimum": 0}), "minimum of the path parameter a"),
        (parameter("header", "X-A", {"type": "array", "items": {}}), "items of the header parameter X-A"),
        (parameter("query", "a", {"type": "array", "items": {}}, explode=False), "items of the query parameter a"),
        (parameter("cookie", "a", {"type": "string"}), "the cookie parameter a"),
        ({"in": "query", "name": "a", "content": {JSON: {"schema": {}}}}, "the query parameter a"),
    ],
)
def test_a_parameter_that_is_not_judged_as_the_document_says_is_named(described: Any, left_out: str) -> None:
    assert unsaid(parameters=[described]) == [left_out]


def test_what_is_false_is_not_missed() -> None:
    schema = {"type": "integer", "exclusiveMinimum": False}
    assert unsaid("3.0.3", parameters=[parameter("query", "a", schema)]) == []


def test_what_no_field_of_a_form_can_be_held_to_is_named() -> None:
    fields = {
        "age": {"type": "integer", "maximum": 9},
        "tags": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "owner": {"type": "object", "required": ["name"]},
        "photo": {"type": "string", "format": "binary"},
    }
    form = {"type": "object", "properties": fields, "minProperties": 2, "additionalProperties": False}
    assert sorted(unsaid(**takes(form, "multipart/form-data"))) == [
        "maximum of the form field age",
        "minItems of the form field tags",
        "minProperties of the form",
        "required of the form field owner",
    ]


@pytest.mark.parametrize(("schema", "left_out"), [(PET, ["the body as application/xml"]), ({"type": "string"}, [])])
def test_a_body_of_which_no_value_is_read_is_named(schema: Any, left_out: list[str]) -> None:
    assert unsaid(**takes(schema, "application/xml")) == left_out


def test_a_body_that_one_media_type_lets_be_anything_is_named() -> None:
    operation = takes(PET)
    operation["requestBody"]["content"]["text/plain"] = {}
    assert unsaid(**operation) == ["the body, which one of its media types lets be anything"]


def test_a_body_of_json_is_left_nothing_out_of() -> None:
    assert unsaid(**takes({**PET, "minProperties": 1, "not": {"required": ["id"]}})) == []


# What is shared, and what stays behind.


def test_only_what_is_referred_to_comes_along() -> None:
    schemas = {
        "Pet": {"properties": {"owner": {"$ref": "#/components/schemas/Owner"}}},
        "Owner": {"properties": {"pets": {"items": {"$ref": "#/components/schemas/Pet"}}}},
        "Cage": {},
    }
    contract = of_path(schemas=schemas, post=takes({"$ref": "#/components/schemas/Pet"}))
    assert contract["body"] == {"$ref": "#/definitions/Pet"}
    assert contract["definitions"] == {
        "Pet": {"properties": {"owner": {"$ref": "#/definitions/Owner"}}},
        "Owner": {"properties": {"pets": {"items": {"$ref": "#/definitions/Pet"}}}},
    }


def test_a_reference_into_a_schema_gets_a_definition_of_its_own() -> None:
    schemas = {"Pet": {"properties": {"name": {"type": "string"}}}, "name-1": {"type": "integer"}}
    reference = {"$ref": "#/components/schemas/Pet/properties/name"}
    contract = of_path(schemas=schemas, post=takes({"items": reference, "contains": reference}))
    assert contract["definitions"] == {"name-2": {"type": "string"}}
    assert contract["body"]["items"] == {"$ref": "#/definitions/name-2"}


def test_names_of_definitions_are_escaped_in_references() -> None:
    reference = {"$ref": "#/components/schemas/a~1b%25"}
    contract = of_path(schemas={"a/b%": PET}, post=takes(reference))
    assert contract["definitions"] == {"a/b%": PET}
    assert not conforms(contract, {})


def test_a_word_like_a_reference_in_an_example_stays() -> None:
    schema = {
        "examples": [{"$ref": "#/x"}],
        "default": {"$ref": "#/x"},
        "enum": [{"$ref": "#/x"}],
        "x-a": {"$ref": "#/x"},
    }
    assert of_path(post=takes(schema))["body"] == schema


def test_a_property_named_like_a_keyword_is_a_property() -> None:
    schema = {"properties": {"example": {"type": "string"}, "$ref": {"$ref": "#/components/schemas/Pet"}, "xml": {}}}
    body = of_path(schemas={"Pet": PET}, post=takes(schema))["body"]
    assert body == {"properties": {"example": {"type": "string"}, "$ref": {"$ref": "#/definitions/Pet"}, "xml": {}}}


# The dialect of 3.0.

OLD = [
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ({"type": "string", "nullable": True, "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
    ({"type": "string", "nullable": False}, {"type": "string"}),
    ({"nullable": True}, {}),
    (
        {"nullable": True, "allOf": [PET], "title": "Pet"},
        {"title": "Pet", "if": {"type": "null"}, "else": {"allOf": [PET]}},
    ),
    ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
    ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
    ({"exclusiveMaximum": True}, {}),
    ({"example": 1}, {"examples": [1]}),
    ({"discriminator": {"propertyName": "a"}, "xml": {}, "externalDocs": {}}, {}),
    ({"properties": {"a": {"nullable": True, "type": "object"}}}, {"properties": {"a": {"type": ["object", "null"]}}}),
    ({"$ref": "#/components/schemas/Pet", "description": "Alone."}, {"$ref": "#/definitions/Pet"}),
]


@pytest.mark.parametrize(("old", "new"), OLD)
def test_a_schema_of_3_0_is_said_in_the_newest_draft(old: Any, new: Any) -> None:
    assert of_path("3.0.3", {"Pet": PET}, post=takes(old))["body"] == new


def test_in_3_1_a_reference_keeps_what_stands_beside_it() -> None:
    schema = {"$ref": "#/components/schemas/Pet", "minProperties": 1}
    assert of_path(schemas={"Pet": PET}, post=takes(schema))["body"] == {
        "$ref": "#/definitions/Pet",
        "minProperties": 1,
    }


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
    document = a_document(components={"schemas": tower})
    if place == "webhooks":
        document["webhooks"] = {name: {"post": takes(schema, **{"x-event-type": "a"})} for name in "ab"}
        assert len(imported(document, Choice(event_type="'a'")).contract["definitions"]) == 16
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
