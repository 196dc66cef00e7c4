"""The bodies of replies as bytes: JSON under a JSON media type, a string as it is under text/*."""

from __future__ import annotations

from typing import Any

from letterbox.representation import as_json

JSON = "application/json"


def can_be(body: Any, media_type: str) -> bool:
    """Whether this can be a body of this media type."""
    return is_json(media_type) or (is_text(media_type) and isinstance(body, str))


def encoded(body: Any, media_type: str) -> bytes:
    """A body that can be."""
    return body.encode() if is_text(media_type) and isinstance(body, str) else as_json(body)


def is_text(media_type: str) -> bool:
    return media_type.lower().startswith("text/")


def is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == JSON or essence.endswith("+json")
