"""Multipart forms as objects: fields as their texts, each file as its name, media type and size."""

from __future__ import annotations

import logging
from typing import Any

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from letterbox.facts.forms import MOST_FIELDS, gathered
from letterbox.facts.parsed import Parsed, Unparsable

MOST_HEADERS = 16  # of one part
HEADER_BYTES = 4_096

# The parser writes a line for whatever it finds wrong; a sender shall not fill the log, and the verdict says it.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


def parsed(body: bytes, content_type: str) -> Parsed:
    """An object of strings, of {"name", "media_type", "size"} for files, or of lists of these. Raises Unparsable."""
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    if not boundary:
        raise Unparsable("The Content-Type names no boundary of its parts.")
    if body.count(b"--" + boundary) > MOST_FIELDS + 1:
        raise Unparsable(f"The form has more than {MOST_FIELDS} parts.")
    form = _Form()
    try:
        form.parser(boundary).write(body)
    except FormParserError:
        raise Unparsable("The form is not made of parts between its boundary.") from None
    if not form.ended:
        raise Unparsable("The form ends before its last boundary.")
    return gathered(form.fields, len(body))


class _Form:
    """Gathers what the parser finds, part by part."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, Any]] = []
        self.ended = False
        self._begin()

    def parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_part_data": self._data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
            max_header_count=MOST_HEADERS,
            max_header_size=HEADER_BYTES,
        )

    def _begin(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._content: list[bytes] = []

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name = data[start:end].lower()
        if self._name in self._headers:
            raise Unparsable("A part of the form has the same header twice.")

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._headers[self._name] = data[start:end]

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._content.append(data[start:end])

    def _end_part(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise Unparsable("A part of the form has no name.")
        content = b"".join(self._content)
        value = self._file(options[b"filename"], content) if b"filename" in options else _text(content)
        self.fields.append((_text(options[b"name"]), value))

    def _file(self, name: bytes, content: bytes) -> dict[str, Any]:
        media_type = parse_options_header(self._headers.get(b"content-type"))[0].decode("latin-1")
        return {"name": _text(name), "media_type": media_type or None, "size": len(content)}

    def _end(self) -> None:
        self.ended = True


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Unparsable("A name or a field of the form is not UTF-8.") from None
