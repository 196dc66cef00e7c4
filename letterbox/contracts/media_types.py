"""Which media types a contract takes: by name, by `type/*`, by `*/*`; all, if it names none."""

from __future__ import annotations

from collections.abc import Collection

from letterbox.errors import Violation
from letterbox.facts.bodies import FORM, is_readable
from letterbox.facts.request import Facts


def objection(facts: Facts, media_types: Collection[str], *, judges_body: bool) -> Violation | None:
    """Why a request cannot be judged by its Content-Type; None if it can. Without a body it needs none."""
    found = facts.media_type
    if found in media_types:
        return None
    if not facts.raw_body and facts.content_type is None:
        return None
    if media_types and not is_among(found, media_types):
        return _violation(f"{_wrong(facts)} Taken are: {', '.join(media_types)}.")
    if not media_types and judges_body and facts.raw_body and not is_readable(found):
        return _violation("No value is read of a body of this Content-Type; send JSON, a form or a text.")
    return None


def is_among(found: str | None, media_types: Collection[str]) -> bool:
    if found is None:
        return False
    return not {found, f"{found.partition('/')[0]}/*", "*/*"}.isdisjoint(media_types)


def is_json_sent_as_a_form(facts: Facts) -> bool:
    """As curl and others do who are not told the Content-Type."""
    return facts.media_type == FORM and (facts.raw_body or b"").lstrip()[:1] in (b"{", b"[")


def _wrong(facts: Facts) -> str:
    types = {value for name, value in facts.raw_headers if name == b"content-type"}
    if not types:
        return "There is no Content-Type."
    return "The Content-Types differ; send one." if len(types) > 1 else "The Content-Type is not among those taken."


def _violation(message: str) -> Violation:
    return {"pointer": "", "keyword": "media_types", "message": message}
