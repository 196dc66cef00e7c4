"""`letterbox import`: a mock that remembers, of each operation of an OpenAPI document."""

from __future__ import annotations

import re
from typing import Any

import pytest

from letterbox.client.api import Api, NotAnswered
from tests.client.terminal import Ended, Terminal

JSON = "application/json"
HEAD = ["NAME", "METHOD", "REPLY", "CONTRACT"]
PET = {"$ref": "#/components/schemas/NewPet"}
NEW_PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 3}}}


def answer(status: str, **media_type: Any) -> dict[str, Any]:
    """The one response of an operation: of JSON, if there is anything to say of it."""
    content = {"content": {JSON: media_type}} if media_type else {}
    return {status: {"description": "As promised.", **content}}


PETS: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "parameters": [{"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}}],
                "responses": answer("200", schema={"type": "array", "items": PET}),
            },
            "post": {
                "operationId": "createPet",
                "requestBody": {"required": True, "content": {JSON: {"schema": PET}}},
                "responses": answer("201", example={"id": 7, "name": "Rex"}),
            },
        },
        "/pets/{pet-id}": {
            "delete": {"operationId": "listPets", "security": [{"login": []}], "responses": answer("204")},
        },
    },
    "components": {"schemas": {"NewPet": NEW_PET}},
}


def imported(terminal: Terminal, *options: str, document: Any = PETS) -> Ended:
    return terminal.run("import", terminal.write(document, "openapi.yaml"), *options)


def test_each_operation_becomes_an_endpoint(terminal: Terminal) -> None:
    ended = imported(terminal)
    assert ended.status == 0, ended
    made = {name: terminal.endpoint(name) for name in terminal.names()}
    assert {name: (one["methods"], one["path"], one["contract_version"]) for name, one in made.items()} == {
        "create-pet": (["POST"], "/v1/pets", 1),
        "list-pets": (["GET"], "/v1/pets", 1),
        "list-pets-2": (["DELETE"], "/v1/pets/{pet_id}", None),
    }


def test_the_mock_answers_as_the_document_promises(terminal: Terminal) -> None:
    imported(terminal)
    reply = terminal.send("/v1/pets", json={"name": "Rex"})
    assert (reply.status_code, reply.json()) == (201, {"id": 7, "name": "Rex"})


def test_the_mock_refuses_what_the_document_does_not_allow(terminal: Terminal) -> None:
    imported(terminal)
    reply = terminal.send("/v1/pets", json={"name": "R"})
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == "/name"


def test_the_mock_remembers(terminal: Terminal) -> None:
    imported(terminal)
    terminal.send("/v1/pets", json={"name": "Rex"})
    kept = terminal.client.get("/v1/requests", params={"endpoint": "create-pet"}).json()["items"]
    assert [one["verdict"] for one in kept] == ["accepted"]


def test_what_was_made_is_shown_with_a_line_to_try(terminal: Terminal) -> None:
    out = imported(terminal).out.splitlines()
    url = terminal.endpoint("create-pet")["url"]
    assert re.split("  +", out[0]) == [*HEAD, "ADDRESS, with the path of the document's server: /v1"]
    assert out[2].split() == ["create-pet", "POST", "201", JSON, "version", "1", url]
    assert "  list-pets-2: it asks for login; its verification is none until you declare one" in out
    body = '{"name":"string"}'
    assert out[-1] == f"Try  curl -X POST {url} -H 'Content-Type: {JSON}' -d '{body}'"


@pytest.mark.parametrize(
    ("servers", "head"),
    [
        ([], "ADDRESS"),
        ([{"url": "https://api.example.com"}], "ADDRESS"),
        ([{"url": "/v2"}], "ADDRESS, with the path of the document's server: /v2"),
    ],
)
def test_the_head_says_what_the_addresses_have_of_the_server(terminal: Terminal, servers: Any, head: str) -> None:
    ended = imported(terminal, "--dry-run", document={**PETS, "servers": servers})
    assert re.split("  +", ended.out.splitlines()[0]) == [*HEAD, head]


def test_where_servers_differ_the_head_says_that_there_are_paths(terminal: Terminal) -> None:
    paths = {**PETS["paths"], "/cages": {"servers": [{"url": "/own"}], "get": {"responses": answer("204")}}}
    ended = imported(terminal, "--dry-run", document={**PETS, "paths": paths})
    assert ended.out.splitlines()[0].endswith("ADDRESS, with the path of the document's server")


def test_a_remark_that_holds_of_many_is_made_once(terminal: Terminal) -> None:
    ended = imported(terminal, "--dry-run", document={**PETS, "security": [{"key": []}]})
    assert "  list-pets, create-pet: it asks for key; its verification is none until you declare one" in ended.out


def test_the_services_own_document_is_mocked_whole(terminal: Terminal) -> None:
    document = terminal.client.get("/openapi.json").json()
    made = imported(terminal, "--dry-run", document=document).out.splitlines()
    operations = [
        operation for item in document["paths"].values() for operation in item.values() if "operationId" in operation
    ]
    left_out = [line for line in made if "left out" in line]
    assert len([line for line in made if "/v1/" in line or "/in/" in line or "/healthz/" in line]) == len(operations)
    assert [line.split(":")[0].strip() for line in left_out] == ["OPTIONS /in/{project}/{path}"]


def test_a_prefix_is_put_in_front(terminal: Terminal) -> None:
    imported(terminal, "--path-prefix", "/shop")
    assert terminal.endpoint("create-pet")["path"] == "/shop/v1/pets"


def test_a_prefix_that_no_path_can_have_is_refused(terminal: Terminal) -> None:
    ended = imported(terminal, "--path-prefix", "/a b")
    assert ended.status == 2
    assert ended.err.startswith("letterbox: --path-prefix: ")


def test_a_dry_run_makes_nothing_and_needs_no_service(terminal: Terminal) -> None:
    terminal.variables["LETTERBOX_URL"] = "http://127.0.0.1:9"
    ended = imported(terminal, "--dry-run")
    assert ended.status == 0
    assert ended.out.splitlines()[2].split() == ["create-pet", "POST", "201", JSON, "yes", "/v1/pets"]
    assert terminal.names() == []


def test_imported_again_it_says_what_is_there_already(terminal: Terminal) -> None:
    imported(terminal)
    names = terminal.names()
    ended = imported(terminal)
    assert ended.status == 1
    assert ended.out.count("not made: Another endpoint takes one of") == 3
    assert terminal.names() == names


def test_a_name_that_is_taken_gets_a_number(terminal: Terminal) -> None:
    terminal.declare(name="create-pet", path="/other")
    imported(terminal)
    assert terminal.endpoint("create-pet-2")["path"] == "/v1/pets"


def test_an_endpoint_whose_contract_is_refused_is_made_and_says_so(terminal: Terminal) -> None:
    bad = {"type": "object", "properties": {"a": {"type": "string", "pattern": "(?=a)b"}}}
    ended = imported(terminal, document={**PETS, "components": {"schemas": {"NewPet": bad}}})
    assert ended.status == 1
    assert "create-pet: it takes everything, since its contract is refused: " in ended.out
    assert terminal.endpoint("create-pet")["contract_version"] is None


def test_what_can_be_no_endpoint_is_left_out_with_the_reason(terminal: Terminal) -> None:
    paths: dict[str, Any] = {"/a b": {"get": {"responses": {}}}, "/": {"get": {"responses": {}}}}
    ended = imported(terminal, document={**PETS, "servers": [], "paths": paths})
    assert ended.out.splitlines()[0] == "Nothing can be made of this document."
    assert "GET /a b: left out, since no endpoint can listen at the segment 'a b'" in ended.out
    assert ended.status == 1


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_what_is_answered_without_an_endpoint_of_its_own_is_no_failure(
    terminal: Terminal, options: tuple[str, ...]
) -> None:
    paths = {"/pets": {method: {"responses": answer("204")} for method in ("get", "head", "options")}}
    assert imported(terminal, *options, document={**PETS, "paths": paths}).status == 0


def test_a_dry_run_fails_where_something_could_not_be_made(terminal: Terminal) -> None:
    paths = {**PETS["paths"], "/files/{name}.json": {"get": {"responses": answer("204")}}}
    ended = imported(terminal, "--dry-run", document={**PETS, "paths": paths})
    assert ended.status == 1
    assert "  GET /files/{name}.json: left out, since an endpoint's parameter is a whole segment" in ended.out


def test_a_dry_run_says_which_contract_will_be_refused(terminal: Terminal) -> None:
    bad = {"type": "object", "properties": {"a": {"type": "string", "pattern": "(?=a)b"}}}
    ended = imported(terminal, "--dry-run", document={**PETS, "components": {"schemas": {"NewPet": bad}}})
    assert ended.status == 1
    line = next(line for line in ended.out.splitlines() if "create-pet: " in line)
    assert line.startswith("  create-pet: its contract will be refused: /definitions/NewPet/properties/a/pattern: ")
    assert "Patterns with look-around are not taken" in line


def test_a_service_that_is_gone_half_way_leaves_a_list_of_what_is_made(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Api.send

    def cut(self: Api, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if body.get("name") == "create-pet":
            raise NotAnswered("the service does not answer")
        return send(self, method, path, body, **more)

    monkeypatch.setattr(Api, "send", cut)
    ended = imported(terminal)
    assert (ended.status, ended.err) == (1, "letterbox: the service does not answer\n")
    assert "list-pets" in ended.out
    assert "create-pet" not in ended.out


@pytest.mark.parametrize(
    "content",
    [
        "swagger: '2.0'\npaths: {}",
        "openapi: 3.1.0\nwebhooks: {}",
        "openapi: 3.1.0\npaths: {/pets: {summary: Pets}}",
        "a: [",
    ],
)
def test_what_is_no_such_document_is_refused_in_one_line(terminal: Terminal, content: str) -> None:
    ended = imported(terminal, document=content)
    assert ended.status == 2
    assert ended.err.startswith("letterbox: openapi.yaml: ")
    assert ended.err.count("\n") == 1
