"""What can be wrong with an expression: refused when it is saved, or failed when it is evaluated."""

from __future__ import annotations


class BadExpression(ValueError):
    """It cannot be saved; the text is a sentence with the place, as line and column from 1."""


class Failed(Exception):
    """It has no value for this request; the text says why in few words, and echoes nothing of what was sent."""


class Unevaluated(Failed):
    """It was not evaluated, since there was too much else to do: another time it may be."""


def bad_at(source: str, offset: int, reason: str) -> BadExpression:
    """The refusal of what stands at this offset."""
    before = source[:offset]
    line, column = before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
    return bad(line, column, reason)


def offset_of(source: str, line: int, column: int) -> int:
    """Where a place of a source is, in characters from its beginning."""
    before = source.split("\n")[: line - 1]
    return sum(len(each) + 1 for each in before) + column - 1


def bad(line: int, column: int, reason: str) -> BadExpression:
    return BadExpression(f"At line {line}, column {column}: {reason}")
