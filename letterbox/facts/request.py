"""A request as contracts and expressions see it: names and values as text, the body parsed when somebody asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from letterbox.facts.bodies import Parsed, Unparsable, is_readable, media_type_of, parsed
from letterbox.facts.inflate import decoded

GIVEN = (
    "id",
    "method",
    "path",
    "path_parameters",
    "raw_query",
    "raw_headers",
    "raw_body",
    "received_at",
    "event_type",
)


Content = tuple[str | None, str | None, str | None]  # what headers say of the body: its type, media type and encoding


class Facts:
    """What is known of one request. Headers have lower-case names; what carried a credential is masked in them."""

    __slots__ = (*GIVEN, "_body", "_content", "_headers", "_inflated", "_query")

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 # as expressions name it
        method: str,
        path: str,
        path_parameters: dict[str, str],
        raw_query: str,
        raw_headers: list[tuple[bytes, bytes]],
        raw_body: bytes | None,
        received_at: int,
    ) -> None:
        self.id, self.method, self.path, self.path_parameters = id, method, path, path_parameters
        self.raw_query, self.raw_headers, self.raw_body, self.received_at = (
            raw_query,
            raw_headers,
            raw_body,
            received_at,
        )
        self.event_type: str | None = None
        self._body: Parsed | Unparsable | None = None
        self._inflated: bytes | Unparsable | None = None
        self._content: Content | None = None
        self._headers: dict[str, str] | None = None
        self._query: dict[str, str] | None = None

    @property
    def query(self) -> dict[str, str]:
        """The first value of each name, percent-decoded."""
        if self._query is None:
            pairs = parse_qsl(self.raw_query, keep_blank_values=True, errors="replace")
            self._query = dict(reversed(pairs))
        return self._query

    @property
    def headers(self) -> dict[str, str]:
        """By lower-case name, as ISO-8859-1; repeats are joined with a comma (RFC 9110, 5.3)."""
        if self._headers is None:
            found: dict[str, str] = {}
            for raw_name, raw_value in self.raw_headers:
                name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
                found[name] = f"{found[name]}, {value}" if name in found else value
            self._headers = found
        return self._headers

    @property
    def media_type(self) -> str | None:
        """The Content-Type without its parameters, in lower case; None without one, or with two that differ."""
        return (self._content or self._content_of_headers())[1]

    @property
    def content_type(self) -> str | None:
        """The one Content-Type. Values that differ leave it open which one counts: then there is none."""
        return (self._content or self._content_of_headers())[0]

    @property
    def content_encoding(self) -> str | None:
        """The codings of the body in the order in which they were applied, as one text."""
        return (self._content or self._content_of_headers())[2]

    @property
    def body(self) -> Any:
        """The parsed body; None where there is none, or none that can be parsed."""
        try:
            return self.parsed().value
        except Unparsable:
            return None

    def parsed(self) -> Parsed:
        """The body and how large it is. Raises Unparsable."""
        if self._body is None:
            try:
                self._body = self._read()
            except Unparsable as reason:
                self._body = reason
        if isinstance(self._body, Unparsable):
            raise self._body
        return self._body

    def inflated(self) -> bytes:
        """The body without its content coding. Raises Unparsable."""
        if self._inflated is None:
            try:
                self._inflated = decoded(self.raw_body or b"", self.content_encoding)
            except Unparsable as reason:
                self._inflated = reason
        if isinstance(self._inflated, Unparsable):
            raise self._inflated
        return self._inflated

    def _read(self) -> Parsed:
        body = self.raw_body or b""
        if self.content_encoding is not None:
            body = self.inflated() if is_readable(self.media_type) else b""
        return parsed(body, self.content_type)

    def _content_of_headers(self) -> Content:
        types = [value for name, value in self.raw_headers if name == b"content-type"]
        encodings = [value for name, value in self.raw_headers if name == b"content-encoding"]
        type_ = types[0].decode("latin-1") if types and types.count(types[0]) == len(types) else None
        encoding = b", ".join(encodings).decode("latin-1") if encodings else None
        self._content = content = (type_, media_type_of(type_), encoding or None)
        return content

    def __getstate__(self) -> tuple[Any, ...]:
        """What was given; what was made of it is larger than it is worth to hand on."""
        return tuple(getattr(self, name) for name in GIVEN)

    def __setstate__(self, given: tuple[Any, ...]) -> None:
        self._body = self._content = self._headers = self._inflated = self._query = None
        for name, value in zip(GIVEN, given, strict=True):
            setattr(self, name, value)
