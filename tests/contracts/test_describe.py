"""An endpoint's own document: valid OpenAPI 3.1, and true about what is taken and answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from letterbox.contracts.describing.document import View, described
from letterbox.contracts.describing.taken import taken_by
from tests.contracts.declared import ADDRESS, contract, document, endpoint, example, operation

USER = {"type": "object", "properties": {"name": {"type": "string"}, "boss": {"$ref": "#/definitions/user"}}}
EVENTS = contract(
    event_type="request.headers['x-event']",
    event_types={"push": {"properties": {"by": {"$ref": "#/definitions/user"}}}, "pull-request": {}},
    definitions={"user": USER},
)
REPLIES = [
    {"when": "request.body.a == 1", "status": 200, "headers": {"x-kept": "yes"}, "body": {"pong": True}},
    {"when": "request.body.b == 1", "status": 200, "media_type": "text/plain", "body": "OK"},
    {"status": 422, "body_from": "{'id': request.id}", "schema": {"type": "object"}},
]
SCHEMES: list[dict[str, Any]] = [
    {"scheme": "none"},
    {"scheme": "basic", "username": "a"},
    {"scheme": "bearer"},
    {"scheme": "api-key", "in": "header", "name": "X-Key"},
    {"scheme": "api-key", "in": "query", "name": "key"},
    {"scheme": "standard-webhooks"},
    {"scheme": "github"},
    {"scheme": "stripe"},
    {"scheme": "slack"},
    {"scheme": "shopify"},
    {"scheme": "hmac", "header": "X-Sig", "prefix": "v=", "encoding": "base64", "algorithm": "sha512"},
    {"scheme": "hmac", "header": "X-Sig", "timestamp_header": "X-Time", "template": "{timestamp}.{body}"},
]


def valid(whole: dict[str, Any]) -> dict[str, Any]:
    validate(json.loads(json.dumps(whole)))
    return whole


def parameters(whole: dict[str, Any], place: str) -> dict[str, dict[str, Any]]:
    (item,) = whole["paths"].values()
    named = [*item.get("parameters", ()), *item["post"].get("parameters", ())]
    return {one["name"]: one for one in named if one["in"] == place}


@pytest.mark.parametrize("view", ["path", "webhooks"])
@pytest.mark.parametrize("offered", [None, contract(), contract(body=USER | {"definitions": {"user": USER}}), EVENTS])
def test_each_view_is_valid_openapi(view: View, offered: dict[str, Any] | None) -> None:
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    valid(document(offered, [example({"a": 1}, "push")], view, methods=methods, replies=REPLIES))


@pytest.mark.parametrize("verification", SCHEMES, ids=lambda one: "-".join(one.values()))
def test_each_verification_is_valid_openapi_and_asked_for(verification: dict[str, Any]) -> None:
    whole = valid(document(verification=verification))
    assert [*whole["components"].get("securitySchemes", {})] == (
        [] if verification["scheme"] == "none" else [verification["scheme"]]
    )
    assert ("401" in operation(whole)["responses"]) == ("security" in operation(whole))


def test_a_signature_is_a_key_in_its_header_and_says_how_it_is_made() -> None:
    scheme = document(verification={"scheme": "slack"})["components"]["securitySchemes"]["slack"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-Slack-Signature")
    assert "`v0:{timestamp}:{body}`" in scheme["description"]


def test_the_time_that_is_signed_is_a_required_header() -> None:
    whole = document(verification={"scheme": "slack"})
    assert parameters(whole, "header")["X-Slack-Request-Timestamp"]["required"]


def test_methods_that_prove_nothing_need_nothing() -> None:
    whole = document(methods=["GET", "POST"], verification={"scheme": "github", "methods": ["POST"]})
    assert ["security" in operation(whole, method) for method in ("get", "post")] == [False, True]


def test_the_address_is_the_server_and_the_path() -> None:
    whole = document(path="/files/{folder}/{rest...}")
    assert whole["servers"] == [{"url": ADDRESS}]
    assert [*whole["paths"]] == ["/files/{folder}/{rest}"]
    assert [*parameters(whole, "path")] == ["folder", "rest"]


def test_parameters_are_those_of_the_contract() -> None:
    offered = contract(
        path={"properties": {"order_id": {"pattern": "^[0-9]+$"}}},
        query={"allOf": [{"$ref": "#/definitions/paged"}], "required": ["q"], "properties": {"q": {"maxLength": 9}}},
        headers={"properties": {"x-shop": {"enum": ["a", "b"]}, "authorization": {}}},
        definitions={"paged": {"properties": {"page": {"type": "string"}}}},
    )
    whole = valid(document(offered))
    assert parameters(whole, "path")["order_id"]["schema"]["pattern"] == "^[0-9]+$"
    query = parameters(whole, "query")
    assert {name: one["required"] for name, one in query.items()} == {"q": True, "page": False}
    assert query["q"]["schema"] == {"type": "string", "maxLength": 9}
    assert [*parameters(whole, "header")] == ["x-shop"]


@pytest.mark.parametrize(
    ("expression", "place", "name"),
    [
        ("request.headers['x-event']", "header", "x-event"),
        ('request.headers["x-event"]', "header", "x-event"),
        ("request.query['kind']", "query", "kind"),
        ("request.query.kind", "query", "kind"),
    ],
)
def test_what_names_the_event_type_is_a_parameter(expression: str, place: str, name: str) -> None:
    found = parameters(document(EVENTS | {"event_type": expression}), place)[name]
    assert (found["required"], found["schema"]["enum"]) == (True, ["push", "pull-request"])


def test_unknown_event_types_that_are_taken_are_not_ruled_out() -> None:
    offered = EVENTS | {"unknown_event_types": "accept"}
    found = parameters(document(offered), "header")["x-event"]
    assert not found["required"]
    assert "enum" not in found["schema"]
    assert {} in operation(document(offered))["requestBody"]["content"]["application/json"]["schema"]["anyOf"]


def test_a_body_is_one_of_the_event_types_and_what_holds_for_all() -> None:
    whole = document(EVENTS | {"body": {"type": "object"}})
    schema = operation(whole)["requestBody"]["content"]["application/json"]["schema"]
    assert schema["allOf"][0] == {"$ref": "#/components/schemas/Body"}
    assert schema["allOf"][1]["anyOf"] == [
        {"$ref": "#/components/schemas/push"},
        {"$ref": "#/components/schemas/pull-request"},
    ]


def test_without_a_contract_anything_is_taken() -> None:
    body = operation(document(None, contract_version=None))["requestBody"]
    assert (body["content"], body.get("required", False)) == ({"*/*": {"schema": {}}}, False)


def test_get_is_not_said_to_have_a_body() -> None:
    assert "requestBody" not in operation(document(methods=["GET"]), "get")


def test_replies_are_shown_by_status_with_headers_media_types_and_schemas() -> None:
    responses = operation(document(contract(), replies=REPLIES))["responses"]
    good = responses["200"]
    assert good["content"]["application/json"]["examples"]["reply-1"]["value"] == {"pong": True}
    assert good["content"]["application/json"]["schema"]["properties"] == {"pong": {"type": "boolean"}}
    assert good["content"]["text/plain"]["schema"] == {"type": "string"}
    assert good["headers"]["x-kept"]["example"] == "yes"
    assert [*responses["422"]["content"]] == ["application/problem+json", "application/json"]
    assert "`request.body.a == 1`" in good["description"]


@pytest.mark.parametrize(
    ("replies", "statuses"),
    [
        ([], ["202"]),
        ([{"status": 204}], ["204"]),
        ([{"when": "true", "status": 200, "body": 1}], ["200", "202"]),
        ([{"status": 200, "body_from": "1"}], ["200", "202"]),
        ([{"status": 200, "body": 1}, {"status": 299}], ["200"]),
    ],
    ids=["none", "one", "one that may not match", "one that may fail", "one that is never reached"],
)
def test_the_default_reply_is_shown_where_it_can_come(replies: list[dict[str, Any]], statuses: list[str]) -> None:
    responses = operation(document(replies=replies))["responses"]
    assert [code for code in responses if code < "400"] == statuses


def test_the_reply_to_a_duplicate_says_of_whom() -> None:
    whole = document(dedupe={"key": "request.id", "window_seconds": 60})
    assert "Letterbox-Duplicate-Of" in operation(whole)["responses"]["202"]["headers"]


@pytest.mark.parametrize(
    ("offered", "more", "expected"),
    [
        (None, {}, set()),
        (contract(), {}, {"400", "415", "422"}),
        (contract(media_types=[]), {}, {"400", "422"}),
        (contract(), {"contract_mode": "observe"}, set()),
        (contract(), {"contract_mode": "quarantine"}, set()),
        (None, {"allow_from": ["10.0.0.0/8"]}, {"403"}),
        (None, {"verification": {"scheme": "github"}}, {"401"}),
    ],
)
def test_the_refusals_are_those_that_can_happen(
    offered: dict[str, Any] | None, more: dict[str, Any], expected: set[str]
) -> None:
    responses = operation(document(offered, **more))["responses"]
    always = {"404", "405", "408", "413", "414", "429", "431", "501", "503"}
    assert {code for code in responses if code >= "400"} == expected | always


def test_examples_are_named_by_their_event_type() -> None:
    whole = document(EVENTS, [example({"by": {"name": "a"}}, "push")])
    shown = operation(whole)["requestBody"]["content"]["application/json"]["examples"]["accepted-1"]
    assert shown == {"summary": "push, received at 2025-09-17T09:30:02.417Z", "value": {"by": {"name": "a"}}}


def test_each_event_type_is_a_webhook_with_our_signature() -> None:
    whole = document(EVENTS, [example({}, "push"), example({"n": 1}, "pull-request")], "webhooks")
    assert [*whole["webhooks"]] == ["push", "pull-request"]
    delivery = whole["webhooks"]["push"]["post"]
    names = [one["name"] for one in delivery["parameters"]]
    assert names == ["webhook-id", "webhook-timestamp", "webhook-signature"]
    media = delivery["requestBody"]["content"]["application/json"]
    assert media["schema"] == {"$ref": "#/components/schemas/push"}
    assert [shown["value"] for shown in media["examples"].values()] == [{}]


def test_only_the_view_of_consumers_says_that_nothing_is_delivered_yet() -> None:
    views: list[View] = ["path", "webhooks"]
    said = [document(contract(), view=view)["info"]["description"] for view in views]
    assert ["Nothing is delivered yet" in text for text in said] == [False, True]


def test_without_event_types_the_webhook_is_called_as_the_endpoint() -> None:
    assert [*document(contract(), view="webhooks")["webhooks"]] == ["orders"]


def test_event_types_that_are_not_known_are_a_webhook_too_if_they_are_taken() -> None:
    whole = document(EVENTS | {"unknown_event_types": "accept"}, view="webhooks")
    assert [*whole["webhooks"]] == ["push", "pull-request", "orders"]


def test_a_parameter_of_which_only_the_name_is_said_is_a_text() -> None:
    found = parameters(document(contract(query={"required": ["q"]})), "query")
    assert found["q"] == {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}


def test_describing_once_changes_nothing_for_the_next_time() -> None:
    taken = taken_by(EVENTS)
    first, second = (described(endpoint(replies=REPLIES), ADDRESS, taken) for _ in range(2))
    assert first == second
    assert described(endpoint(), ADDRESS, taken) == document(EVENTS)
