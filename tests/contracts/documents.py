"""OpenAPI documents to import, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.contracts.compile import compiled
from letterbox.contracts.importing.document import Choice, imported
from letterbox.contracts.intake import intake
from letterbox.errors import Unprocessable
from letterbox.facts.request import Facts
from letterbox.representation import as_json

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
JSON = "application/json"
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
