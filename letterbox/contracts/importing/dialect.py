"""From the dialects of JSON Schema that OpenAPI 3.0 and 3.1 have to the newest draft, which is that of contracts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from letterbox.contracts.keywords import KEYWORDS

OF_OPENAPI_ALONE = frozenset({"discriminator", "xml", "externalDocs"})
BASE = "https://spec.openapis.org/oas/3.1/dialect/base"
LIMITS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}

Refer = Callable[[str], str]


class Dialect(NamedTuple):
    """`is_old` is that of OpenAPI 3.0; where requests are described, what is readOnly need not be sent."""

    is_old: bool
    is_sent: bool


def converted(schema: Any, dialect: Dialect, refer: Refer) -> Any:
    """The same rules in the newest draft; `refer` gives the new reference for each. What is no schema stays."""
    if not isinstance(schema, dict):
        return schema
    if dialect.is_old and isinstance(schema.get("$ref"), str):  # nothing counts beside it there
        return {"$ref": refer(schema["$ref"])}
    rules = {
        name: _value(name, value, dialect, refer) for name, value in schema.items() if name not in OF_OPENAPI_ALONE
    }
    if rules.get("$schema") == BASE:
        del rules["$schema"]
    if dialect.is_sent and isinstance(rules.get("required"), list):
        rules["required"] = [name for name in rules["required"] if not _is_read_only(schema, name)]
    return _modern(rules) if dialect.is_old else rules


def _value(name: str, value: Any, dialect: Dialect, refer: Refer) -> Any:
    """The value of a keyword; what stands below other keywords than those of JSON Schema is no schema."""
    below = KEYWORDS[name].below if name in KEYWORDS else "value"
    if below == "reference":
        return refer(value) if isinstance(value, str) else value
    if below == "named" and isinstance(value, dict):
        return {key: converted(part, dialect, refer) for key, part in value.items()}
    if "list" in below and isinstance(value, list):
        return [converted(part, dialect, refer) for part in value]
    return converted(value, dialect, refer) if "schema" in below else value


def _is_read_only(schema: dict[str, Any], name: Any) -> bool:
    properties = schema.get("properties")
    described = properties.get(name) if isinstance(properties, dict) and isinstance(name, str) else None
    return isinstance(described, dict) and described.get("readOnly") is True


def _modern(rules: dict[str, Any]) -> dict[str, Any]:
    """Without what only OpenAPI 3.0 has: `example`, limits that are exclusive by a boolean, and `nullable`."""
    for exclusive, limit in LIMITS.items():
        if isinstance(rules.get(exclusive), bool) and rules.pop(exclusive) and limit in rules:
            rules[exclusive] = rules.pop(limit)
    if "example" in rules:
        rules.setdefault("examples", [rules.pop("example")])
    return _or_null(rules) if rules.pop("nullable", False) is True else rules


def _or_null(rules: dict[str, Any]) -> dict[str, Any]:
    if isinstance(rules.get("type"), str):
        values = rules.get("enum")
        listed = {"enum": [*values, None]} if isinstance(values, list) and None not in values else {}
        return {**rules, "type": [rules["type"], "null"], **listed}
    bind = {name: value for name, value in rules.items() if name in KEYWORDS}
    about = {name: value for name, value in rules.items() if name not in KEYWORDS}
    return {**about, **unless_null(bind)} if bind else rules


def unless_null(schema: Any) -> dict[str, Any]:
    """A schema that takes null besides; so put that what else is broken is told as it is without."""
    return {"if": {"type": "null"}, "else": schema}
