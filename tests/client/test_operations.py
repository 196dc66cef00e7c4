"""What becomes of the operations of an OpenAPI document: paths, replies, contracts, and what is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from letterbox.client.documents import BadFile
from letterbox.client.operations import LeftOut, Mock, mocks_of
from letterbox.client.specification import Specification

OK = {"responses": {"200": {"description": "Fine."}}}
PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "example": "Rex"}}}


def document(operation: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document of one operation, POST /pets."""
    return {"openapi": "3.0.3", "info": {}, "paths": {"/pets": {"post": operation}}, **more}


def mock_of(operation: dict[str, Any], **more: Any) -> Mock:
    made = next(mocks_of(Specification(document(operation, **more)), "", set()))
    assert isinstance(made, Mock)
    return made


def reply_of(content: dict[str, Any], status: str = "200", **components: Any) -> dict[str, Any]:
    """The declared reply of an operation that promises this content."""
    operation = {"responses": {status: {"description": "Fine.", "content": content}}}
    mocked = mock_of(operation, components=components).mocked
    assert mocked is not None
    return mocked.reply


@pytest.mark.parametrize(
    ("servers", "path"),
    [
        (None, "/pets"),
        ([], "/pets"),
        ([{"url": "/"}], "/pets"),
        ([{"url": "https://api.example.com"}], "/pets"),
        ([{"url": "https://api.example.com/v1/"}, {"url": "/other"}], "/v1/pets"),
        ([{"url": "/{basis}/v1", "variables": {"basis": {"default": "api"}}}], "/api/v1/pets"),
    ],
)
def test_the_path_of_the_server_stands_in_front(servers: Any, path: str) -> None:
    assert mock_of(OK, servers=servers).address.path == path


def test_an_operation_may_have_a_server_of_its_own() -> None:
    assert mock_of({**OK, "servers": [{"url": "/own"}]}, servers=[{"url": "/v1"}]).address.path == "/own/pets"


@pytest.mark.parametrize(
    ("responses", "status"),
    [
        (["500", "202", "201"], 201),
        (["default", "2XX"], 200),
        (["default", "404"], 200),
        (["204"], 204),
    ],
)
def test_the_first_success_is_replied(responses: list[str], status: int) -> None:
    mocked = mock_of({"responses": {each: {"description": ""} for each in responses}}).mocked
    assert mocked is not None
    assert mocked.reply == {"status": status}


def test_without_a_success_the_reply_is_the_usual_one() -> None:
    assert mock_of({"responses": {"404": {"description": ""}}}).endpoint["replies"] == []


@pytest.mark.parametrize(
    "media_type",
    [
        {"schema": {"const": 1}, "example": {"name": "Rex"}},
        {"schema": {"const": 1}, "examples": {"other": {"externalValue": "x"}, "rex": {"value": {"name": "Rex"}}}},
        {"examples": {"rex": {"$ref": "#/components/examples/Rex"}}},
        {"schema": {"example": {"name": "Rex"}}},
        {"schema": {"$ref": "#/components/schemas/Pet"}},
    ],
)
def test_the_reply_is_the_example_or_else_a_sample_of_the_schema(media_type: dict[str, Any]) -> None:
    reply = reply_of(
        {"application/json": media_type}, schemas={"Pet": PET}, examples={"Rex": {"value": {"name": "Rex"}}}
    )
    assert reply == {"status": 200, "body": {"name": "Rex"}}


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        ({"text/plain": {"example": "Rex"}, "application/json": {"example": 1}}, {"body": 1}),
        ({"application/hal+json": {"example": 1}}, {"media_type": "application/hal+json", "body": 1}),
        ({"*/*": {"example": 1}}, {"body": 1}),
        ({'application/json; profile="a b"': {"example": 1}}, {"body": 1}),
        ({"text/plain": {"example": "Rex"}}, {"media_type": "text/plain", "body": "Rex"}),
        ({"text/csv": {"example": ["Rex"]}}, {"media_type": "text/csv", "body": '["Rex"]'}),
        ({"text/*": {"example": "Rex"}}, {"media_type": "text/plain", "body": "Rex"}),
        ({"image/png": {}}, {}),
        ({}, {}),
    ],
)
def test_json_is_replied_or_else_text(content: dict[str, Any], sent: dict[str, Any]) -> None:
    assert reply_of(content) == {"status": 200, **sent}


def test_a_reply_that_cannot_be_data_is_remarked() -> None:
    operation = {"responses": {"200": {"description": "", "content": {"image/png": {}}}}}
    assert mock_of(operation).remarks == ["its reply of image/png can't be data; it has no body"]


def test_what_says_nothing_of_what_is_sent_has_no_contract() -> None:
    cookie = {"name": "session", "in": "cookie", "schema": {"type": "string"}}
    assert mock_of({**OK, "parameters": [cookie]}).contract is None


def test_a_contract_has_the_operation_alone_with_what_it_refers_to() -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
    schemas = {"Pet": {"properties": {"owner": {"$ref": "#/components/schemas/Owner"}}}, "Owner": PET, "Other": PET}
    contract = mock_of({**OK, "requestBody": body}, components={"schemas": schemas, "headers": {}}).contract
    assert contract is not None
    assert contract["components"] == {"schemas": {"Pet": schemas["Pet"], "Owner": PET}}
    assert contract["paths"]["/pets"].keys() == {"post"}
    assert contract["paths"]["/pets"]["post"]["requestBody"] == body


def test_parameters_of_the_path_count_and_those_of_the_operation_more() -> None:
    shared = [{"name": "a", "in": "query", "schema": {}}, {"$ref": "#/components/parameters/B"}]
    own = [{"name": "a", "in": "query", "required": True, "schema": {}}]
    paths = {"/pets": {"parameters": shared, "get": {**OK, "parameters": own}}}
    components = {"parameters": {"B": {"name": "b", "in": "header", "schema": {}}}}
    made = next(mocks_of(Specification({"openapi": "3.1.0", "paths": paths, "components": components}), "", set()))
    assert isinstance(made, Mock)
    assert made.contract is not None
    assert made.contract["paths"]["/pets"]["get"]["parameters"] == [*own, components["parameters"]["B"]]


def test_a_parameter_of_the_path_is_called_in_the_contract_as_the_endpoint_calls_it() -> None:
    parameters: list[Any] = [
        {"name": name, "in": "path", "required": True, "schema": {}} for name in ("pet-id", "of no segment")
    ]
    paths = {"/pets/{pet-id}/files": {"get": {**OK, "parameters": parameters}}}
    made = next(mocks_of(Specification({"openapi": "3.1.0", "paths": paths}), "", set()))
    assert isinstance(made, Mock)
    assert made.contract is not None
    (path, item), *_ = made.contract["paths"].items()
    assert path == made.address.path == "/pets/{pet_id}/files"
    assert [one["name"] for one in item["get"]["parameters"]] == ["pet_id"]


@pytest.mark.parametrize(
    ("security", "asked"),
    [
        (None, True),
        ([{"key": []}], True),
        ([{"key": []}, {"login": []}], True),
        ([{"key": []}, {}], False),
        ([], False),
    ],
)
def test_security_is_remarked_where_it_is_always_asked_for(security: Any, asked: bool) -> None:
    own = {} if security is None else {"security": security}
    remarks = mock_of({**OK, **own}, security=[{"key": []}]).remarks
    assert bool(remarks) is asked
    assert all("its verification is none" in remark for remark in remarks)


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("other.yaml#/Pet", "it refers to other.yaml#/Pet, another document"),
        ("#/components/schemas/Absent", "which is not there"),
        ("#/components/schemas/Circle", "a circle"),
    ],
)
def test_an_operation_whose_references_lead_nowhere_is_left_out(reference: str, reason: str) -> None:
    content = {"application/json": {"schema": {"$ref": reference}}}
    circle = {"Circle": {"$ref": "#/components/schemas/Circle"}}
    operation = {"responses": {"200": {"description": "", "content": content}}}
    made = next(mocks_of(Specification(document(operation, components={"schemas": circle})), "", set()))
    assert isinstance(made, LeftOut)
    assert reason in made.reason


@pytest.mark.parametrize(
    ("beside", "method", "is_fine"),
    [("get", "head", True), ("post", "head", False), ("post", "options", True), ("get", "trace", False)],
)
def test_a_method_that_no_endpoint_takes_is_left_out(beside: str, method: str, *, is_fine: bool) -> None:
    paths = {"/pets": {beside: OK, method: OK}}
    _, made = mocks_of(Specification({"openapi": "3.1.0", "paths": paths}), "", set())
    assert isinstance(made, LeftOut)
    assert (made.title, made.is_fine) == (f"{method.upper()} /pets", is_fine)


def test_what_no_contract_can_say_is_remarked() -> None:
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}}
    session = {"name": "session", "in": "cookie", "schema": {"type": "string"}}
    assert mock_of({**OK, "parameters": [limit, session]}).remarks == [
        "a contract can't say: maximum of the query parameter limit; the cookie parameter session"
    ]


def test_of_much_that_no_contract_can_say_the_first_is_remarked() -> None:
    many = [{"name": f"n{number}", "in": "cookie", "schema": {}} for number in range(8)]
    (remark,) = mock_of({**OK, "parameters": many}).remarks
    assert remark.endswith("; the cookie parameter n4; 3 more")


def test_a_path_that_loses_its_slash_is_remarked() -> None:
    paths = {"/pets/": {"get": OK}}
    made = next(mocks_of(Specification({"openapi": "3.1.0", "paths": paths}), "", set()))
    assert isinstance(made, Mock)
    assert made.address.path == "/pets"
    assert "its path ends with a slash" in made.remarks[0]


def test_an_operation_whose_parameter_is_part_of_a_segment_is_left_out() -> None:
    paths = {"/files/{name}.json": {"get": OK}}
    made = next(mocks_of(Specification({"openapi": "3.1.0", "paths": paths}), "", set()))
    assert isinstance(made, LeftOut)
    assert made.reason == "an endpoint's parameter is a whole segment, and '{name}.json' is more than that"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"swagger": "2.0", "paths": {"/a": {}}}, "convert it first"),
        ({"openapi": "4.0.0", "paths": {"/a": {}}}, "no OpenAPI document of 3.0 or 3.1"),
        ({"openapi": 3.1, "paths": {"/a": {}}}, "no OpenAPI document of 3.0 or 3.1"),
        ([], "no OpenAPI document of 3.0 or 3.1"),
        ({"openapi": "3.1.0", "webhooks": {}}, "this document has no paths"),
    ],
)
def test_what_is_no_document_of_operations_is_refused(tmp_path: Path, content: Any, says: str) -> None:
    (tmp_path / "it.json").write_bytes(orjson.dumps(content))
    with pytest.raises(BadFile, match=says):
        Specification.read(tmp_path / "it.json")
