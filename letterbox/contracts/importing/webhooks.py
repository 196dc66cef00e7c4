"""The webhooks of an OpenAPI document as the event types of a contract."""

from __future__ import annotations

from typing import Any

from letterbox.contracts.importing.bodies import Body, body_of, media_types_of
from letterbox.contracts.importing.choices import any_of
from letterbox.contracts.importing.source import Path, Source, named, refused

METHODS = ("get", "put", "post", "delete", "patch")
GITHUBS_HEADER = "x-github-event"
GITHUBS_EVENT = f"request.headers['{GITHUBS_HEADER}']"


def webhooks_in(document: dict[str, Any]) -> str | None:
    """The member that holds the webhooks; 3.0 has none, so documents of that version say it by an extension."""
    return next((name for name in ("webhooks", "x-webhooks") if document.get(name)), None)


def contract_of_webhooks(source: Source, member: str, event_type: str | None) -> dict[str, Any]:
    """A contract with an event type for each event, or with a body if there is but one and nothing to tell it by."""
    bodies: dict[str, list[Body]] = {}
    expression = event_type
    for name, item, path in source.members(member):
        for method in [method for method in METHODS if method in item]:
            operation, place = source.found(*path, method)
            bodies.setdefault(_event_of(operation, name), []).append(body_of(source, place, always=True))
            expression = expression or _expression(source, (*path, "parameters"), (*place, "parameters"))
    event_types = {name: any_of([body.schema for body in some], source.followed) for name, some in bodies.items()}
    contract = {"media_types": media_types_of(body for some in bodies.values() for body in some)}
    if expression is not None:
        return {**contract, "event_type": expression, "event_types": event_types}
    if len(event_types) == 1:
        return {**contract, "body": next(iter(event_types.values()))}
    message = "Say with ?event_type= by which expression the type of an event is found, such as request.body.type."
    raise refused(f"{message} The document has these: {named([*event_types])}.", (member,), "event_type")


def _event_of(operation: dict[str, Any], name: str) -> str:
    """GitHub's document has a webhook for each action of an event, and says the event beside; with dashes, at times."""
    own = operation.get("x-event-type")
    about = operation.get("x-github")
    githubs = about.get("subcategory") if isinstance(about, dict) else None
    if isinstance(own, str):
        return own
    return githubs.replace("-", "_") if isinstance(githubs, str) else name


def _expression(source: Source, *places: Path) -> str | None:
    for place in places:
        for parameter, _ in source.items(*place):
            if str(parameter.get("name")).lower() == GITHUBS_HEADER and parameter.get("in") == "header":
                return GITHUBS_EVENT
    return None
