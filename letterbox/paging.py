"""Pages of a list, newest first: a cursor is the last item's id, made opaque so that nobody builds on it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Protocol, TypeVar

from letterbox.errors import InvalidCursor
from letterbox.ids import is_id


class Identified(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=Identified)

Page = tuple[Sequence[Item], str | None]  # the items, and the cursor of the next page


def cursor_of(identity: str | None) -> str | None:
    return None if identity is None else base64.urlsafe_b64encode(identity.encode()).decode().rstrip("=")


def after_of(cursor: str | None, prefix: str) -> str | None:
    """The id after which a page of this noun begins. Raises InvalidCursor for what its list never answered."""
    if cursor is None:
        return None
    try:
        identity = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise InvalidCursor from None
    if not is_id(identity) or not identity.startswith(f"{prefix}_"):
        raise InvalidCursor
    return identity


def split(found: Sequence[Item], limit: int) -> Page[Item]:
    """A page, and its next cursor, from one item more than fits (if there are so many)."""
    page = found[:limit]
    return page, cursor_of(page[-1].id) if len(found) > limit else None
