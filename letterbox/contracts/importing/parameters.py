"""The parameters of an operation as schemas of objects of strings: what path, query and headers may hold."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from letterbox.contracts.importing.source import Path, Source
from letterbox.contracts.importing.texts import TEXT, as_text, has_parts
from letterbox.contracts.importing.unsaid import named

PLACES = {"path": "path", "query": "query", "header": "headers"}  # of OpenAPI, and of a contract
NOT_OURS = ("accept", "content-type", "authorization")  # by OpenAPI no parameters: media types and security say them


class Parameter(NamedTuple):
    """One parameter: in which part of a contract, its name there, whether it must be there, and what it must be."""

    part: str
    name: str
    required: bool
    schema: dict[str, Any]


Parameters = list[Parameter]


def parameters_of(source: Source, *lists: Path) -> Parameters:
    """Those of all lists; of two with one name in one place the later counts."""
    found: dict[tuple[str, str], Parameter] = {}
    for path in lists:
        for described, place in source.items(*path):
            parameter = _parameter(source, described, place)
            if parameter is not None:
                found[parameter.part, parameter.name] = parameter
    return list(found.values())


def schemas_of(operations: list[Parameters]) -> dict[str, Any]:
    """The schema of each part that has parameters. Where operations differ, what any of them says will do."""
    parts = {parameter.part for parameters in operations for parameter in parameters}
    return {
        part: _schema([_within(part, parameters) for parameters in operations])
        for part in PLACES.values()
        if part in parts
    }


def _within(part: str, parameters: Parameters) -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in parameters if parameter.part == part}


def _schema(operations: list[dict[str, Parameter]]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for operation in operations for name in operation))
    required = [name for name in names if all(name in each and each[name].required for each in operations)]
    schema: dict[str, Any] = {"type": "object", "properties": {name: _any(name, operations) for name in names}}
    return {**schema, "required": required} if required else schema


def _any(name: str, operations: list[dict[str, Parameter]]) -> dict[str, Any]:
    schemas = [each[name].schema for each in operations if name in each]
    distinct = [schema for index, schema in enumerate(schemas) if schema not in schemas[:index]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _parameter(source: Source, described: dict[str, Any], path: Path) -> Parameter | None:
    """None for one in a cookie, one that is no parameter by OpenAPI, and one whose parts have names of their own."""
    part, name = PLACES.get(str(described.get("in"))), described.get("name")
    if not isinstance(name, str) or (part == "headers" and name.lower() in NOT_OURS):
        return None
    subject = named(f"{described.get('in')} parameter", name)
    if part is None or (part == "query" and _has_parts(source, described, path)):
        source.unsaid.leave_out(subject)
        return None
    # Where an endpoint listens decides about its path's parameters: they are always there, if it has them.
    required = described.get("required") is True and part != "path"
    return Parameter(part, _name_in(part, name), required, _text(source, described, path, subject))


def _text(source: Source, described: dict[str, Any], path: Path, subject: str) -> dict[str, Any]:
    if "schema" not in described:
        source.unsaid.leave_out(subject)
        return TEXT
    explodes = described.get("explode", described.get("style", "form") == "form") is True
    is_repeated = explodes and described["in"] == "query"
    return as_text(source, (*path, "schema"), subject, first_item=is_repeated)


def _has_parts(source: Source, described: dict[str, Any], path: Path) -> bool:
    return described.get("style") == "deepObject" or has_parts(source, (*path, "schema"))


def _name_in(part: str, name: str) -> str:
    """As an endpoint has it: a path parameter is a word there, and headers are lower-case."""
    if part == "headers":
        return name.lower()
    return re.sub("^(?=[0-9])", "_", re.sub("[^A-Za-z0-9_]", "_", name)) if part == "path" else name
