"""The operations of a path in an OpenAPI document become a contract."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.importing.document import Choice, imported
from tests.contracts.documents import (
    FORM,
    JSON,
    PET,
    a_document,
    conforms,
    of_path,
    refusal,
    takes,
)


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
