"""Contracts made to cost as much as they can, each with the body of 1 MiB that it is worst on.

`python -m tests.contracts.hostile` measures each: what intake says, what is cheap, and how long judging takes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from letterbox.contracts.contract import Contract
from letterbox.contracts.intake import intake
from letterbox.errors import Unprocessable
from letterbox.representation import as_json
from tests.contracts.given import facts

MIB = 1024 * 1024
Schema = dict[str, Any]


class Hostile(NamedTuple):
    """A contract and its worst body, or a part of that: `body(n)` is made of n pieces of `piece_bytes` each."""

    name: str
    contract: dict[str, Any]
    body: Callable[[int], Any]
    piece_bytes: int

    def worst(self, size: int = MIB) -> bytes:
        """A JSON body of at most that many bytes."""
        return json.dumps(self.body(max(1, size // self.piece_bytes)), separators=(",", ":")).encode()


def corpus() -> list[Hostile]:
    return [*_towers(), *_patterns(), *_objects(), *_lists(), *_loops()]


def _named(schemas: dict[str, Schema], **more: Any) -> dict[str, Any]:
    return {"body": {"$ref": "#/$defs/0", "$defs": schemas}, **more}


def _tower(keyword: str, height: int) -> dict[str, Any]:
    """Each floor leads to the next one twice, so that the ground is reached 2 ** height times."""
    floors: dict[str, Schema] = {
        str(floor): {keyword: [{"$ref": f"#/$defs/{floor + 1}"}] * 2} for floor in range(height)
    }
    return _named({**floors, str(height): {"type": "string", "minLength": 2}})


def _towers() -> list[Hostile]:
    values: list[tuple[Callable[[int], Any], int]] = [(lambda n: "x" * n, 1)]
    body, size = values[0]
    deep: Schema = {"minLength": 1}
    for _ in range(25):
        deep = {"allOf": [deep, {"minLength": 1}]}
    return [
        *(Hostile(f"{keyword} tower", _tower(keyword, 20), body, size) for keyword in ("allOf", "anyOf", "oneOf")),
        Hostile("low anyOf tower over many items", _items(_tower("anyOf", 12)["body"]), lambda n: [1] * n, 2),
        Hostile("deep allOf over many items", _items(deep), lambda n: ["x"] * n, 4),
        Hostile("wide allOf over many items", _items({"allOf": [{"minimum": 1}] * 1000}), lambda n: [1] * n, 2),
        Hostile("wide anyOf over many items", _items({"anyOf": [{"minimum": 9}] * 1000}), lambda n: [1] * n, 2),
        Hostile("long row of references", _named(_row(60)), body, size),
    ]


def _row(length: int) -> dict[str, Schema]:
    return {str(at): {"$ref": f"#/$defs/{at + 1}"} for at in range(length)} | {str(length): {"type": "string"}}


def _items(schema: Schema, **more: Any) -> dict[str, Any]:
    shared = {"$defs": schema.pop("$defs")} if "$defs" in schema else {}
    return {"body": {"items": schema, **shared}, **more}


def _patterns() -> list[Hostile]:
    wide = r"[ab]*a[ab]{200}c"
    return [
        Hostile("pattern that forks on a long text", {"body": {"pattern": wide}}, _forking, 1),
        Hostile("1,000 patterns on many texts", _items({"allOf": _many_patterns(1000)}), lambda n: ["abcabc"] * n, 9),
        Hostile("50 patterns on one text", {"body": {"allOf": _many_patterns(50)}}, _forking, 1),
        Hostile("patterns on names", {"body": {"patternProperties": _by_pattern(500)}}, _names, 13),
        Hostile("names that match many patterns", {"body": {"patternProperties": _by_pattern(500, "")}}, _names, 13),
        Hostile("propertyNames", {"body": {"propertyNames": {"allOf": _many_patterns(500)}}}, _names, 13),
        Hostile("a pattern of many states", {"body": {"pattern": "^[^a]{1,1000}$"}}, lambda n: "b" * n, 1),
        Hostile("(a+)+$", {"body": {"pattern": "(a+)+$"}}, lambda n: "a" * n + "!", 1),
        Hostile("(a{1000}){1000}", {"body": {"pattern": "(a{1000}){1000}"}}, lambda n: "a" * n, 1),
        Hostile("look-ahead", {"body": {"pattern": "(?=(a+))a*b"}}, lambda n: "a" * n, 1),
        Hostile("format", _items({"format": "idn-hostname"}, assert_formats=True), lambda n: ["ü" * 60] * n, 363),
    ]


def _forking(length: int) -> str:
    """Every piece differs from the last, so that no state that was met before comes again."""
    text, state = [], 1
    for _ in range(length):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        text.append("ab"[state >> 16 & 1])
    return "".join(text)


def _many_patterns(number: int) -> list[Schema]:
    return [{"pattern": f"[a-{chr(98 + at % 20)}]+{at}"} for at in range(number)]


def _by_pattern(number: int, ending: str = "{}$") -> dict[str, Schema]:
    return {f"[a-f0-9]*{ending.format(at)}(){{{at}}}": {"minimum": 0} for at in range(1, number)}


def _names(number: int) -> dict[str, int]:
    return {f"{at:08x}": 1 for at in range(number)}


def _objects() -> list[Hostile]:
    names = [f"name{at}" for at in range(1000)]
    left_over: Schema = {"unevaluatedProperties": False, "anyOf": [{"properties": {"a": {"$ref": "#/$defs/0"}}}] * 8}
    return [
        Hostile("a million keys", {"body": {"additionalProperties": {"type": "integer"}}}, _names, 13),
        Hostile(
            "required names",
            _items({"not": {"required": [*names, "no"]}}),
            lambda n: [_all_of(names)] * n,
            12_000,
        ),
        Hostile("a thousand missing names, listed", {"body": {"required": names}}, _names, 13),
        Hostile("many declared names on many objects", _items(_alternatives(names)), lambda n: [{"name1": 1}] * n, 12),
        Hostile("unevaluated tower", _named({"0": left_over}), lambda _n: _nested("a", 60), MIB),
        Hostile(
            "unevaluated members", {"body": {"unevaluatedProperties": False, "anyOf": _each_name(200)}}, _names, 13
        ),
        Hostile("dependents", {"body": {"dependentRequired": {f"{at:08x}": names for at in range(400)}}}, _names, 13),
    ]


def _all_of(names: list[str]) -> dict[str, int]:
    return dict.fromkeys(names, 1)


def _alternatives(names: list[str]) -> Schema:
    return {"anyOf": [{"properties": {name: {"const": at} for name in names}} for at in range(2, 40)]}


def _each_name(number: int) -> list[Schema]:
    return [{"properties": {f"{at:08x}": {"type": "integer"}}} for at in range(number)]


def _nested(name: str, depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {name: value}
    return value


def _lists() -> list[Hostile]:
    numbers = [at + 0.5 for at in range(5000)]
    return [
        Hostile("unique items", {"body": {"uniqueItems": True}}, lambda n: [[at] for at in range(n)], 10),
        Hostile("unique short lists", _items({"uniqueItems": True}), lambda n: [[[at] for at in range(15)]] * n, 66),
        Hostile(
            "unique all the way down", _named({"0": {"uniqueItems": True, "items": {"$ref": "#/$defs/0"}}}), _tree, 8
        ),
        Hostile("huge enum", _items({"enum": numbers}), lambda n: [0.1] * n, 4),
        Hostile("enum of texts", _items({"enum": [f"x{at}" for at in range(50_000)]}), lambda n: ["x"] * n, 4),
        Hostile("enum of objects", _items({"enum": [{"a": at} for at in range(5000)]}), lambda n: [{"a": -1}] * n, 9),
        Hostile("contains", _items({"not": {"contains": {"const": 5.5}}}), lambda n: [[1] * 100] * n, 203),
        Hostile(
            "many contains",
            {"body": {"allOf": [{"contains": {"minimum": 5}, "minContains": 0}] * 500}},
            lambda n: [1] * n,
            2,
        ),
        Hostile("multipleOf", _items({"multipleOf": 0.01}), lambda n: [0.13] * n, 5),
        Hostile("first items", {"body": {"prefixItems": [{"enum": numbers}] * 90}}, lambda n: [0.1] * n, 4),
    ]


def _tree(number: int) -> Any:
    value: Any = 1
    for at in range(60):
        value = [value, at]
    return [value, *range(number)]


def _loops() -> list[Hostile]:
    nothing: Callable[[int], Any] = lambda n: "x" * n  # noqa: E731 # stands for a body
    twice: Schema = {"anyOf": [{"items": {"$ref": "#/$defs/0"}}, {"items": {"$ref": "#/$defs/0"}}, {"type": "integer"}]}
    return [
        Hostile("itself", {"body": {"$ref": "#"}}, nothing, 1),
        Hostile("itself by way of allOf", {"body": {"allOf": [{"$ref": "#"}]}}, nothing, 1),
        Hostile("not itself", {"body": {"not": {"$ref": "#"}}}, nothing, 1),
        Hostile("itself, dynamically", {"body": {"$dynamicAnchor": "a", "anyOf": [{"$dynamicRef": "#a"}]}}, nothing, 1),
        Hostile(
            "two that lead to each other", _named({"0": {"$ref": "#/$defs/1"}, "1": {"$ref": "#/$defs/0"}}), nothing, 1
        ),
        Hostile("a row that is too long", _named(_row(5000)), nothing, 1),
        Hostile("twice as many at each level", _named({"0": twice}), lambda _n: _pile(60), MIB),
        Hostile(
            "a loop of many names",
            _named({"0": {"properties": {f"n{at}": {"$ref": "#/$defs/0"} for at in range(99)}}}),
            lambda _n: _bush(3),
            MIB,
        ),
    ]


def _bush(height: int) -> Any:
    return {f"n{at}": _bush(height - 1) for at in range(48)} if height else {}


def _pile(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def main() -> None:
    """One line a contract: what intake says; or how large a body is cheap, and what becomes of its worst one."""
    for hostile in corpus():
        print(f"{hostile.name}: ", end="", flush=True)
        try:
            offered, taken_in = timed(lambda: intake(hostile.contract))  # noqa: B023 # called at once
        except Unprocessable as refusal:
            print("refused:", refusal.errors[0]["message"])
            continue
        judged = Contract(as_json(offered))
        _, prepared = timed(judged.prepare_here)
        size, cheap = _largest_cheap(hostile, judged)
        print(f"taken in {taken_in:.1f} ms, ready {prepared:.1f} ms, {size} bytes cheap at {cheap:.2f} ms, ", end="")
        sys.stdout.flush()
        _print_elsewhere(hostile)


def timed(called: Callable[[], Any]) -> tuple[Any, float]:
    """Its answer, and the milliseconds of processor time that it took."""
    begun = time.process_time()
    return called(), (time.process_time() - begun) * 1000


def _largest_cheap(hostile: Hostile, judged: Contract) -> tuple[int, float]:
    """Of bodies half as large each time: the bytes of the first that is cheap, and the milliseconds to judge it."""
    for halved in range(20):
        body = hostile.worst(MIB >> halved)
        if judged.is_cheap(facts(body)):
            return len(body), min(timed(lambda: judged.judge_here(facts(body)))[1] for _ in range(3))  # noqa: B023
    return 0, 0


def _print_elsewhere(hostile: Hostile) -> None:
    """In a process of its own, which is ended after 100 ms of processor time, as the judge process is."""
    child = os.fork()
    if child == 0:
        judged, request = Contract(as_json(intake(hostile.contract))), facts(hostile.worst())
        judged.prepare()
        signal.setitimer(signal.ITIMER_PROF, 0.1)
        judgement, took = timed(lambda: judged.judge(request))
        print(f"1 MiB {judgement.cause or 'conforms'} in {took:.1f} ms", flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print("1 MiB is undetermined")


if __name__ == "__main__":
    main()
