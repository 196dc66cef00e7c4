"""What the document says about each operation, with references followed but schemas left as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class CannotBind(Exception):
    """The specification and the handlers do not fit together, so the service must not start."""


@dataclass(frozen=True)
class Operation:
    """One method of one path. `id` is `noun.verb`: the function `verb` in `handlers/<noun>.py`."""

    id: str
    method: str
    path: str
    tag: str
    parameters: list[dict[str, Any]]
    body: dict[str, Any]
    responses: dict[str, dict[str, Any]]
    details: dict[str, Any]

    @property
    def noun(self) -> str:
        return self.id.partition(".")[0]

    @property
    def verb(self) -> str:
        return self.id.partition(".")[2]

    @property
    def replies_are_declared(self) -> bool:
        """Whether users declare what it answers, so that the specification cannot check the answers."""
        return bool(self.details.get("x-replies") == "declared")

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types of the body that it takes; none if it takes no body or any."""
        return () if self.replies_are_declared else tuple(self.body.get("content", {}))


def operations(document: Document) -> Iterator[Operation]:
    """Every operation in the document's order; raises CannotBind if one has no id of the form noun.verb or no tag."""
    for path, entry in document["paths"].items():
        item = followed(document, entry)
        for method in METHODS:
            if method in item:
                yield _operation(document, path, item, method)


def _operation(document: Document, path: str, item: dict[str, Any], method: str) -> Operation:
    details, where = item[method], f"{method.upper()} {path}"
    if details.get("operationId", "").count(".") != 1:
        raise CannotBind(f"{where} needs an operationId of the form noun.verb.")
    if len(details.get("tags", ())) != 1:
        raise CannotBind(f"{where} needs exactly one tag.")
    own = [*details.get("parameters", ()), *item.get("parameters", ())]
    return Operation(
        id=details["operationId"],
        method=method,
        path=path,
        tag=details["tags"][0],
        parameters=[_parameter(document, parameter) for parameter in own],
        body=followed(document, details.get("requestBody", {})),
        responses={str(code): followed(document, answer) for code, answer in details["responses"].items()},
        details=details,
    )


def _parameter(document: Document, parameter: dict[str, Any]) -> dict[str, Any]:
    whole = followed(document, parameter)
    return whole | {"schema": followed(document, whole.get("schema", {}))}


def distinct(document: Document) -> list[Operation]:
    """All operations; raises CannotBind if two share an operationId and thus a function."""
    found: dict[str, Operation] = {}
    for operation in operations(document):
        if (other := found.setdefault(operation.id, operation)) is not operation:
            places = f"{other.method.upper()} {other.path} and {operation.method.upper()} {operation.path}"
            raise CannotBind(f"{places} both name the operationId {operation.id}.")
    return list(found.values())


def followed(document: Document, node: dict[str, Any]) -> dict[str, Any]:
    """The node, or what its internal reference (#/components/…) leads to."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node
