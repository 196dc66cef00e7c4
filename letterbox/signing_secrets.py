"""The secrets that deliveries to a destination are signed with: made here, stored sealed, and shown once.

Stored, the newest first: `{id, sealed, created_at, expires_at}`, in milliseconds. Only a rotation lets one expire.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from letterbox.delivery.signing import new_secret
from letterbox.ids import new_id
from letterbox.representation import as_time
from letterbox.sealing import Seal, WrongSecretKey

log = logging.getLogger(__name__)

Stored = Mapping[str, Any]


class Fresh(NamedTuple):
    """A new secret in the open, and as it is stored."""

    text: str
    stored: dict[str, Any]

    def __repr__(self) -> str:
        return f"Fresh({self.stored['id']})"


def new(seal: Seal, project_id: str, now: int) -> Fresh:
    text, identity = new_secret(), new_id("sec")
    sealed = base64.b64encode(seal.close(text.encode(), _about(project_id, identity))).decode()
    return Fresh(text, {"id": identity, "sealed": sealed, "created_at": now, "expires_at": None})


def rotated(secrets: Sequence[Stored], fresh: Fresh, overlap_seconds: int, now: int) -> tuple[dict[str, Any], ...]:
    """The fresh secret, and before it expires the newest of those before; any older one ends now."""
    if not overlap_seconds:
        return (fresh.stored,)
    ending = [{**each, "expires_at": now + overlap_seconds * 1000} for each in secrets[:1]]
    return (fresh.stored, *ending)


def opened(secrets: Sequence[Stored], seal: Seal, project_id: str, now: int) -> tuple[str, ...]:
    """Those that sign now, the newest first. One that does not open is logged and left out."""
    live = [each for each in secrets if each["expires_at"] is None or each["expires_at"] > now]
    texts = (_open(each, seal, project_id) for each in live)
    return tuple(text for text in texts if text is not None)


def shown(secrets: Sequence[Stored]) -> list[dict[str, Any]]:
    """Stored secrets as the specification shows them."""
    return [
        {
            "id": each["id"],
            "created_at": as_time(each["created_at"]),
            "expires_at": None if each["expires_at"] is None else as_time(each["expires_at"]),
        }
        for each in secrets
    ]


def _open(stored: Stored, seal: Seal, project_id: str) -> str | None:
    try:
        return seal.open(base64.b64decode(stored["sealed"]), _about(project_id, stored["id"])).decode()
    except (WrongSecretKey, ValueError):
        log.error("the signing secret %s of project %s does not open", stored["id"], project_id)
        return None


def _about(project_id: str, secret_id: str) -> str:
    return f"signing {project_id} {secret_id}"
