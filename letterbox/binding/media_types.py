"""One spelling for each Content-Type, so that no spelling slips past a check."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from letterbox.errors import UnsupportedMediaType

Headers = list[tuple[bytes, bytes]]

_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^;"'\s]*)""", re.IGNORECASE)


def content_type(headers: Headers) -> str | None:
    """`type/subtype; parameters` in its one spelling, or None if there is none.

    Raises UnsupportedMediaType for two values and for a charset other than UTF-8.
    """
    values = {value for name, value in headers if name == b"content-type"}
    if len(values) > 1:
        raise UnsupportedMediaType("Send one Content-Type; there were several.")
    if not values:
        return None
    media_type, _, parameters = values.pop().decode("latin-1").partition(";")
    return _joined(media_type.strip().lower(), parameters.strip(" \t;"))


def _joined(media_type: str, parameters: str) -> str | None:
    if not media_type and not parameters:
        return None
    charset = _CHARSET.search(f";{parameters}")
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("Send the body in UTF-8; no other charset is taken.")
    return media_type if is_json(media_type) or not parameters else f"{media_type}; {parameters}"


def is_json(media_type: str) -> bool:
    """Whether bodies of this media type are JSON."""
    return media_type == "application/json" or media_type.endswith("+json")


def is_among(media_type: str, ranges: tuple[str, ...]) -> bool:
    """Whether one of the ranges (`text/plain`, `text/*`, `*/*`) takes this media type without parameters."""
    return any(fnmatchcase(media_type, range_.lower()) for range_ in ranges)
