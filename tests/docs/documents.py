"""The documents of this repository, taken apart: blocks with what they say they print, tables, headings, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).parents[2]
DOCUMENTS = (TOP / "README.md", TOP / "CHANGELOG.md", *sorted((TOP / "docs").glob("*.md")))

RUN = ("sh", "python")
OUTPUT = ("text", "json")  # right behind a block that is run: what it prints

_FENCE = re.compile(r"^```(\w*)$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block; `printed` is what the document says that it prints, None if it says nothing."""

    document: Path
    line: int
    kind: str
    text: str
    printed: str | None = None

    @property
    def place(self) -> str:
        return f"{self.document.relative_to(TOP)}:{self.line}"


def blocks_of(document: Path) -> list[Block]:
    """The blocks of a document in order; one of output has become part of the block that prints it."""
    found: list[tuple[Block, bool]] = []
    for block, touching in _fenced(document):
        if touching and block.kind in OUTPUT and found and found[-1][0].kind in RUN and not found[-1][1]:
            runs = found[-1][0]
            found[-1] = (Block(document, runs.line, runs.kind, runs.text, block.text), True)
        else:
            found.append((block, False))
    return [block for block, _ in found]


def _fenced(document: Path) -> Iterator[tuple[Block, bool]]:
    """Each fenced block, and whether nothing but empty lines stands between it and the one before."""
    touching, kind, start, inside = False, "", 0, None
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        if inside is None:
            if opening := _FENCE.fullmatch(line):
                kind, start, inside = opening[1], number, list[str]()
            elif line:
                touching = False
        elif line == "```":
            yield Block(document, start, kind, "\n".join(inside)), touching
            touching, inside = True, None
        else:
            inside.append(line)
    assert inside is None, f"{document.name}:{start} is never closed"


def outside_of_blocks(document: Path) -> str:
    """The text of a document without its fenced blocks."""
    return re.sub(r"(?ms)^```.*?^```$", "", document.read_text(encoding="utf-8"))


def links_of(document: Path) -> list[str]:
    """Where the document's links lead to, as they are written."""
    return _LINK.findall(outside_of_blocks(document))


def anchors_of(document: Path) -> set[str]:
    """The fragments that lead to the document's headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", outside_of_blocks(document))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows_of(document: Path, beginning: str) -> list[tuple[str, ...]]:
    """The rows of its tables whose first cell begins so, without their code marks."""
    lines = [line for line in document.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{beginning}")]
    return [tuple(cell.strip().replace("`", "") for cell in line.strip("|").split("|")) for line in lines]
