"""An endpoint and a contract as they are shown and stored, to describe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from letterbox.contracts.describing.document import View, described
from letterbox.contracts.describing.requests import Example
from letterbox.contracts.describing.taken import taken_by
from letterbox.contracts.intake import DEFAULTS

ADDRESS = "http://127.0.0.1:8080/in/default"
NORMALISED: dict[str, Any] = {**DEFAULTS, "media_types": ["application/json"]}


def endpoint(**more: Any) -> dict[str, Any]:
    """An endpoint as the specification shows it, as far as its document needs it."""
    usual: dict[str, Any] = {
        "name": "orders",
        "path": "/orders/{order_id}",
        "methods": ["POST"],
        "verification": {"scheme": "none"},
        "contract_mode": "enforce",
        "contract_version": 3,
        "replies": [],
        "dedupe": None,
        "allow_from": [],
    }
    whole = usual | more
    return {"url": ADDRESS + whole["path"], **whole}


def contract(**more: Any) -> dict[str, Any]:
    """A normalised contract."""
    return NORMALISED | more


def example(value: Any, event_type: str | None = None) -> Example:
    return Example(value, "application/json", event_type, "2025-09-17T09:30:02.417Z")


def document(
    offered: dict[str, Any] | None = None,
    examples: Sequence[Example] = (),
    view: View = "path",
    **more: Any,
) -> dict[str, Any]:
    """The document of such an endpoint with such a contract."""
    return described(endpoint(**more), ADDRESS, taken_by(offered), examples, view)


def operation(whole: dict[str, Any], method: str = "post") -> dict[str, Any]:
    """An operation of the one path."""
    (item,) = whole["paths"].values()
    found: dict[str, Any] = item[method]
    return found


def examples_in(whole: dict[str, Any]) -> list[Any]:
    """The example bodies of the POST operation."""
    (media,) = operation(whole)["requestBody"]["content"].values()
    return [shown["value"] for shown in media.get("examples", {}).values()]
