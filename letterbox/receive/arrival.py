"""What arrived, as it was on the wire, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import unquote_to_bytes

from letterbox.receive.credentials import Carriers

PREFIX = "/in/"


@dataclass(slots=True)
class Arrival:
    """A request on its way in. Header names are lower-case, in order, with repeats; the path is not decoded."""

    method: str
    project: str  # the slug
    path: str  # below the project, with its leading slash
    query: str
    headers: list[tuple[bytes, bytes]]
    remote_address: str | None
    body: bytes | None = None  # None where it was not read, or was larger than is taken
    body_bytes: int = 0  # as far as it was read or declared
    body_sha256: str | None = None  # in hex, once somebody has needed it
    path_parameters: dict[str, str] = field(default_factory=dict)
    is_concealed: bool = False  # whether credentials are masked in headers and query
    credential: bytes | None = None  # what is masked, once it is
    carried: Carriers | None = None  # of one that was kept: what carried its credential then, which stays masked

    @property
    def head_bytes(self) -> int:
        """How long the path, the query and the headers are together."""
        return len(self.path) + len(self.query) + sum(map(len, chain.from_iterable(self.headers)))

    def header(self, name: bytes) -> str | None:
        """The first header of this name, as ISO-8859-1 text."""
        for found, value in self.headers:
            if found == name:
                return value.decode("latin-1")
        return None


def arrival_of(
    method: str, raw_path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], peer: str | None
) -> Arrival:
    """An arrival from what the server has parsed; `raw_path` is whole, such as b"/in/default/github"."""
    text = raw_path.decode("latin-1")
    slug, _, rest = text[len(PREFIX) :].partition("/")
    return Arrival(method, slug, "/" + rest, query.decode("latin-1"), headers, peer)


def segments_of(path: str) -> list[str] | None:
    """The path's segments, each percent-decoded on its own, so that %2F stays inside one; None if not UTF-8 text."""
    segments = path[1:].split("/")
    if "%" not in path:
        return segments if path.isascii() else None
    try:
        decoded = [unquote_to_bytes(segment).decode() for segment in segments]
    except UnicodeDecodeError:
        return None
    return None if any("\0" in segment for segment in decoded) else decoded
