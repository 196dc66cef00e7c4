"""Bodies taken apart by their Content-Type: JSON, urlencoded, multipart and text.

Of any other body no value is read: it is None, as that of an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from letterbox.facts import forms, json_text, multipart
from letterbox.facts.parsed import NOTHING, Parsed, Unparsable

__all__ = ["Parsed", "Unparsable", "is_readable", "media_type_of", "parsed"]

_NAME = r"[a-z0-9!#$%&'*+.^_`|~-]+"
_MEDIA_TYPE = re.compile(f"{_NAME}/{_NAME}")
_OTHER_CHARSET = re.compile(r";\s*charset\s*=(?!\s*\"?(utf-?8|us-ascii)\"?\s*(;|$))", re.IGNORECASE)

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
SHORT, REMEMBERED = 64, 256  # characters of a Content-Type, and how many of these are not taken apart again

Reader = Callable[[bytes, str], Parsed]


def parsed(body: bytes, content_type: str | None) -> Parsed:
    """The value of a body, inflated if need be, and its size. Raises Unparsable."""
    media_type = media_type_of(content_type)
    reader = json_text.parsed if media_type == JSON else _reader(media_type)
    if reader is None or content_type is None or not body:
        return NOTHING
    return reader(body, content_type)


def media_type_of(content_type: str | None) -> str | None:
    """A Content-Type without its parameters, in lower case; None if there is none that could be a media type."""
    if content_type is None:
        return None
    return _known_media_type(content_type) if len(content_type) <= SHORT else _media_type(content_type)


def _media_type(content_type: str) -> str | None:
    essence = content_type.partition(";")[0].strip(" \t").lower()
    return essence if _MEDIA_TYPE.fullmatch(essence) else None


_known_media_type = lru_cache(REMEMBERED)(_media_type)


def is_readable(media_type: str | None) -> bool:
    """Whether a value is read of bodies of this media type."""
    return _reader(media_type) is not None


def _reader(media_type: str | None) -> Reader | None:
    if media_type is None:
        return None
    if media_type == JSON or media_type.endswith("+json"):
        return json_text.parsed
    return _text if media_type.startswith("text/") else _FORMS.get(media_type)


def _urlencoded(body: bytes, _content_type: str) -> Parsed:
    return forms.urlencoded(body)


def _text(body: bytes, content_type: str) -> Parsed:
    if _OTHER_CHARSET.search(content_type):
        return NOTHING
    try:
        return Parsed(body.decode(), 1, len(body))
    except UnicodeDecodeError:
        raise Unparsable("The text is not UTF-8.") from None


_FORMS: dict[str, Reader] = {FORM: _urlencoded, "multipart/form-data": multipart.parsed}
