"""The view of those who consume an endpoint's events: what a delivery of each event type carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from letterbox.contracts.describing.paths import header_parameters
from letterbox.contracts.describing.requests import Example, body_of
from letterbox.contracts.describing.taken import OWN_SCHEMAS, Taken

HEADERS = {
    "webhook-id": "The id of the request; the same on every attempt and replay, so that you can tell them apart.",
    "webhook-timestamp": "When this attempt was made, in whole seconds since 1970.",
    "webhook-signature": (
        "Standard Webhooks (https://www.standardwebhooks.com): `v1,{signature}` with the HMAC-SHA256 of "
        "`{webhook-id}.{webhook-timestamp}.{body}` in base64, under the secret of the destination. While that is "
        "rotated there are two, separated by a space."
    ),
}
RESPONSES = {
    "2XX": {"description": "It is taken; any other answer is tried again later."},
    "410": {"description": "It will never be taken again: nothing more is delivered to this destination."},
    "429": {"description": "Too much at a time; it comes again later, after `Retry-After` if you send it."},
}

Part = dict[str, Any]


def webhooks_of(endpoint: Mapping[str, Any], taken: Taken, examples: Sequence[Example]) -> Part:
    """`webhooks` and `components` of the document: an entry for each event type, or one called as the endpoint is."""
    entries: dict[str, Part] = {}
    for name in taken.event_types:
        fitting = [example for example in examples if example.event_type == name]
        entries[name] = _entry(endpoint["methods"], name, body_of(taken, taken.of(name), fitting))
    if not taken.event_types or not taken.knows_all:
        others = [example for example in examples if example.event_type not in taken.event_types]
        name = _free(endpoint["name"], entries)
        entries[name] = _entry(endpoint["methods"], name, body_of(taken, taken.of(None), others))
    schemas = {name: schema for name, schema in taken.components.all().items() if name not in OWN_SCHEMAS}
    return {"webhooks": entries, "components": {"schemas": schemas}}


def _entry(methods: Sequence[str], name: str, body: Part) -> Part:
    """A delivery has the method that the request had."""
    return {
        method.lower(): {
            "operationId": f"{method.lower()}_{name}",
            "summary": f"Take {name}",
            "parameters": header_parameters(HEADERS),
            "requestBody": body,
            "responses": RESPONSES,
        }
        for method in methods
    }


def _free(name: str, taken: Mapping[str, Any]) -> str:
    return name if name not in taken else f"{name} (others)"
