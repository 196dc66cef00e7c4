"""Every name that means something in an expression: members, functions, methods, macros and types."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MEMBERS = frozenset(
    ("id", "method", "path", "path_parameters", "query", "headers", "body", "event_type", "received_at")
)
LITERALS = frozenset(("true", "false", "null", "in"))
TYPES = frozenset(("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"))

# Each with the numbers of arguments that it takes.
CEL_FUNCTIONS = {
    "has": (1,),
    "size": (1,),
    "string": (1,),
    "bytes": (1,),
    "int": (1,),
    "uint": (1,),
    "double": (1,),
    "dyn": (1,),
    "type": (1,),
    "timestamp": (1,),
    "duration": (1,),
}
OUR_FUNCTIONS = {
    "hmac": (3,),
    "sign": (2,),
    "sha256": (1,),
    "base64": (1,),
    "base64_decode": (1,),
    "hex": (1,),
    "lower": (1,),
}
OF_ALGORITHMS = ("hmac", "sign")  # these take the name of one first
ALGORITHMS = ("sha1", "sha256", "sha512")
FUNCTIONS = CEL_FUNCTIONS | OUR_FUNCTIONS

# These bind the name in their first argument, for what is in their brackets.
MACROS = {"all": (2,), "exists": (2,), "exists_one": (2,), "existsOne": (2,), "map": (2, 3), "filter": (2,)}
GETTERS = {
    f"get{part}": (0,)
    for part in (
        "FullYear",
        "Month",
        "Date",
        "DayOfMonth",
        "DayOfWeek",
        "DayOfYear",
        "Hours",
        "Minutes",
        "Seconds",
        "Milliseconds",
    )
}
METHODS = {"size": (0,), "contains": (1,), "startsWith": (1,), "endsWith": (1,), "matches": (1,)} | GETTERS | MACROS

# What other languages call them, in lower case.
ELSEWHERE = {
    **dict.fromkeys(("len", "length", "count"), "size"),
    **dict.fromkeys(("includes", "include", "has_key"), "contains"),
    **dict.fromkeys(("any", "some"), "exists"),
    **dict.fromkeys(("match", "test", "regex"), "matches"),
    **dict.fromkeys(("lowerascii", "tolower", "tolowercase", "downcase"), "lower"),
    **dict.fromkeys(("str", "tostring"), "string"),
    **dict.fromkeys(("number", "float"), "double"),
    "every": "all",
    "typeof": "type",
    "exist": "has",
    "hexdigest": "hex",
    "atob": "base64_decode",
    "btoa": "base64",
}
ALIKE = 0.8  # of 1, as difflib counts


def nearest_to(name: str, *, of_value: bool) -> str | None:
    """How that is called which somebody may have meant by the name of a method, or function, that there isn't."""
    for are_methods in (of_value, not of_value):
        if found := _nearest(name.lower(), METHODS if are_methods else FUNCTIONS):
            return f".{found}({'…' * (METHODS[found] != (0,))})" if are_methods else f"{found}(…)"
    return None


def _nearest(name: str, known: Iterable[str]) -> str | None:
    spelt = {each.lower(): each for each in known}
    found = [name] if name in spelt else get_close_matches(ELSEWHERE.get(name, name), spelt, n=1, cutoff=ALIKE)
    return spelt[found[0]] if found else None
