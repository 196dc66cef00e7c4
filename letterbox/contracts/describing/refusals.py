"""The refusals that a caller of an endpoint can meet, each as a response of OpenAPI with one shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from letterbox import errors
from letterbox.errors import PROBLEM_MEDIA_TYPE, Refusal

KEPT_AS = "req_01k5b8n36096q14dr9gpqy77zx"
ALWAYS: tuple[type[Refusal], ...] = (
    errors.NoEndpoint,
    errors.MethodNotAllowed,
    errors.RequestTimeout,
    errors.BodyTooLarge,
    errors.UriTooLong,
    errors.RateLimited,
    errors.HeadTooLarge,
    errors.NotSupported,
    errors.Unavailable,
)
NOT_KEPT = (errors.RequestTimeout, errors.UriTooLong, errors.HeadTooLarge, errors.NotSupported, errors.Unavailable)
HEADERS: Mapping[type[Refusal], tuple[str, str, str]] = {
    errors.MethodNotAllowed: ("Allow", "string", "Every method that this address takes, separated by commas."),
    errors.RateLimited: ("Retry-After", "integer", "Seconds to wait before it makes sense to try again."),
    errors.Unavailable: ("Retry-After", "integer", "Seconds to wait before it makes sense to try again."),
}
VIOLATION = {
    "type": "object",
    "description": "One broken rule of the contract.",
    "required": ["pointer", "keyword", "message"],
    "properties": {
        "pointer": {"type": "string", "description": "Where, as a JSON Pointer (RFC 6901)."},
        "keyword": {"type": "string", "description": "Which rule, as the keyword of JSON Schema."},
        "message": {"type": "string", "description": "The rule in words."},
    },
}
PROBLEM = {
    "type": "object",
    "description": "Every refusal (RFC 9457). Decide by `type`; `title` and `detail` are for people.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "What kind of refusal it is."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "description": "The HTTP status again."},
        "detail": {"type": "string", "description": "What is wrong, and what to do about it."},
        "errors": {
            "type": "array",
            "description": "Each broken rule, where the contract refused it.",
            "items": {"$ref": "#/components/schemas/Violation"},
        },
        "request_id": {"type": "string", "description": "The id under which the refused request is kept, if it is."},
    },
}


def refusals_of(endpoint: Mapping[str, Any], contract: Mapping[str, Any] | None) -> Iterator[type[Refusal]]:
    """Every kind of refusal that an endpoint, as the specification shows it, can give."""
    yield from ALWAYS
    if endpoint["verification"]["scheme"] != "none":
        yield errors.VerificationFailed
    if endpoint["allow_from"]:
        yield errors.OriginNotAllowed
    if contract is not None and endpoint["contract_mode"] == "enforce":
        yield errors.UnparsableBody
        yield errors.ContractViolated
        if contract.get("media_types"):
            yield errors.UnsupportedMediaType


def response_of(refusal: type[Refusal]) -> dict[str, Any]:
    """A refusal as a response of OpenAPI."""
    members = {} if refusal in NOT_KEPT else {"request_id": KEPT_AS}
    media = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": refusal().problem(**members)}
    response: dict[str, Any] = {"description": refusal.says, "content": {PROBLEM_MEDIA_TYPE: media}}
    if refusal in HEADERS:
        name, kind, description = HEADERS[refusal]
        response["headers"] = {name: {"description": description, "required": True, "schema": {"type": kind}}}
    return response
