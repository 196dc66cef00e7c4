"""Which regular expressions a contract may hold: those that match in linear time, and are small once compiled."""

from __future__ import annotations

import re
from functools import lru_cache

from letterbox.contracts.engine import validator
from letterbox.contracts.keywords import NEWEST

LONGEST = 4_096  # characters
LARGEST = 25_000  # states, as size_of counts them
WIDE_STATES, UNICODE_STATES = 20, 300  # of what stands for all characters but a few, and for a class of Unicode
_CLASS = r"[^\]\\]*+(?:\\.[^\]\\]*+)*+\]"  # possessive, since none of it can end elsewhere
_TOKEN = re.compile(
    r"\{(?P<least>[0-9]++)(?P<range>,(?P<most>[0-9]*+))?\}\??|(?P<few>[*+?]\??)"
    rf"|(?P<unicode>\\[pP]\{{[^}}]*+\}})|(?P<wide>\\[DWS]|\[\^{_CLASS}|\.)"
    r"|(?P<open>\((?:\?(?:<?[=!]|:|<[^>]*+>))?)|(?P<close>\))"
    rf"|(?P<narrow>\\x[0-9A-Fa-f]{{2}}|\\u[0-9A-Fa-f]{{4}}|\\.|\[{_CLASS}|[^\[])|(?P<endless>\[.*)",
    re.DOTALL,
)
_LOOK_AROUND = ("=", "!")
_BACK_REFERENCE = re.compile(r"\\(?:[1-9]|k)")


def objection(pattern: str) -> str | None:
    """Why the text of a pattern is not taken, in a sentence; None if it is. Whether it compiles is not looked at."""
    return _objection(pattern) if len(pattern) <= LONGEST else f"A pattern has at most {LONGEST} characters."


@lru_cache(maxsize=1024)
def compiles(pattern: str) -> bool:
    """Whether it is a regular expression. Others wait meanwhile: about a microsecond for each state."""
    try:
        validator({"pattern": pattern}, NEWEST, assert_formats=False)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1024)
def _objection(pattern: str) -> str | None:
    tokens = list(_TOKEN.finditer(pattern))
    if tokens and tokens[-1]["endless"]:
        return "This is no regular expression (ECMA-262): a class of characters does not end."
    if any(token.lastgroup == "open" and token.group().endswith(_LOOK_AROUND) for token in tokens):
        return "Patterns with look-around are not taken, since they cannot be matched in linear time."
    if any(_BACK_REFERENCE.fullmatch(token.group()[:2]) for token in tokens if token.lastgroup == "narrow"):
        return "Patterns with back-references are not taken, since they cannot be matched in linear time."
    if size_of(pattern) > LARGEST:
        return "This pattern is too large once its repetitions are written out."
    return None


@lru_cache(maxsize=4096)
def size_of(pattern: str) -> int:
    """About how many states it takes to match a pattern: it with its repetitions written out."""
    return _sizes(pattern)[0]


@lru_cache(maxsize=4096)
def width_of(pattern: str) -> int:
    """In how many states a character has to be tried at worst: what can still come after the first choice."""
    size, before_choice = _sizes(pattern)
    return size - before_choice if pattern.startswith("^") else size


def _sizes(pattern: str) -> tuple[int, int]:
    """Of all of a pattern, and of what has one way to be matched, from its beginning to its first choice."""
    sums, last, certain = [0], 0, None  # of the groups that are open, innermost last; of what a repetition would repeat
    for token in _TOKEN.finditer(pattern):
        if token["open"]:
            certain = sum(sums) if certain is None else certain
            sums.append(0)
            last = 0
            continue
        if token["least"] or token["few"]:
            last *= _times(token) - 1
        elif token["close"]:
            last = sums.pop() if len(sums) > 1 else 0
        else:
            last = _states(token)
        sums[-1] += last
        if certain is None and (token["few"] or token["range"]):
            certain = sum(sums)
    size = 1 + sum(sums)
    return size, 0 if "|" in pattern else size - 1 if certain is None else certain


def _states(token: re.Match[str]) -> int:
    return UNICODE_STATES if token["unicode"] else WIDE_STATES if token["wide"] else 1


def _times(repetition: re.Match[str]) -> int:
    if repetition["few"]:
        return 1
    return int(repetition["most"] or repetition["least"]) + (repetition["range"] == ",")
