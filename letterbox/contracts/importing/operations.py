"""The operations of one path of an OpenAPI document as a contract."""

from __future__ import annotations

from typing import Any, NamedTuple

from letterbox.contracts.importing.bodies import Body, body_of, media_types_of
from letterbox.contracts.importing.parameters import Parameters, parameters_of, schemas_of
from letterbox.contracts.importing.source import Path, Source, named, refused

METHODS = ("get", "put", "post", "delete", "patch")  # that an endpoint can take


class Operation(NamedTuple):
    """What an operation takes."""

    method: str
    body: Body
    parameters: Parameters


def contract_of_operations(source: Source, path: str | None, method: str | None) -> dict[str, Any]:
    """A contract for the operations at a path, or the one of a method. Raises Unprocessable if they are not there."""
    place = _place_of(source, path)
    item, place = source.found(*place)
    methods = [name for name in METHODS if name in item and (method is None or name == method.lower())]
    if not methods:
        raise refused("There is no operation here that an endpoint could take.", place, "method")
    return _contract([_operation(source, place, name) for name in methods])


def _place_of(source: Source, path: str | None) -> Path:
    paths = list(source.found("paths")[0]) if source.at("paths") is not None else []
    if not paths:
        raise refused("The document has no webhooks, and no paths either.", (), "required")
    if path is None and len(paths) > 1:
        raise refused(f"Say with ?path= which of its paths is meant: {named(paths)}.", ("paths",), "path")
    if path is not None and path not in paths:
        raise refused(f"The document has no such path; it has {named(paths)}.", ("paths",), "path")
    return "paths", path or paths[0]


def _operation(source: Source, item: Path, method: str) -> Operation:
    _, place = source.found(*item, method)
    parameters = parameters_of(source, (*item, "parameters"), (*place, "parameters"))
    return Operation(method.upper(), body_of(source, place), parameters)


def _contract(operations: list[Operation]) -> dict[str, Any]:
    """With several methods, the method is the type of the event, so that each has the schema of its body."""
    contract = schemas_of([operation.parameters for operation in operations])
    contract["media_types"] = media_types_of(operation.body for operation in operations)
    if len(operations) == 1:
        return {**contract, "body": operations[0].body.schema}
    bodies = {operation.method: operation.body.schema for operation in operations}
    return {**contract, "event_type": "request.method", "event_types": bodies}
