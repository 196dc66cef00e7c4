"""Files in YAML or JSON, read as JSON data and written so that they are read back the same.

Of YAML 1.2 only what JSON has: `on`, `no` and 2027-01-01 are texts, as are all keys. An anchor may be used again, but
not within itself, and not to make a small file endless.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import orjson
import yaml

DEEPEST, MOST_NODES = 128, 2_000_000
LONGEST_LINE = 120

_TAG = "tag:yaml.org,2002:{}"
_PLAIN = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
)


class BadFile(Exception):
    """A file that cannot be used. The text names it and says what to mend."""


def read(path: Path) -> Any:
    """What a file says, as JSON data; raises BadFile."""
    try:
        raw = path.read_bytes()
    except OSError as reason:
        raise BadFile(f"{path}: cannot be read ({reason.strerror})") from None
    return parsed(raw, str(path))


def parsed(raw: bytes, name: str) -> Any:
    """JSON data of a text in JSON or YAML; raises BadFile, which calls it by this name."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        value = _parsed_yaml(raw, name)
    _require_json(value, name)
    return value


def written(value: Any) -> str:
    """JSON data as YAML, in the order that it has; without anchors."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LONGEST_LINE, default_flow_style=False
    )
    return text


def as_json(value: Any) -> bytes:
    """The JSON that is sent."""
    return orjson.dumps(value)


def _parsed_yaml(raw: bytes, name: str) -> Any:
    try:
        return yaml.load(raw, Loader=_Loader)  # noqa: S506 # it is a safe one
    except yaml.YAMLError as reason:
        raise BadFile(f"{name}: {_in_one_line(reason)}") from None
    except (RecursionError, ValueError):
        raise BadFile(f"{name}: this is neither YAML nor JSON, or nested too deeply") from None


def _in_one_line(reason: yaml.YAMLError) -> str:
    mark = getattr(reason, "problem_mark", None)
    place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return f"{getattr(reason, 'problem', None) or 'this is no text'}{place}"


def _require_json(value: Any, name: str) -> None:
    """Raise BadFile for what JSON cannot hold, and for aliases that would make it endless."""
    level, nodes = [value], 0
    for _ in range(DEEPEST):
        nodes += len(level)
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            break
        if nodes + len(level) > MOST_NODES:
            raise BadFile(f"{name}: it holds more than {MOST_NODES:,} values, counting each use of an alias")
    if level:
        raise BadFile(f"{name}: it is nested more than {DEEPEST} levels deep")
    try:
        orjson.dumps(value)
    except TypeError:
        raise BadFile(f"{name}: it holds an integer beyond 64 bits or half of a surrogate pair") from None


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


# The ones in C are ten times as fast, but not in every build of PyYAML.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # which one is known at run time
    """Reads plain values as JSON would, keys as texts, and refuses a key that is given twice."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 # as PyYAML has it
    yaml_constructors = {  # noqa: RUF012 # likewise
        tag: yaml.SafeLoader.yaml_constructors[tag]
        for tag in (*map(_TAG.format, ("null", "bool", "str", "seq", "map")), None)
    }

    _depth = 0

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:  # noqa: ARG002 # the names are PyYAML's
        """Called for each level on the way down, where the one in C would go until its stack is full."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _fault(f"it is nested more than {DEEPEST} levels deep", current_node)

    def ascend_resolver(self) -> None:
        self._depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        self._require_single(node)
        self.flatten_mapping(node)
        return {self._key(key): self.construct_object(value, deep=deep) for key, value in node.value}

    def _require_single(self, node: Any) -> None:
        seen = set()
        for key, _ in node.value:
            if (text := self._key(key)) in seen:
                raise _fault(f"the key {text[:60]!r} is given twice", key)
            seen.add(text)

    def _key(self, node: Any) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise _fault("a key must be a text", node)
        return str(node.value)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc] # likewise
    """Quotes whatever this loader, or one of YAML 1.1, would take for something else than a text."""

    yaml_implicit_resolvers = {key: list(value) for key, value in yaml.SafeDumper.yaml_implicit_resolvers.items()}  # noqa: RUF012

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 # the name is PyYAML's
        return True


def _fault(problem: str, node: Any) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def _integer(loader: Any, node: Any) -> int:
    return int(loader.construct_scalar(node))


def _float(loader: Any, node: Any) -> float:
    number = float(loader.construct_scalar(node))
    if not math.isfinite(number):
        raise _fault("this number is too large", node)
    return number


for word, pattern, first in _PLAIN:
    for each in (_Loader, _Dumper):
        each.add_implicit_resolver(_TAG.format(word), re.compile(f"(?:{pattern})$"), first)
_Loader.add_constructor(_TAG.format("int"), _integer)
_Loader.add_constructor(_TAG.format("float"), _float)
