"""Handlers that answer what they were given."""

from typing import Any

import flask

from letterbox.errors import NotFound, Refusal

THING = {"id": "1", "name": "a"}


class Melted(Exception):
    """Known to this module's blueprint alone."""


def extend(blueprint: flask.Blueprint) -> None:
    """A before-request function and an error handler for this blueprint only."""
    blueprint.before_request(_remember)
    blueprint.register_error_handler(Melted, lambda _: ({"melted": True}, 200))


def _remember() -> None:
    flask.g.tag = "things"


def search(  # all that the operation takes
    user: Any,
    x_count: int | None,
    trace_id: str,
    limit: int,
    ratio: float | None = None,
    open: bool | None = None,  # noqa: A002  # the parameter's name
    tag: list[str] | None = None,
    number: list[int] | None = None,
    name: str | None = None,
) -> Any:
    sent = {"limit": limit, "ratio": ratio, "open": open, "tag": tag, "number": number, "name": name}
    return {"sent": sent, "user": user.id, "x_count": x_count, "trace_id": trace_id, "before": flask.g.tag}


def create(body: dict[str, Any], idempotency_key: str | None) -> Any:
    return THING | {"name": body["name"]}, 201, {"Location": f"/v1/things/{idempotency_key}"}


def newest(user: Any) -> Any:
    return {"user": user.id if user else None}


def read(thing: str) -> Any:
    if thing == "none":
        raise NotFound
    return THING | {"name": thing}


def replace(body: dict[str, Any], if_match: str | None) -> Any:
    if if_match == "melt":
        raise Melted
    return {"body": body, "if_match": if_match, "service": str(flask.current_app.extensions["letterbox"])}


def remove(thing: str) -> None:
    if thing == "kept":
        raise Refusal("x" * 3)


def measure(body: bytes) -> Any:
    return {"bytes": len(body), "length": flask.request.content_length}


def fill(body: dict[str, Any]) -> Any:
    return {"name": body.get("name"), "count": body.get("count")}
