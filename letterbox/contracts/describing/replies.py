"""What an endpoint answers once a request is on disk: its reply rules as responses of OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from letterbox.contracts.describing.dialects import Schema
from letterbox.contracts.describing.schemas import Components

JSON = "application/json"
DEFAULT_STATUS = 202
BODILESS = (204, 205, 304)
HIDDEN = ""  # instead of a condition that not everybody may read
DUPLICATE = "Letterbox-Duplicate-Of"
RECEIVED: Schema = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "description": "The id under which the request is kept."}},
}
DEFAULT_RULE: Mapping[str, Any] = {"status": DEFAULT_STATUS, "schema": RECEIVED, "body_from": "{'id': request.id}"}
KINDS = ((bool, "boolean"), (str, "string"), (int, "integer"), (float, "number"), (list, "array"))

Response = dict[str, Any]


def responses_of(endpoint: Mapping[str, Any], components: Components) -> dict[str, Response]:
    """By status; rules of the same status share one response."""
    responses: dict[str, Response] = {}
    for number, rule in enumerate(_rules(endpoint["replies"]), start=1):
        status = str(rule.get("status", DEFAULT_STATUS))
        response = responses.setdefault(status, {"description": ""})
        _extend(response, rule, f"reply-{number}", components)
    if any("from_destination" in rule for rule in endpoint["replies"]):
        responses["default"] = {"description": "The request is on disk, and this is what a program behind it answers."}
    if endpoint["dedupe"] is not None:
        for response in responses.values():
            response.setdefault("headers", {})[DUPLICATE] = _duplicate()
    return responses


def _rules(replies: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The rules that can answer, the default among them where none may match, or an expression may fail."""
    may_fail = True
    for rule in replies:
        yield _otherwise(rule) if "from_destination" in rule else rule
        may_fail = "when" in rule or "body_from" in rule
        if "when" not in rule:
            break
    if may_fail or any("body_from" in rule for rule in replies):
        yield DEFAULT_RULE


def _otherwise(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a rule answers when its destination does not."""
    condition = {"when": rule["when"]} if "when" in rule else {}
    return {**(rule.get("otherwise") or DEFAULT_RULE), **condition}


def _extend(response: Response, rule: Mapping[str, Any], name: str, components: Components) -> None:
    """Add what one more rule can answer under the same status."""
    said = "The request is on disk."
    if "when" in rule:
        condition = "a condition" if rule["when"] == HIDDEN else f"`{rule['when']}`"
        said = f"The request is on disk, and {condition} holds."
    response["description"] = " Or: ".join(filter(None, [response["description"], said]))
    for header, value in rule.get("headers", {}).items():
        example = {"schema": {"type": "string"}, "example": value}
        response.setdefault("headers", {}).setdefault(header, example)
    if ("body" in rule or "body_from" in rule) and int(rule.get("status", DEFAULT_STATUS)) not in BODILESS:
        media = response.setdefault("content", {}).setdefault(_essence(rule.get("media_type", JSON)), {})
        _add(media, _schema_of(rule, name, components))
        if "body" in rule:
            media.setdefault("examples", {})[name] = {"value": rule["body"]}


def _add(media: dict[str, Any], schema: Schema) -> None:
    before = media.get("schema")
    if before is None:
        media["schema"] = schema
    elif before != schema:
        choices = before["anyOf"] if list(before) == ["anyOf"] else [before]
        media["schema"] = {"anyOf": [*choices, schema]}


def _schema_of(rule: Mapping[str, Any], name: str, components: Components) -> Schema:
    if rule.get("schema") is RECEIVED:
        return {"$ref": "#/components/schemas/Received"}
    if "schema" in rule:
        return components.add_foreign(f"{name}-body", rule["schema"])
    return shape_of(rule["body"]) if "body" in rule else {}


def shape_of(value: Any) -> Schema:
    """The plainest schema that a literal fits, for those who make types of it."""
    if isinstance(value, dict):
        members = {name: shape_of(part) for name, part in value.items()}
        return {"type": "object", "required": list(members), "properties": members} if members else {"type": "object"}
    return next(({"type": name} for kind, name in KINDS if isinstance(value, kind)), {})


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _duplicate() -> dict[str, Any]:
    said = "The id of the request that came first with the same key; this is its reply again."
    return {"description": said, "schema": {"type": "string"}}
