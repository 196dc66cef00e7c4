"""What an operation of an OpenAPI document takes as its body, whatever its media type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from letterbox.contracts.importing.dialect import unless_null
from letterbox.contracts.importing.source import Path, Source
from letterbox.contracts.importing.texts import NOTHING, OF_FILES, as_form
from letterbox.contracts.importing.unsaid import named
from letterbox.contracts.keywords import KEYWORDS
from letterbox.facts.bodies import is_readable
from letterbox.representation import as_json

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Body(NamedTuple):
    """Its media types, none if any is taken, and its schema."""

    media_types: tuple[str, ...] = ()
    schema: Any = {}  # noqa: RUF012 # nobody changes it


def body_of(source: Source, operation: Path, *, always: bool = False) -> Body:
    """What an operation takes. A body may be left out unless the document asks for it, or it is `always` sent."""
    if source.at(*operation, "requestBody") is None:
        return Body()
    described, place = source.found(*operation, "requestBody")
    by_type = {_essence(name): path for name, _, path in source.members(*place, "content")}
    readable = {essence: path for essence, path in by_type.items() if "*" in essence or is_readable(essence)}
    for essence, path in by_type.items():
        if essence not in readable and _says_more(source.at(*path, "schema")):
            source.unsaid.leave_out(named("body as", essence))
    schemas = [_schema(source, essence, path) for essence, path in readable.items()]
    distinct = list({as_json(schema): schema for schema in schemas}.values())
    if not distinct or {} in distinct:
        if len(distinct) > 1:
            source.unsaid.leave_out("the body, which one of its media types lets be anything")
        return Body(tuple(by_type))
    schema = distinct[0] if len(distinct) == 1 else {"anyOf": distinct}
    is_needed = always or described.get("required") is True
    # No value is read of what is no text, and none is there without a body.
    return Body(tuple(by_type), schema if is_needed and len(readable) == len(by_type) else unless_null(schema))


def media_types_of(bodies: Iterable[Body]) -> list[str]:
    """Those of all bodies, in their order."""
    return list(dict.fromkeys(name for body in bodies for name in body.media_types))


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _says_more(schema: Any) -> bool:
    """Whether a schema asks for more than that there is a file."""
    return isinstance(schema, dict) and any(name in KEYWORDS and name not in OF_FILES for name in schema)


def _schema(source: Source, essence: str, media: Path) -> Any:
    """As an object also where it is true or false: so a contract has it."""
    schema = source.at(*media, "schema")
    if schema is None or isinstance(schema, bool):
        return NOTHING if schema is False else {}
    return as_form(source, (*media, "schema")) if essence in FORMS else source.schema(*media, "schema")
