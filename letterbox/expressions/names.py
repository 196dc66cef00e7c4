"""Every name that means something in an expression: members, functions, methods, macros and types."""

from __future__ import annotations

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
