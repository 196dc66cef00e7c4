"""Search: whether a text occurs in a request, A-Z in either case."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import ColumnElement, Text, case, cast, func, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from letterbox.store.tables import request

LARGEST_SEARCHED = 1_048_576  # bytes of a body; larger ones are left out, so that a page reads a bounded number


def contains(text: str) -> ColumnElement[bool]:
    in_json = orjson.dumps(text).decode()[1:-1]
    body = case((request.c.body_bytes <= LARGEST_SEARCHED, request.c.body), else_=literal(b""))
    in_texts = [(request.c.path, text), (request.c.query, text), (request.c.headers, in_json)]
    return or_(*(text_holds(place, sought) for place, sought in in_texts), bytes_hold(body, text))


class text_holds(GenericFunction[bool]):  # noqa: N801 # a function of SQL
    """Whether the first text holds the second."""

    inherit_cache = True


class bytes_hold(GenericFunction[bool]):  # noqa: N801 # a function of SQL
    """Whether the first bytes hold the second text in UTF-8."""

    inherit_cache = True


@compiles(text_holds, "sqlite")
@compiles(bytes_hold, "sqlite")
def _in_sqlite(element: GenericFunction[bool], compiler: SQLCompiler, **more: Any) -> str:
    place, sought = element.clauses
    # instr goes on behind a NUL, where LIKE stops.
    found = func.instr(func.lower(cast(place, Text)), func.lower(sought)) > 0
    return compiler.process(found, **more)


@compiles(text_holds, "postgresql")
def _text_in_postgres(element: GenericFunction[bool], compiler: SQLCompiler, **more: Any) -> str:
    place, sought = element.clauses
    found = func.strpos(_lower(place), _lower(cast(sought, Text))) > 0
    return compiler.process(found, **more)


@compiles(bytes_hold, "postgresql")
def _bytes_in_postgres(element: GenericFunction[bool], compiler: SQLCompiler, **more: Any) -> str:
    place, sought = element.clauses
    # Escaped, any bytes are ASCII text, and the same bytes the same text.
    escaped = (func.encode(each, "escape") for each in (place, func.convert_to(cast(sought, Text), "UTF8")))
    found = func.strpos(*(_lower(each) for each in escaped)) > 0
    return compiler.process(found, **more)


def _lower(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """In lower case as far as A-Z goes, whatever the language of the database."""
    return func.lower(text.collate("C"))
