"""What an expression names, read from its tokens: its members of `request`, its functions, and whether all are known.

It decides what is handed over and what may run in this process. Where a look isn't enough it says the larger thing: a
member that is computed counts as the whole value that it is taken from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from letterbox.expressions.failures import BadExpression, bad_at
from letterbox.expressions.names import (
    ALGORITHMS,
    FUNCTIONS,
    LITERALS,
    MACROS,
    MEMBERS,
    METHODS,
    OF_ALGORITHMS,
    TYPES,
    nearest_to,
)
from letterbox.expressions.tokens import Token, literal_of

Path = tuple[str | int, ...]  # below `request`; () is the whole of it


class Analysis(NamedTuple):
    """`paths` has one entry for each time that a member is named; `functions` are names of functions and methods."""

    paths: tuple[Path, ...]
    functions: frozenset[str]


def analysis_of(source: str, tokens: Sequence[Token], pairs: Mapping[int, int]) -> Analysis:
    """What is named in a source that the parser takes. Raises BadExpression for what is unknown or called wrongly."""
    return _Reading(source, tokens, pairs).analysis()


class _Reading:
    """One pass over the tokens of one expression."""

    def __init__(self, source: str, tokens: Sequence[Token], pairs: Mapping[int, int]) -> None:
        self._source, self._tokens, self._pairs = source, tokens, pairs
        self._bound = list(self._bindings())

    def analysis(self) -> Analysis:
        paths, functions = list[Path](), set[str]()
        for index, token in enumerate(self._tokens):
            if token.text == ".":
                self._require_operand_before(index)
            if token.kind != "name" or token.text in LITERALS:
                continue
            if self._is(index + 1, "("):
                functions.add(self._called(index))
            elif self._is(index + 1, "{"):
                raise self._bad(index, "messages cannot be made here.")
            elif not self._is(index - 1, ".") and self._is_request(index):
                paths.append(self._path_from(index))
        return Analysis(tuple(paths), frozenset(functions))

    def _bindings(self) -> Iterator[tuple[str, int, int]]:
        """The name that each macro binds, with the indexes between which it holds."""
        for index, token in enumerate(self._tokens):
            if token.text in MACROS and self._is(index - 1, ".") and self._is(index + 1, "("):
                name = self._tokens[index + 2]
                if name.text in ("request", *TYPES):
                    raise self._bad(index + 2, "a macro binds a name of its own, such as `item`.")
                yield name.text, index + 2, self._pairs[index + 1]

    def _called(self, index: int) -> str:
        """The name of the function or method that is called here, if there is one that takes so many arguments."""
        name, of_value = self._tokens[index].text, self._is(index - 1, ".")
        takes = (METHODS if of_value else FUNCTIONS).get(name)
        if takes is None:
            near = nearest_to(name, of_value=of_value)
            noun, but = "method" if of_value else "function", f", but there is `{near}`" if near else ""
            raise self._bad(index, f"there is no {noun} `{name[:40]}`{but}.")
        if self._arguments(index + 1) not in takes:
            noun = "argument" if takes == (1,) else "arguments"
            raise self._bad(index, f"`{name}` takes {' or '.join(map(str, takes))} {noun}.")
        if name in OF_ALGORITHMS and self._is(index + 3, ","):
            self._require_algorithm(index + 2)
        return name

    def _require_algorithm(self, index: int) -> None:
        """Raise BadExpression for one that is written out and not known."""
        named = literal_of(self._tokens[index])
        if named is not None and named not in ALGORITHMS:
            raise self._bad(index, f"the algorithms are {', '.join(map(repr, ALGORITHMS))}.")

    def _arguments(self, opening: int) -> int:
        """How many values stand in these brackets."""
        index, closing, found = opening + 1, self._pairs[opening], 1
        if index == closing:
            return 0
        while index < closing:
            found += self._is(index, ",")
            index = self._pairs.get(index, index) + 1
        return found

    def _is_request(self, index: int) -> bool:
        """Whether a name that stands alone is `request`. Raises BadExpression for one that is nothing."""
        name = self._tokens[index].text
        if name == "request" or name in TYPES:
            return name == "request"
        if any(name == bound and begin <= index < end for bound, begin, end in self._bound):
            return False
        raise self._bad(index, f"there is nothing named `{name[:40]}`; begin with `request`.")

    def _path_from(self, index: int) -> Path:
        """The members that follow `request`, as far as they are written out."""
        path = list[str | int]()
        while (step := self._step(index + 1)) is not None:
            member, index = step
            if not path and member not in MEMBERS:
                raise self._bad(index - self._is(index, "]"), f"`request` has {', '.join(sorted(MEMBERS))}.")
            path.append(member)
        return tuple(path)

    def _step(self, index: int) -> tuple[str | int, int] | None:
        """The member that is taken here, and the index of its last token."""
        if self._is(index, ".") and not self._is(index + 2, "("):
            return self._tokens[index + 1].text, index + 1
        if self._is(index, "[") and self._is(index + 2, "]"):
            member = literal_of(self._tokens[index + 1])
            return None if member is None else (member, index + 2)
        return None

    def _require_operand_before(self, index: int) -> None:
        before = self._tokens[index - 1] if index else Token("symbol", "", 0)
        if before.text == "in" or (before.kind == "symbol" and before.text not in (")", "]", "}")):
            raise self._bad(index, "a member needs a value in front of its point.")

    def _is(self, index: int, text: str) -> bool:
        return 0 <= index < len(self._tokens) and self._tokens[index].text == text

    def _bad(self, index: int, reason: str) -> BadExpression:
        return bad_at(self._source, self._tokens[index].start, reason)
