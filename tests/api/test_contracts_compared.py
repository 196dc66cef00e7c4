"""Contracts made of OpenAPI documents, and versions compared."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.offering import BODY, Contracts, problem
from tests.github.webhooks import document

# OpenAPI documents.

OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/orders": {
            "post": {"requestBody": {"required": True, "content": {"application/json": {"schema": BODY}}}},
            "put": {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "array"}}}}},
        }
    },
    "x-anything": True,
}


def webhook(schema: Any) -> dict[str, Any]:
    return {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}


WEBHOOKS = {**OPENAPI, "webhooks": {"paid": webhook(BODY), "ping": webhook({})}}


def test_an_openapi_document_becomes_a_contract(contracts: Contracts) -> None:
    made = contracts.add({**WEBHOOKS, "active": True}, event_type="request.body.type")
    assert (made["event_types"], made["event_type"], made["active"]) == (
        {"paid": BODY, "ping": {}},
        "request.body.type",
        True,
    )


def test_an_operation_of_an_openapi_document_becomes_a_contract(contracts: Contracts) -> None:
    made = contracts.add(WEBHOOKS, path="/orders", method="post")
    assert (made["body"], made["media_types"], made["event_types"]) == (BODY, ["application/json"], {})


def test_schemas_that_are_true_or_false_become_objects_that_can_be_read(contracts: Contracts) -> None:
    webhooks = {name: webhook(schema) for name, schema in (("any", True), ("none", False))}
    made = contracts.add({**OPENAPI, "webhooks": webhooks}, event_type="request.body.type")
    assert made["event_types"] == {"any": {}, "none": {"not": {}}}
    assert contracts.read(made["version"]).json() == made


def test_a_long_name_is_not_sent_back_whole(contracts: Contracts) -> None:
    answer = contracts.offer({**OPENAPI, "webhooks": {"a" * 100_000: 1}})
    assert problem(answer) == (422, "/problems/unprocessable")
    assert len(answer.content) < 2_000


def test_githubs_own_document_is_taken(contracts: Contracts) -> None:
    made = contracts.add(document())
    assert made["event_type"] == "request.headers['x-github-event']"
    assert made["event_types"]["push"] == {"$ref": "#/definitions/webhook-push"}


@pytest.mark.parametrize(
    "parameters", [{"path": "/nowhere"}, {"method": "delete"}, {"path": "/orders", "method": "trace"}, {}]
)
def test_what_is_not_in_the_document_is_422(contracts: Contracts, parameters: dict[str, str]) -> None:
    document = WEBHOOKS if not parameters else OPENAPI
    answer = contracts.offer(document, **parameters)
    assert problem(answer) == (422, "/problems/unprocessable")
    assert answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("parameters", [{"path": "/orders"}, {"method": "post"}, {"event_type": "request.path"}])
def test_what_is_asked_of_an_openapi_document_is_422_for_any_other(
    contracts: Contracts, parameters: dict[str, str]
) -> None:
    assert problem(contracts.offer({}, **parameters)) == (422, "/problems/unprocessable")


def test_one_idempotency_key_is_good_for_one_choice_alone(contracts: Contracts) -> None:
    headers = {"Idempotency-Key": "once"}
    calls = [
        contracts.client.post(contracts.path, json=OPENAPI, params={"method": method}, headers=headers)
        for method in ("post", "post", "put")
    ]
    assert [call.status_code for call in calls] == [201, 201, 422]
    assert calls[0].json() == calls[1].json()


# Differences.


def test_a_version_is_compared_with_the_one_before(contracts: Contracts) -> None:
    contracts.add({"body": {"minimum": 0}})
    contracts.add({"body": {"minimum": 10}})
    assert contracts.client.get(f"{contracts.path}/2/diff").json() == {
        "from": 1,
        "to": 2,
        "changes": [
            {
                "pointer": "/body/minimum",
                "keyword": "minimum",
                "change": "stricter",
                "says": "the body must be at least 10 now, before at least 0.",
            }
        ],
        "complete": True,
    }


def test_a_version_can_be_compared_with_any_other(contracts: Contracts) -> None:
    for minimum in (0, 10, 5):
        contracts.add({"body": {"minimum": minimum}})
    answer = contracts.client.get(f"{contracts.path}/1/diff", params={"from": 3}).json()
    assert (answer["from"], answer["to"], answer["changes"][0]["change"]) == (3, 1, "looser")


def test_the_first_version_is_compared_with_none(contracts: Contracts) -> None:
    contracts.add({"body": {"minimum": 0}})
    answer = contracts.client.get(f"{contracts.path}/1/diff").json()
    assert answer["from"] is None
    assert [change["change"] for change in answer["changes"]] == ["stricter"]


@pytest.mark.parametrize(
    ("version", "since", "status"), [("2", "1", 404), ("1", "2", 404), ("1", "0", 400), ("1", "x", 400)]
)
def test_what_is_not_there_cannot_be_compared(contracts: Contracts, version: str, since: str, status: int) -> None:
    contracts.add({})
    answer = contracts.client.get(f"{contracts.path}/{version}/diff", params={"from": since})
    assert answer.status_code == status
