"""Makes a value that a schema allows: its own example, or the least that it requires. A pattern is beyond it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

SAID = ("example", "default", "const")
EXAMPLES = {"example", "examples", "default"}
DEEPEST, DEEPEST_OPTIONAL, MOST_VALUES = 16, 3, 2_000
TEXTS: Mapping[str, str] = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "somebody@example.com",
    "hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://www.example.com/",
    "url": "https://www.example.com/",
    "uuid": "9a1f3a60-5c11-4e0b-9d2c-6f3b8a2f7c10",
    "byte": "TGV0dGVyYm94",
}
BY_TYPE = {
    "object": ("properties", "required", "additionalProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems"),
    "string": ("format", "pattern", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}

Bound = tuple[float | None, bool]


class Samples:
    """Values for the schemas of one document. `resolve` follows a reference; `leave_out` is writeOnly or readOnly."""

    def __init__(self, resolve: Callable[[Any], Mapping[str, Any]], leave_out: str) -> None:
        self._resolve, self._leave_out, self._made = resolve, leave_out, 0

    def value(self, schema: Any) -> Any:
        self._made = 0
        return self._value(schema, 0)

    def _value(self, schema: Any, depth: int) -> Any:
        self._made += 1
        if depth > DEEPEST or self._made > MOST_VALUES:
            return None
        whole = self._whole(schema, depth)
        for word in SAID:
            if word in whole:
                return whole[word]
        if several := _list(whole.get("examples")) or _list(whole.get("enum")):
            return several[0]
        kind = _kind_of(whole)
        if kind == "object":
            return self._object(whole, depth)
        if kind == "array":
            return self._array(whole, depth)
        return {"string": _text, "number": _number, "integer": _number, "boolean": _true}.get(kind, _nothing)(whole)

    def _whole(self, schema: Any, depth: int) -> dict[str, Any]:
        """A schema with those that it is made of: all of allOf, and the first of oneOf and anyOf that is not null."""
        whole = dict(self._resolve(schema))
        parts = _list(whole.pop("allOf", None))
        for word in ("oneOf", "anyOf"):
            choices = _list(whole.pop(word, None))
            parts += [each for each in choices if self._resolve(each).get("type") != "null"][:1]
        made = [self._whole(part, depth + 1) for part in parts] if depth < DEEPEST else []
        if len(made) > 1 or "properties" in whole:  # an example of a part is none of the whole
            made = [{word: part[word] for word in part.keys() - EXAMPLES} for part in made]
        return functools.reduce(_merged, made, whole)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = self._resolve(schema.get("properties"))
        required = _list(schema.get("required"))
        names = [name for name in properties if name in required]
        if not required and depth < DEEPEST_OPTIONAL:
            names = list(properties)
        shown = [name for name in names if self._resolve(properties[name]).get(self._leave_out) is not True]
        made = {name: self._value(properties[name], depth + 1) for name in shown}
        others = [name for name in required if isinstance(name, str) and name not in properties]
        return made | {name: self._value(schema.get("additionalProperties"), depth + 1) for name in others}

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        first = [self._value(each, depth + 1) for each in _list(schema.get("prefixItems"))]
        least, most = schema.get("minItems", 1), schema.get("maxItems", DEEPEST)
        missing = min(max(least, 1), most, DEEPEST) - len(first)
        return first + [self._value(schema.get("items"), depth + 1) for _ in range(missing)]


def _merged(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Both; what the whole says itself counts."""
    both = {**part, **whole}
    if "properties" in both:
        both["properties"] = {**_dict(part.get("properties")), **_dict(whole.get("properties"))}
    if "required" in both:
        both["required"] = [*_list(part.get("required")), *_list(whole.get("required"))]
    return both


def _kind_of(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type")
    named = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]
    for kind in [kind for kind in named if kind != "null"] or named:
        return kind
    return next((kind for kind, words in BY_TYPE.items() if any(word in schema for word in words)), "object")


def _text(schema: Mapping[str, Any]) -> str:
    text = TEXTS.get(str(schema.get("format")), "string")
    return text.ljust(min(schema.get("minLength", 0), MOST_VALUES), "-")[: schema.get("maxLength")]


def _number(schema: Mapping[str, Any]) -> int | float:
    """Zero if it is allowed, or else a number near a bound."""
    low, high = _bound(schema, "minimum", "exclusiveMinimum"), _bound(schema, "maximum", "exclusiveMaximum")
    step = schema.get("multipleOf") or (1 if schema.get("type") == "integer" else None)
    ends = [number for number, _ in (low, high) if number is not None]
    near = [0, *ends, *(end + sign * (step or 1) for end in ends for sign in (1, -1)), sum(ends) / max(len(ends), 1)]
    rounded = [math.ceil(number / step) * step if step else number for number in near]
    return next((number for number in rounded if _is_within(number, low, high)), 0)


def _bound(schema: Mapping[str, Any], word: str, exclusive: str) -> Bound:
    """A bound, and whether it may be reached. In 3.0 `exclusive…` is a boolean, in 3.1 a bound of its own."""
    beyond = schema.get(exclusive)
    if isinstance(beyond, bool) or beyond is None:
        return schema.get(word), not beyond
    return beyond, False


def _is_within(number: float, low: Bound, high: Bound) -> bool:
    above = low[0] is None or number > low[0] or (low[1] and number == low[0])
    return above and (high[0] is None or number < high[0] or (high[1] and number == high[0]))


def _true(_schema: Mapping[str, Any]) -> bool:
    return True


def _nothing(_schema: Mapping[str, Any]) -> None:
    return None


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
