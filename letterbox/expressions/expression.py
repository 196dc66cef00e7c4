"""An expression, compiled: what it needs of a request, whether it may run in this process, and its value."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import Any

from letterbox.expressions.analysis import Analysis, analysis_of
from letterbox.expressions.engine import executed, parsed
from letterbox.expressions.failures import BadExpression
from letterbox.expressions.functions import Sign, bound
from letterbox.expressions.members import handed_over, is_little, tree_of
from letterbox.expressions.names import MACROS
from letterbox.expressions.package import Program
from letterbox.expressions.results import plain
from letterbox.expressions.tokens import pairs_of, tokens_of
from letterbox.facts.request import Facts
from letterbox.facts.steps import steps_to_parse

LONGEST = 1024  # characters
REMEMBERED = 4096  # expressions, compiled
MOST_STEPS_TO_PARSE = 140_000  # a body in this process: 2,000 values and 64 KiB of text, say
LITTLE_QUERY = 2_048  # characters; 64 KiB of parameters took 97 ms to take apart

NOT_CHEAP = frozenset(MACROS) | {"matches"}
WHOLE = frozenset(((), ("body",)))


class Expression:
    """One compiled expression; many threads may evaluate it."""

    __slots__ = ("_analysis", "_is_bounded", "_names", "_program", "_tree", "source", "uses_body", "uses_sign")

    def __init__(self, source: str, program: Program, analysis: Analysis) -> None:
        self.source, self._program, self._analysis = source, program, analysis
        self.uses_sign = "sign" in analysis.functions
        self._tree = tree_of(analysis.paths)
        self.uses_body = "body" in self._tree
        self._names = frozenset(chain.from_iterable(analysis.paths))
        self._is_bounded = NOT_CHEAP.isdisjoint(analysis.functions) and WHOLE.isdisjoint(analysis.paths)

    def is_cheap(self, facts: Facts) -> bool:
        """Whether it may be evaluated here: nothing repeats in it, and all that it is handed is small."""
        if not self._is_bounded or (self.uses_body and steps_to_parse(facts) > MOST_STEPS_TO_PARSE):
            return False
        if "query" in self._tree and len(facts.raw_query) > LITTLE_QUERY:
            return False
        return is_little(facts, self._analysis.paths)

    def value(self, facts: Facts, sign: Sign | None = None) -> Any:
        """What it answers for this request, as JSON values. Raises Failed."""
        seen = {**bound(self._analysis.functions, sign), "request": handed_over(facts, self._tree)}
        return plain(executed(self._program, seen, self._names))


@lru_cache(REMEMBERED)
def compiled(source: str) -> Expression:
    """The expression of a source. Raises BadExpression: too long, not to be parsed, or naming what isn't there."""
    if len(source) > LONGEST:
        raise BadExpression(f"An expression has at most {LONGEST} characters.")
    tokens = tokens_of(source)
    pairs = pairs_of(source, tokens)
    program = parsed(source)  # before the analysis, which takes the grammar for granted
    return Expression(source, program, analysis_of(source, tokens, pairs))
