"""What one schema costs at worst where it judges a value: in steps of about 10 ns, as the library was measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from letterbox.contracts import patterns

NUMBER = 150  # to see that two numbers are not equal, since either may be a fraction
BOUND = 50  # to compare with a fraction
FRACTION, WHOLE = 250, 50  # multipleOf
UNIQUE = 64  # to hold an item against those before it
UNEVALUATED = 10
MEMBER = 4  # to find a member and its schema
NAME = 8  # to make a value of a member's name
FORMAT_VALUE, FORMAT_BYTE = 20, 3


class Weight(NamedTuple):
    """For each value, for each member of it, for each byte of its text, and for each item to be unlike the others."""

    value: float = 0
    member: float = 0
    byte: float = 0
    unique: float = 0

    def times(self, number: int) -> Weight:
        return Weight(*(number * part for part in self))

    def plus(self, other: Weight) -> Weight:
        return Weight(*(one + another for one, another in zip(self, other, strict=True)))


def weight_of(schema: dict[str, Any], *, assert_formats: bool) -> Weight:
    """Of its own keywords, without what stands below them."""
    weight = Weight(value=1 + len(schema))
    for keyword, rule in schema.items():
        if keyword in _WEIGHTS and (keyword != "format" or assert_formats):
            weight = weight.plus(_WEIGHTS[keyword](rule))
    return weight


def _of_bound(rule: Any) -> Weight:
    return Weight(value=BOUND if isinstance(rule, float) else 0)


def _of_enum(values: list[Any]) -> Weight:
    only_texts = all(isinstance(value, str) for value in values)  # these are looked up, others compared one by one
    return Weight(value=2 if only_texts else _to_compare(values))


def _to_compare(value: Any) -> int:
    """With any other value."""
    steps, level = 0, [value]
    while level:
        steps += sum(NUMBER if isinstance(part, (int, float)) else 2 for part in level)
        level = [part for whole in level if isinstance(whole, (dict, list)) for part in _parts(whole)]
    return steps


def _parts(whole: dict[str, Any] | list[Any]) -> list[Any]:
    return list(whole.values()) if isinstance(whole, dict) else whole


def _of_names(rule: dict[str, Any]) -> Weight:
    return Weight(value=MEMBER * sum(1 + len(part) if isinstance(part, list) else 1 for part in rule.values()))


_WEIGHTS: dict[str, Callable[[Any], Weight]] = {
    "enum": _of_enum,
    "const": lambda rule: Weight(value=_to_compare(rule)),
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"), _of_bound),
    "multipleOf": lambda rule: Weight(value=WHOLE if isinstance(rule, int) else FRACTION),
    "pattern": lambda rule: Weight(byte=patterns.width_of(rule)),
    "patternProperties": lambda rule: Weight(member=MEMBER * len(rule), byte=sum(map(patterns.width_of, rule))),
    "uniqueItems": lambda _rule: Weight(unique=UNIQUE),
    "format": lambda _rule: Weight(value=FORMAT_VALUE, byte=FORMAT_BYTE),
    "propertyNames": lambda _rule: Weight(member=NAME),
    **dict.fromkeys(("properties", "additionalProperties", "required"), lambda _rule: Weight(member=MEMBER)),
    **dict.fromkeys(("dependentRequired", "dependencies", "dependentSchemas"), _of_names),
    **dict.fromkeys(
        ("unevaluatedProperties", "unevaluatedItems"), lambda _rule: Weight(value=UNEVALUATED, member=UNEVALUATED)
    ),
}
