"""Why an evaluation failed, in words of ours: the package's own repeat values of the request."""

from __future__ import annotations

import re
from collections.abc import Collection

FALLBACK = "it could not be evaluated"

_REASONS: dict[type[BaseException], str] = {
    IndexError: "an index is out of bounds",
    TypeError: "an operation does not fit the types of what it is given",
    ZeroDivisionError: "something is divided by zero",
    OverflowError: "a number is too large",
    ValueError: "a value does not fit into CEL",
}
_FAILED_FUNCTION = re.compile(r"Function '(\w+)' error: (?:Python function call failed: Refused: ([^.]*))?")
_UNDEFINED = re.compile(r"Undefined variable or function: '(\w+)'")


def reason_of(failure: BaseException, names: Collection[str | int]) -> str:
    """A short reason; a member is named only if the expression itself does."""
    if isinstance(failure, KeyError):
        member = str(failure.args[0]) if failure.args else ""
        return f"there is no `{member}`" if member in map(str, names) else "there is no such member"
    if isinstance(failure, RuntimeError):
        return _function_reason(str(failure))
    return _REASONS.get(type(failure), FALLBACK)


def _function_reason(message: str) -> str:
    if undefined := _UNDEFINED.match(message):
        return f"`{undefined[1]}` does not take what it is given"
    if failed := _FAILED_FUNCTION.match(message):
        return f"`{failed[1]}` {failed[2] or 'cannot use what it is given'}"
    return FALLBACK
