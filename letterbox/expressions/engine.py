"""The CEL package, and all that has to be known of it: it panics, logs and repeats values where we may not."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from letterbox.expressions.complaints import in_words
from letterbox.expressions.failures import BadExpression, Failed, bad, offset_of
from letterbox.expressions.package import Program, compile_cel
from letterbox.expressions.reasons import reason_of

Answer = TypeVar("Answer")

_PARSE_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?([^\n]*)")

FAILURES = (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError)  # what the package raises

# The package logs what a function of ours raises, at each request; that belongs on the request's trail.
logging.getLogger("cel").setLevel(logging.CRITICAL)


def parsed(source: str) -> Program:
    """Raises BadExpression with the place of the first thing that is wrong."""
    try:
        return _calmly(compile_cel, source)
    except FAILURES as refusal:
        found = _PARSE_ERROR.search(str(refusal))
        if found is None:
            raise BadExpression("This cannot be parsed.") from None
        line, column = int(found[1]), int(found[2])
        raise bad(line, column, in_words(found[3], source, offset_of(source, line, column))) from None


def executed(program: Program, seen: dict[str, Any], names: Collection[str | int]) -> Any:
    """What a program answers; `names` are the members that it names. Raises Failed."""
    try:
        return _calmly(program.execute, seen)
    except FAILURES as failure:
        raise Failed(reason_of(failure, names)) from None


def _calmly(call: Callable[..., Answer], *arguments: Any) -> Answer:
    """A panic in Rust arrives outside of Exception; here it is a failure like the others."""
    try:
        return call(*arguments)
    except BaseException as failure:
        if type(failure).__name__ == "PanicException":
            raise RuntimeError from None
        raise
