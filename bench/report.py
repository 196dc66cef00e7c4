"""The tables, as text for a terminal and as Markdown for docs/evidence.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent

from bench.figures import Table

HEAD = """\
# Evidence

What was measured, on what, and whether it reached its bar. This file is written by `make bench`; nothing in it is
typed by hand. Figures of one table were measured by turns in one run: each round measures every contender once, a
figure is the median of the rounds, and a ratio is the median of the rounds' ratios. Only answers with a 2xx count, and
after each round the requests that were stored as accepted are counted: a round with any other answer, or with fewer of
them than were acknowledged, fails its table.
"""


def as_text(table: Table) -> str:
    """A table for a terminal."""
    rows = [table.columns, *table.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    lines = [_aligned(row, widths) for row in rows]
    return "\n".join(["", table.title, *lines, *_remarks(table), *([table.profile] if table.profile else [])])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join([first.strip().ljust(widths[0]), *others]).rstrip()


def as_markdown(tables: Sequence[Table], facts: Sequence[tuple[str, str]]) -> str:
    """The whole of docs/evidence.md."""
    known = [f"| {name} | {value} |" for name, value in facts]
    parts = [HEAD, "\n".join(["| Machine | |", "|---|---|", *known]), *(_section(table) for table in tables)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _section(table: Table) -> str:
    lines = [f"## {table.title}", "", _cells(table.columns), "|---" + "|---:" * (len(table.columns) - 1) + "|"]
    lines += [_cells(row) for row in table.rows]
    for remark in _remarks(table):
        lines += ["", remark]
    if table.profile:
        lines += ["", "Where its time goes:", "", indent(table.profile, "    ")]
    return "\n".join(lines)


def _cells(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"


def _remarks(table: Table) -> Iterator[str]:
    yield from table.notes
    for failure in table.failed:
        yield f"FAILED, so the figures above count for nothing: {failure}."
