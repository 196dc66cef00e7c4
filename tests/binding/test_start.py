"""What does not fit together stops the start, with one line that says what to mend."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.binding import CannotBind


def refused(build: Any, document: dict[str, Any], words: str) -> None:
    with pytest.raises(CannotBind, match=words) as refusal:
        build(document)
    assert "\n" not in str(refusal.value)


def test_a_missing_function_stops_the_start(build: Any, document: Any) -> None:
    document["paths"]["/v1/things"]["get"]["operationId"] = "things.vanish"
    refused(build, document, r"things\.vanish needs a plain function vanish in .*toy\.things")


def test_a_missing_module_stops_the_start(build: Any, document: Any) -> None:
    document["paths"]["/v1/things"]["get"]["operationId"] = "ghosts.search"
    refused(build, document, r"ghosts\.search needs a module .*toy\.ghosts")


def test_a_module_that_misses_something_itself_says_so(build: Any, document: Any) -> None:
    document["paths"]["/v1/things"]["get"]["operationId"] = "needy.search"
    with pytest.raises(ModuleNotFoundError, match="nowhere_to_be_found"):
        build(document)


def test_an_operation_id_of_another_form_stops_the_start(build: Any, document: Any) -> None:
    document["paths"]["/v1/things"]["get"]["operationId"] = "listThings"
    refused(build, document, "GET /v1/things needs an operationId")


def test_a_function_for_two_operations_stops_the_start(build: Any, document: Any) -> None:
    document["paths"]["/v1/things/newest"]["get"]["operationId"] = "things.search"
    refused(build, document, "GET /v1/things and GET /v1/things/newest both name the operationId things.search")


def test_an_operation_without_a_tag_stops_the_start(build: Any, document: Any) -> None:
    del document["paths"]["/healthz"]["get"]["tags"]
    refused(build, document, "GET /healthz needs exactly one tag")


def test_a_handler_that_asks_for_an_unknown_argument_stops_the_start(build: Any, document: Any) -> None:
    document["paths"]["/v1/things/{thing}"]["parameters"][0]["name"] = "other"
    document["paths"]["/v1/things/{other}"] = document["paths"].pop("/v1/things/{thing}")
    refused(build, document, r"asks for thing, which things\.read does not have")


@pytest.mark.parametrize("scope", [None, "owner"])
def test_a_secured_operation_without_a_known_scope_stops_the_start(build: Any, document: Any, scope: Any) -> None:
    document["paths"]["/v1/things"]["get"]["x-scope"] = scope
    refused(build, document, r"things\.search is secured, so it needs an x-scope out of admin, read")


def test_a_scope_on_an_open_operation_stops_the_start(build: Any, document: Any) -> None:
    document["paths"]["/healthz"]["get"]["x-scope"] = "read"
    refused(build, document, r"health\.live names a scope, yet anyone may call it")


@pytest.mark.parametrize("security", [[{}, {"bearerAuth": []}], [{"bearerAuth": []}, {"cookieAuth": []}], [{}]])
def test_security_that_is_not_plain_stops_the_start(build: Any, document: Any, security: Any) -> None:
    document["paths"]["/v1/things"]["get"]["security"] = security
    refused(build, document, r"things\.search must be secured by one scheme")


def test_an_unknown_security_scheme_stops_the_start(build: Any, document: Any) -> None:
    document["security"] = [{"cookieAuth": []}]
    refused(build, document, "is secured by cookieAuth, which is no bearer scheme")


def test_paths_in_an_order_that_shadows_one_stop_the_start(build: Any, document: Any) -> None:
    """Connexion would check the scope of things.read, and Flask would run things.newest."""
    paths = document["paths"]
    paths["/v1/things/newest"] = paths.pop("/v1/things/newest")
    refused(build, document, r"GET /v1/things/newest is things\.newest for Flask but things\.read for connexion")


def test_a_path_that_two_templates_match_differently_stops_the_start(build: Any, document: Any) -> None:
    paths, thing = document["paths"], {"name": "thing", "in": "path", "required": True, "schema": {"type": "string"}}
    plain = paths["/v1/things/newest"]["get"] | {"parameters": [thing]}
    paths["/a/{thing}/c"] = {"get": plain | {"operationId": "health.live"}}
    paths["/a/b/{thing}"] = {"get": plain | {"operationId": "things.newest"}}
    del paths["/healthz"], paths["/v1/things/newest"]
    refused(build, document, r"GET /a/b/c is things\.newest for Flask but health\.live for connexion")


def test_a_parameter_without_a_type_stops_the_start(build: Any, document: Any) -> None:
    """Connexion fails on it at each request."""
    document["paths"]["/v1/things"]["get"]["parameters"][0]["schema"] = {"enum": [1]}
    refused(build, document, r"The parameter limit of things\.search needs a schema with a type of its own")


def test_a_body_of_a_range_of_media_types_stops_the_start(build: Any, document: Any) -> None:
    content = document["paths"]["/v1/bytes"]["put"]["requestBody"]["content"]
    content["*/*"] = content.pop("application/octet-stream")
    refused(build, document, r"things\.measure takes \*/\*")


def test_a_pattern_that_is_not_linear_stops_the_start(build: Any, document: Any) -> None:
    document["components"]["schemas"]["NewThing"]["properties"]["name"]["pattern"] = "^(?!a)"
    refused(build, document, "A schema cannot be compiled")


def test_a_document_of_openapi_3_1_stops_the_start(build: Any, document: Any) -> None:
    """Connexion 3.3 cannot read it."""
    document["openapi"] = "3.1.0"
    refused(build, document, r"The specification is not OpenAPI 3\.0, at openapi")


def test_the_stack_is_built_before_the_first_request(edge: Any) -> None:
    """Connexion builds it at the first request, and answers each with 500 if it cannot."""
    assert edge._app.middleware.middleware_stack is not None


def test_the_document_stays_as_it_was_given(build: Any, document: Any) -> None:
    """It is the published one."""
    before = repr(document)
    assert build(document).document is document
    assert repr(document) == before
