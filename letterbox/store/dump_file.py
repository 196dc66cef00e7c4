"""The file of a dump: a line of JSON that says what follows, a line for each row, and a line with a checksum.

A row is an array of its values in the order of the columns, with bytes in base64. The first line has the version of
this format and of the tables, and of each table how many rows it has; so no row has to name its table.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from letterbox.store.drafts import Draft, NotCopied

FORMAT = 1
PIECE_BYTES = 4_194_304

Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class Contents:
    """What a dump says of a table."""

    name: str
    columns: list[str]
    rows: int
    sum: int  # over all values, as totals.py makes it
    widest: int  # how long the longest row is
    newest: int  # the newest number that the table's sequence has given, if it has one


@dataclass(frozen=True)
class Header:
    """The first line. `seal` is what the secret key has to open, if the store was ever sealed."""

    format: int
    revision: str | None
    seal: bytes | None
    tables: list[Contents]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class Writing:
    """Writes the lines of a dump into a draft. `end` it when all are there."""

    def __init__(self, draft: Draft, file: IO[bytes]) -> None:
        self._draft, self._file = draft, file
        self._digest = hashlib.sha256()
        self._unsynced = 0

    def write(self, content: Header | list[Any]) -> None:
        line = orjson.dumps(content, default=_text_of) + b"\n"
        self._digest.update(line)
        self._file.write(line)
        self._unsynced += len(line)
        if self._unsynced >= PIECE_BYTES:
            self._file.flush()
            self._draft.sync()
            self._unsynced = 0

    def end(self) -> None:
        self._file.write(_last_line(self._digest.hexdigest()))


def require_whole(path: Path) -> None:
    """Raise NotCopied unless the file is what was written, to its last byte."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        left = path.stat().st_size - len(_last_line(digest.hexdigest()))
        while left > 0 and (piece := file.read(min(left, PIECE_BYTES))):
            digest.update(piece)
            left -= len(piece)
        if file.read(PIECE_BYTES) != _last_line(digest.hexdigest()):
            raise NotCopied(f"{path} is no dump, or not all of it, or was altered: its checksum is wrong")


def header_of(line: bytes) -> Header:
    """The header of a whole dump. Raises NotCopied if it is of another format."""
    found = orjson.loads(line)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotCopied("the dump was written by another version of this program")
    return Header(FORMAT, found["revision"], bytes_of(found["seal"]), [Contents(**each) for each in found["tables"]])


def rows_of(lines: Iterable[bytes], readers: Sequence[tuple[int, Reader]]) -> Iterator[tuple[Any, ...]]:
    """The row of each line, with the values at some places read by a reader of their own."""
    for line in lines:
        row = orjson.loads(line)
        for place, read in readers:
            row[place] = read(row[place])
        yield tuple(row)


def bytes_of(value: str | None) -> bytes | None:
    return None if value is None else base64.b64decode(value)


def _text_of(value: Any) -> str:
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} has no place in a dump")
    return base64.b64encode(value).decode()


def _last_line(digest: str) -> bytes:
    return orjson.dumps({"sha256": digest}) + b"\n"
