"""What a change of one plain keyword comes to: stricter or looser, and how to say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

from letterbox.representation import as_json

Change = Literal["stricter", "looser", "different"]
LONGEST_WORD = 60  # characters of a value that is repeated in a sentence
MOST_WORDS = 8  # values of a list that are named
TYPES = {
    "null": "null",
    "boolean": "a boolean",
    "object": "an object",
    "array": "an array",
    "number": "a number",
    "integer": "an integer",
    "string": "a string",
}
ALL_TYPES = frozenset(TYPES)
ABSENT = {
    "uniqueItems": False,
    "minLength": 0,
    "minItems": 0,
    "minProperties": 0,
}  # what the absence of a keyword means
OPPOSITE: dict[Change, Change] = {"stricter": "looser", "looser": "stricter", "different": "different"}


class Told(NamedTuple):
    """A change, and what is said of the thing that it happened to, such as `must be at least 10 now`."""

    change: Change
    says: str


class Bound(NamedTuple):
    """A keyword with a number: how to say it, and whether a larger number allows less."""

    verb: str
    words: str
    rising: bool

    def told(self, old: Any, new: Any) -> Told:
        stricter = old is None if new is None or old is None else (new > old) == self.rising
        change: Change = "looser" if new is None else "stricter" if stricter else "looser"
        return Told(change, ruled(self.verb, _worded(self.words, old), _worded(self.words, new)))


BOUNDS = {
    "minimum": Bound("be", "at least {}", rising=True),
    "maximum": Bound("be", "at most {}", rising=False),
    "exclusiveMinimum": Bound("be", "more than {}", rising=True),
    "exclusiveMaximum": Bound("be", "less than {}", rising=False),
    "minLength": Bound("have", "at least {} characters", rising=True),
    "maxLength": Bound("have", "at most {} characters", rising=False),
    "minItems": Bound("have", "at least {} items", rising=True),
    "maxItems": Bound("have", "at most {} items", rising=False),
    "minProperties": Bound("have", "at least {} properties", rising=True),
    "maxProperties": Bound("have", "at most {} properties", rising=False),
    "minContains": Bound("contain", "at least {} such items", rising=True),
    "maxContains": Bound("contain", "at most {} such items", rising=False),
}
EXACT = {"pattern": ("match", "the pattern {}"), "format": ("have", "the format {}")}


def told_of(keyword: str, old: Any, new: Any) -> Told:
    """A change of a plain keyword; None stands for one that is not there."""
    bound = BOUNDS.get(keyword)
    if bound is not None and is_number(old, or_none=True) and is_number(new, or_none=True):
        return bound.told(old, new)
    if keyword in EXACT:
        verb, words = EXACT[keyword]
        return Told(added_or_gone(old, new), ruled(verb, _worded(words, old), _worded(words, new)))
    return SPECIAL.get(keyword, _other(keyword))(old, new)


def allowed_types(value: Any) -> frozenset[str]:
    """What `type` allows; every type if it is not there."""
    if value is None:
        return ALL_TYPES
    names = frozenset([value] if isinstance(value, str) else value)
    return names | {"integer"} if "number" in names else names


def by_inclusion(old: frozenset[str], new: frozenset[str]) -> Change:
    """A change from one set of what is allowed to another."""
    return "stricter" if new < old else "looser" if new > old else "different"


def allowed_values(schema: dict[str, Any]) -> frozenset[str] | None:
    """What `enum` and `const` leave, as JSON texts; None if they are not there."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return frozenset(as_json(value).decode() for value in values) if isinstance(values, list) else None


def told_of_values(old: frozenset[str] | None, new: frozenset[str] | None) -> Told:
    """A change of the values that are left."""
    if old is None or new is None:
        some = (None if each is None else _some(each) for each in (old, new))
        return Told(added_or_gone(old, new), ruled("be", *some))
    gone, added = old - new, new - old
    says = [f"may not be {_some(gone)} any more"] if gone else []
    says += [f"may be {_some(added)} now"] if added else []
    return Told(by_inclusion(old, new), f"{' and '.join(says)}.")


def is_same(keyword: str, old: Any, new: Any) -> bool:
    """Whether two values of a plain keyword mean the same; None stands for one that is not there."""
    if keyword == "type":
        return allowed_types(old) == allowed_types(new)
    absent = ABSENT.get(keyword)
    return bool((absent if old is None else old) == (absent if new is None else new))


def added_or_gone(old: Any, new: Any) -> Change:
    """A change of a rule that can only be there or not."""
    return "stricter" if old is None else "looser" if new is None else "different"


def ruled(verb: str, old: str | None, new: str | None) -> str:
    """What is said of a rule that something must follow."""
    if old is None:
        return f"must {verb} {new} now, before there was no such rule."
    return f"need not {verb} {old} any more." if new is None else f"must {verb} {new} now, before {old}."


def word(value: Any) -> str:
    """A value in a sentence: texts and numbers as they are, anything else as JSON; cut if it is long."""
    text = value if isinstance(value, str) and value else as_json(value).decode()
    return text if len(text) <= LONGEST_WORD else text[: LONGEST_WORD - 1] + "…"


def listed(words: Iterable[str]) -> str:
    """`a, b or c`; of many, the first."""
    some = list(words)
    if len(some) > MOST_WORDS:
        return f"{', '.join(some[:MOST_WORDS])} or {len(some) - MOST_WORDS} others"
    return " or ".join([", ".join(some[:-1]), some[-1]]) if len(some) > 1 else "".join(some)


def is_number(value: Any, *, or_none: bool = False) -> bool:
    return (value is None and or_none) or (isinstance(value, int | float) and not isinstance(value, bool))


def _some(texts: frozenset[str]) -> str:
    return listed(word(text) if len(text) > LONGEST_WORD else text for text in sorted(texts))


def _worded(words: str, value: Any) -> str | None:
    return None if value is None else words.format(word(value))


def _type(old: Any, new: Any) -> Told:
    before, now = allowed_types(old), allowed_types(new)
    return Told(by_inclusion(before, now), ruled("be", _types(old), _types(new)))


def _types(value: Any) -> str | None:
    return value and listed(TYPES.get(name, name) for name in ([value] if isinstance(value, str) else value))


def _unique(_old: Any, new: Any) -> Told:
    return Told("stricter", "must not repeat items now.") if new else Told("looser", "may repeat items now.")


def _multiple(old: Any, new: Any) -> Told:
    change = added_or_gone(old, new)
    if is_number(old) and is_number(new) and old and new:
        change = "stricter" if new % old == 0 else "looser" if old % new == 0 else "different"
    return Told(change, ruled("be", _worded("a multiple of {}", old), _worded("a multiple of {}", new)))


def _other(keyword: str) -> Callable[[Any, Any], Told]:
    return lambda _old, _new: Told("different", f"has another {keyword} now.")


SPECIAL: dict[str, Callable[[Any, Any], Told]] = {"type": _type, "uniqueItems": _unique, "multipleOf": _multiple}
