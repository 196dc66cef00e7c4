"""How a listener shows what comes: a line for people, or a JSON object for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime

from rich.console import Console
from rich.text import Text

from letterbox.client.forwarding import LocalAnswer
from letterbox.client.letter import Letter

COLOURS = {"accepted": "green", "quarantined": "yellow", "refused": "red", "duplicate": "cyan"}
KIB, MIB = 1024, 1024 * 1024


Outcome = LocalAnswer | str | None  # what was answered nearby, or why it was not forwarded, if anything
Show = Callable[[Letter, str | None, Outcome], None]  # shows a request that came at a position


def json_line(letter: Letter, position: str | None, outcome: Outcome) -> None:
    """One JSON object."""
    answer = outcome._asdict() if isinstance(outcome, LocalAnswer) else None
    reason = outcome if isinstance(outcome, str) else None
    line = {"position": position, "request": letter.shown, "answer": answer, "not_forwarded": reason}
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


class Lines:
    """One line each, in columns; coloured on a terminal, unless NO_COLOR says otherwise."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)

    def __call__(self, letter: Letter, _position: str | None, outcome: Outcome) -> None:
        self._console.print(line_of(letter, outcome))


def line_of(letter: Letter, outcome: Outcome) -> Text:
    shown = letter.shown
    parts: list[tuple[str, str]] = [
        (_clock(shown["received_at"]), "dim"),
        (f"  {letter.method:7}", ""),
        (f"  {shown['verdict']:11}", COLOURS.get(shown["verdict"], "")),
    ]
    if isinstance(outcome, LocalAnswer):
        colour = "green" if outcome.is_good else "red"
        parts += [(f"  {outcome.status or 'none'!s:>4}", colour), (f"  {outcome.milliseconds:>6} ms", "dim")]
    path = f"{shown['path']}{'?' if shown['query'] else ''}{shown['query']}"
    parts += [(f"  {size(shown['body_bytes']):>9}", "dim"), (f"  {printable(path)}", "")]
    reason = outcome.error if isinstance(outcome, LocalAnswer) else f"not forwarded: {outcome}" if outcome else None
    return Text.assemble(*parts, *([(f"  {reason}", "red")] if reason else []))


def printable(text: str) -> str:
    """What was sent, without what a terminal would obey."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def size(count: int) -> str:
    if count < KIB:
        return f"{count} B"
    return f"{count / KIB:.1f} KiB" if count < MIB else f"{count / MIB:.1f} MiB"


def _clock(time: str) -> str:
    """The time of day where this is read."""
    return datetime.fromisoformat(time).astimezone().strftime("%H:%M:%S")
