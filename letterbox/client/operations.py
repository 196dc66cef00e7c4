"""What becomes of each operation of an OpenAPI document: an endpoint with a reply and a contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from letterbox.client.addresses import Address, Unsuitable, address_of, name_of
from letterbox.client.replies import Mocked, reply_of
from letterbox.client.specification import BadReference, Operation, Specification
from letterbox.contracts.importing.document import Choice, Imported, imported
from letterbox.errors import Unprocessable

CONTRACT_PLACES = ("path", "query", "header")
MOST_UNSAID = 5
Document = dict[str, Any]


@dataclass(frozen=True)
class Mock:
    """An endpoint to declare for an operation."""

    operation: Operation
    name: str
    address: Address
    mocked: Mocked | None
    contract: Document | None
    remarks: list[str] = field(default_factory=list)

    @property
    def endpoint(self) -> dict[str, Any]:
        """As the API takes it."""
        replies = [self.mocked.reply] if self.mocked else []
        method = self.operation.method.upper()
        return {"name": self.name, "path": self.address.path, "methods": [method], "replies": replies}

    def imported(self) -> Imported | None:
        """The contract as the service makes it of the document. Raises Unprocessable."""
        return None if self.contract is None else _imported(self.operation, self.address, self.contract)


@dataclass(frozen=True)
class LeftOut:
    """An operation that no endpoint can be declared for, and why. That is fine if it is answered none the less."""

    title: str
    reason: str
    is_fine: bool = False


def mocks_of(specification: Specification, prefix: str, taken: set[str]) -> Iterator[Mock | LeftOut]:
    """Each operation, in the order of the document, under names that are free."""
    for operation in specification.operations():
        try:
            yield _mock(operation, prefix, taken)
        except (Unsuitable, BadReference) as refusal:
            yield LeftOut(operation.title, str(refusal))
    for method, path, item in specification.left_out():
        is_fine = method == "options" or (method == "head" and "get" in item)
        reason = "an endpoint answers that by itself" if is_fine else "an endpoint can't take that method"
        yield LeftOut(f"{method.upper()} {path}", reason, is_fine)


def _mock(operation: Operation, prefix: str, taken: set[str]) -> Mock:
    address = address_of(operation.base_path() + operation.path, prefix)
    mocked = reply_of(operation)
    own = _own(operation, address)
    says = "requestBody" in own or any(one["in"] in CONTRACT_PLACES for one in own["parameters"])
    document = _document(operation, address, own)
    remarks = [*_remarks(operation, mocked), *_unsaid(operation, address, document)]
    name = name_of(operation.operation_id, operation.method, operation.path, taken)
    return Mock(operation, name, address, mocked, document if says else None, remarks)


def _remarks(operation: Operation, mocked: Mocked | None) -> Iterator[str]:
    if mocked and mocked.remark:
        yield mocked.remark
    if operation.path.endswith("/"):
        yield "its path ends with a slash in the document; an endpoint's doesn't, and isn't found with one"
    if schemes := operation.schemes():
        yield f"it asks for {', '.join(schemes)}; its verification is none until you declare one"


def _unsaid(operation: Operation, address: Address, document: Document) -> Iterator[str]:
    """What the contract can't hold a request to. Why it may be refused is said when it is offered."""
    with suppress(Unprocessable):
        if phrases := _imported(operation, address, document).unsaid:
            more = [f"{len(phrases) - MOST_UNSAID} more"] if len(phrases) > MOST_UNSAID else []
            yield f"a contract can't say: {'; '.join([*phrases[:MOST_UNSAID], *more])}"


def _imported(operation: Operation, address: Address, document: Document) -> Imported:
    return imported(document, Choice(address.path, operation.method))


def _own(operation: Operation, address: Address) -> Document:
    """What an operation says of what is sent, parameters named as the endpoint does."""
    parameters = [_renamed(one, address) for one in operation.parameters()]
    kept = [one for one in parameters if one is not None]
    own: Document = {"parameters": kept, "responses": {"default": {"description": "As it was promised."}}}
    if "requestBody" in operation.value:
        own["requestBody"] = operation.value["requestBody"]
    return own


def _document(operation: Operation, address: Address, own: Document) -> Document:
    """A document of this one operation."""
    whole = operation.specification.document
    paths = {address.path: {operation.method: own}}
    return {
        "openapi": whole["openapi"],
        "info": {"title": operation.title, "version": "1"},
        **_referred(own, whole, paths),
    }


def _renamed(parameter: Any, address: Address) -> Document | None:
    if parameter["in"] != "path":
        return dict(parameter)
    ours = address.parameters.get(parameter["name"])
    return None if ours is None else {**parameter, "name": ours}


def _referred(own: Document, whole: Document, paths: Document) -> Document:
    """The paths, and what of the document they refer to: those components, or all of it if it is anything else."""
    components: dict[str, dict[str, Any]] = {}
    waiting = list(_references(own))
    while waiting:
        steps = waiting.pop().split("/")
        if steps[:2] != ["#", "components"] or len(steps) < len(("#", "components", "section", "name")):
            return {**whole, "paths": {**whole["paths"], **paths}}
        section, name = steps[2], steps[3].replace("~1", "/").replace("~0", "~")
        if name in components.setdefault(section, {}):
            continue
        found = whole.get("components", {}).get(section, {})
        if name not in found:
            raise BadReference(f"it refers to {'/'.join(steps)[:100]}, which is not there")
        components[section][name] = found[name]
        waiting.extend(_references(found[name]))
    return {"paths": paths, "components": components}


def _references(node: Any) -> Iterator[str]:
    """Every `$ref` at or below a node."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("$ref"), str):
                yield one["$ref"]
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
