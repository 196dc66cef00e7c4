"""What is refused when a contract is offered, and the shape in which one is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import orjson

from letterbox.contracts.findings import violation
from letterbox.contracts.foreign import problems_of_names
from letterbox.contracts.header_names import problems_of_headers
from letterbox.contracts.judgement import VIOLATIONS_SHOWN
from letterbox.contracts.references import PARTS, Place, References
from letterbox.contracts.schema_intake import SchemaIntake
from letterbox.contracts.spelling import says_nothing
from letterbox.errors import Unprocessable, Violation
from letterbox.facts.bodies import media_type_of
from letterbox.facts.parsed import DEEPEST

MOST_BYTES = 8 * 1024 * 1024
MOST_NODES = 500_000
MOST_MEDIA_TYPES = 100
LONGEST_NAME = 200
STATES_HERE = 5_000  # of patterns: as much as is compiled in a few milliseconds, during which all others wait
DEFAULTS: dict[str, Any] = {
    "media_types": [],
    "body": None,
    "assert_formats": False,
    "path": None,
    "query": None,
    "headers": None,
    "event_type": None,
    "event_types": {},
    "unknown_event_types": "refuse",
    "definitions": {},
}
BYTES_OF_DEFAULTS = len(orjson.dumps(DEFAULTS))
CANNOT_BE = "The contract cannot be taken as it is."


def intake(document: Any, *, compiled_states: int = STATES_HERE) -> dict[str, Any]:
    """The contract in its normalised shape, ready to be kept. Raises Unprocessable with what is wrong with it.

    Of its patterns it compiles as many as have no more states than that together, and leaves the others to whoever
    compiles the schemas.
    """
    contract = _plain(normalised(document))
    _require_none(_problems_of_shape(contract))
    _require_none(_problems_of_event_types(contract))
    references = References(contract)
    schemas = SchemaIntake(references)
    _require_none(schemas.problems(_roots(contract, references)))
    _require_none(problems_of_headers(contract, references))
    _require_none(schemas.problems_of_patterns(compiled_states))
    return contract


def normalised(document: Any) -> dict[str, Any]:
    """With the defaults filled in, and otherwise not looked at: quick. Raises Unprocessable for foreign properties."""
    if not isinstance(document, dict):
        raise _refusal("A contract is an object.")
    _require_none(problems_of_names(document, DEFAULTS))
    contract = DEFAULTS | {name: value for name, value in document.items() if value is not None}
    if isinstance(contract["media_types"], list):
        contract["media_types"] = [_lowered(media_type) for media_type in contract["media_types"]]
    return contract


def text_of(contract: dict[str, Any]) -> bytes:
    """As the JSON that is kept. Raises Unprocessable."""
    try:
        return orjson.dumps(contract)
    except TypeError:
        raise _refusal("A contract is JSON, with integers of at most 64 bits.") from None


def _plain(contract: dict[str, Any]) -> dict[str, Any]:
    """As JSON within bounds; the defaults do not count."""
    text = text_of(contract)
    if len(text) > MOST_BYTES + BYTES_OF_DEFAULTS:
        raise _refusal(f"A contract has at most {MOST_BYTES} bytes.")
    _measure(contract)
    plain: dict[str, Any] = orjson.loads(text)
    return plain


def _measure(contract: dict[str, Any]) -> None:
    level, nodes = [contract], 1
    for _ in range(DEEPEST):
        level = [part for whole in level for part in (whole.values() if isinstance(whole, dict) else whole)]
        nodes += len(level)
        if nodes > MOST_NODES:
            raise _refusal(f"A contract has at most {MOST_NODES} values, of whatever kind.")
        level = [part for part in level if isinstance(part, (dict, list))]
        if not level:
            return
    raise _refusal(f"A contract is nested at most {DEEPEST} levels deep.")


def _problems_of_shape(contract: dict[str, Any]) -> Iterator[Violation]:
    for name, (fits, says) in _SHAPES.items():
        if not fits(contract[name]):
            yield violation((name,), name, says)
    for part in PARTS:
        if not isinstance(contract[part], (dict, bool, type(None))):
            yield violation((part,), part, "A schema is an object, true or false.")
        elif says_nothing(contract[part]):
            sentence = "This is a schema, and no keyword stands in it: names stand below `properties`."
            yield violation((part,), part, sentence)


def _problems_of_event_types(contract: dict[str, Any]) -> Iterator[Violation]:
    for name in contract["event_types"]:
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            yield violation(
                ("event_types", name), "event_types", f"A name has 1 to {LONGEST_NAME} printable characters."
            )
    for kind in ("event_types", "definitions"):
        for name, schema in contract[kind].items():
            if not isinstance(schema, (dict, bool)):
                yield violation((kind, name), kind, "A schema is an object, true or false.")
    if contract["event_types"] and contract["event_type"] is None:
        yield violation(("event_type",), "event_type", "Schemas by event type need the expression that gives it.")
    if contract["event_type"] is not None:
        yield from _problem_of_expression(contract["event_type"])


def _problem_of_expression(source: str) -> Iterator[Violation]:
    from letterbox.expressions import BadExpression, compiled  # noqa: PLC0415 # most contracts have none; CEL loads slowly

    try:
        compiled(source)
    except BadExpression as reason:
        yield violation(("event_type",), "event_type", str(reason))


def _roots(contract: dict[str, Any], references: References) -> Iterator[Place]:
    yield from (references.part(name) for name in PARTS if contract[name] is not None)
    for kind in ("event_types", "definitions"):
        yield from (references.part(kind, name) for name in contract[kind])


def _are_media_types(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > MOST_MEDIA_TYPES:
        return False
    return all(isinstance(name, str) and media_type_of(name) == name.lower() for name in value)


def _lowered(media_type: Any) -> Any:
    return media_type.lower() if isinstance(media_type, str) else media_type


def _require_none(problems: Iterator[Violation]) -> None:
    if found := list(islice(problems, VIOLATIONS_SHOWN)):
        raise Unprocessable(CANNOT_BE, errors=found)


def _refusal(sentence: str) -> Unprocessable:
    return Unprocessable(CANNOT_BE, errors=[violation((), "contract", sentence)])


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "media_types": (
        _are_media_types,
        f"At most {MOST_MEDIA_TYPES} media types without parameters, such as application/json, text/* or */*.",
    ),
    "assert_formats": (lambda value: isinstance(value, bool), "This is true or false."),
    "event_type": (lambda value: value is None or isinstance(value, str), "This is an expression."),
    "event_types": (lambda value: isinstance(value, dict), "This is an object of schemas by event type."),
    "unknown_event_types": (lambda value: value in ("refuse", "accept"), "This is refuse or accept."),
    "definitions": (lambda value: isinstance(value, dict), "This is an object of schemas by name."),
}
