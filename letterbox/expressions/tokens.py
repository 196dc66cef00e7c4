"""Expressions taken apart into tokens: the CEL package parses them, and shows nothing of what it found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from letterbox.expressions.complaints import foreign
from letterbox.expressions.failures import bad_at

DEEPEST = 32  # brackets; the parser refuses 96 of its own levels, of which one bracket may take three

CLOSING = {"(": ")", "[": "]", "{": "}"}

_TOKEN = re.compile(
    r"""
    (?P<space>  [ \t\r\n\f]+ | //[^\n]* )
  | (?P<string> [bB]?[rR](?:'{3}(?s:.*?)'{3} | "{3}(?s:.*?)"{3} | '[^'\r\n]*' | "[^"\r\n]*")
              | [bB]?(?:'{3}(?:\\(?s:.)|[^\\])*?'{3} | "{3}(?:\\(?s:.)|[^\\])*?"{3}
                       | '(?:\\.|[^'\\\r\n])*' | "(?:\\.|[^"\\\r\n])*") )
  | (?P<number> 0[xX][0-9a-fA-F]+[uU]? | [0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)? | [0-9]+[eE][+-]?[0-9]+ | [0-9]+[uU]? )
  | (?P<name>   [A-Za-z_][A-Za-z0-9_]* )
  | (?P<symbol> [=!<>]= | && | \|\| | [-+*/%!<>?:.,()\[\]{}] )
    """,
    re.VERBOSE,
)
_PLAIN_STRING = re.compile(r"""[rR]?('{3}|"{3}|'|")([^\\]*)\1""", re.DOTALL)
_SHORT_NUMBER = re.compile(r"[0-9]{1,9}")


class Token(NamedTuple):
    """A piece of the source: `kind` is string, number, name or symbol; `start` is its offset in characters."""

    kind: str
    text: str
    start: int


def tokens_of(source: str) -> list[Token]:
    """Every token, without spaces and comments. Raises BadExpression for a character that belongs to none."""
    tokens, offset = list[Token](), 0
    while offset < len(source):
        found = _TOKEN.match(source, offset)
        if found is None or found.lastgroup is None:
            raise bad_at(source, offset, foreign(source[offset]))
        if found.lastgroup != "space":
            tokens.append(Token(found.lastgroup, found[0], offset))
        offset = found.end()
    return tokens


def pairs_of(source: str, tokens: Sequence[Token]) -> dict[int, int]:
    """For each opening bracket, by index, the index of its closing one. Raises BadExpression."""
    pairs, opened = dict[int, int](), list[int]()
    for index, token in enumerate(tokens):
        if token.kind == "symbol" and token.text in CLOSING:
            opened.append(index)
            if len(opened) > DEEPEST:
                raise bad_at(source, token.start, f"brackets may be {DEEPEST} deep.")
        elif token.kind == "symbol" and token.text in CLOSING.values():
            if not opened or CLOSING[tokens[opened[-1]].text] != token.text:
                raise bad_at(source, token.start, "this bracket closes none.")
            pairs[opened.pop()] = index
    if opened:
        raise bad_at(source, tokens[opened[-1]].start, "this bracket is never closed.")
    return pairs


def literal_of(token: Token) -> str | int | None:
    """The member's name or the index that a token says; None if this takes more than a look."""
    if token.kind == "string" and (found := _PLAIN_STRING.fullmatch(token.text)):
        return found[2]
    if token.kind == "number" and _SHORT_NUMBER.fullmatch(token.text):
        return int(token.text)
    return None
