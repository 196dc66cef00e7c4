"""A file as a request that somebody might send, and what the door says of it."""

from __future__ import annotations

import base64
import mimetypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from letterbox.client.documents import BadFile
from letterbox.client.places import Place, fault_of, places_of, said_in

STDIN = Path("-")
JSON, UNKNOWN = "application/json", "application/octet-stream"
TYPES = {
    ".form": "application/x-www-form-urlencoded",
    ".urlencoded": "application/x-www-form-urlencoded",
    ".xml": "application/xml",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
}
PARTS = {"path": "the path parameters", "query": "the query", "headers": "the headers"}
OF_ALL = mimetypes.MimeTypes()  # Python's own table, the same on every machine


class Payload(NamedTuple):
    """The bytes of a file, and how they are called."""

    name: str
    body: bytes
    media_type: str

    @property
    def sent(self) -> dict[str, str]:
        return {"body_base64": base64.b64encode(self.body).decode()}

    def text(self) -> str | None:
        """Its text if it is JSON by type, which has lines and columns."""
        if self.media_type != JSON and not self.media_type.endswith("+json"):
            return None
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None


def read(file: Path, content_type: str | None) -> Payload:
    """Raises BadFile."""
    type_ = content_type or guessed(file)
    media_type = type_.partition(";")[0].strip().lower()
    if file == STDIN:
        return Payload("-", sys.stdin.buffer.read(), media_type)
    try:
        return Payload(str(file), file.read_bytes(), media_type)
    except OSError as reason:
        raise BadFile(f"{file}: cannot be read ({reason.strerror})") from None


def guessed(file: Path) -> str:
    """The Content-Type of a file of this name; what is typed or piped in is taken as JSON."""
    if file == STDIN:
        return JSON
    return TYPES.get(file.suffix.lower()) or OF_ALL.guess_type(file.name)[0] or UNKNOWN


def placed(violations: list[dict[str, Any]], payload: Payload) -> Iterator[tuple[dict[str, Any], Place | None]]:
    """Each violation with its place in the file, if it is one of the body."""
    text = payload.text()
    fault = None if text is None else fault_of(text)
    of_body = {each["pointer"] for each in violations if is_of_body(each)}
    places = places_of(text, of_body) if text is not None and fault is None else {}
    for each in violations:
        if each["keyword"] == "body":  # the door's word counts: another reader may stumble somewhere else
            yield each, said_in(each["message"])[1] or fault
        else:
            yield each, places.get(each["pointer"]) if is_of_body(each) else None


def pointer_of(violation: dict[str, Any]) -> str:
    """Its pointer, or else in words what it would count from."""
    if violation["pointer"]:
        return str(violation["pointer"])
    part, slash, _ = violation["keyword"].partition("/")
    if slash:
        return f"{PARTS.get(part, part)} as a whole"
    return "the body as a whole" if is_of_body(violation) or part == "body" else "the request as a whole"


def is_of_body(violation: dict[str, Any]) -> bool:
    """Whether its pointer counts from the body: other rules are named with what they are for, as headers/required."""
    return "/" not in violation["keyword"] and violation["keyword"] not in ("media_types", "body", "event_type")
