"""What becomes of each operation of an OpenAPI document: an endpoint with a reply and a contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from letterbox.client.addresses import Address, Unsuitable, address_of, name_of
from letterbox.client.replies import Mocked, reply_of
from letterbox.client.specification import BadReference, Operation, Specification

CONTRACT_PLACES = ("path", "query", "header")


@dataclass(frozen=True)
class Mock:
    """An endpoint to declare for an operation."""

    operation: Operation
    name: str
    address: Address
    mocked: Mocked | None
    contract: dict[str, Any] | None
    remarks: list[str] = field(default_factory=list)

    @property
    def endpoint(self) -> dict[str, Any]:
        """As the API takes it."""
        replies = [self.mocked.reply] if self.mocked else []
        method = self.operation.method.upper()
        return {"name": self.name, "path": self.address.path, "methods": [method], "replies": replies}


@dataclass(frozen=True)
class LeftOut:
    """An operation that no endpoint can be declared for, and why."""

    title: str
    reason: str


def mocks_of(specification: Specification, prefix: str, taken: set[str]) -> Iterator[Mock | LeftOut]:
    """Each operation, in the order of the document, under names that are free."""
    for operation in specification.operations():
        try:
            yield _mock(operation, prefix, taken)
        except (Unsuitable, BadReference) as reason:
            yield LeftOut(operation.title, str(reason))
    for title in specification.left_out():
        yield LeftOut(title, "an endpoint has no such method of its own; HEAD comes with GET")


def _mock(operation: Operation, prefix: str, taken: set[str]) -> Mock:
    address = address_of(operation.base_path() + operation.path, prefix)
    mocked = reply_of(operation)
    contract = _contract(operation, address)
    remarks = [mocked.remark] if mocked and mocked.remark else []
    if schemes := operation.schemes():
        remarks.append(f"it asks for {', '.join(schemes)}; its verification is none until you declare one")
    name = name_of(operation.operation_id, operation.method, operation.path, taken)
    return Mock(operation, name, address, mocked, contract, remarks)


def _contract(operation: Operation, address: Address) -> dict[str, Any] | None:
    """A document of this one operation, parameters named as the endpoint does; None if anything may be sent."""
    parameters = [_renamed(one, address) for one in operation.parameters() if one["in"] in CONTRACT_PLACES]
    kept = [one for one in parameters if one is not None]
    if not kept and "requestBody" not in operation.value:
        return None
    own: dict[str, Any] = {"parameters": kept, "responses": {"default": {"description": "As it was promised."}}}
    if "requestBody" in operation.value:
        own["requestBody"] = operation.value["requestBody"]
    whole = operation.specification.document
    paths = {address.path: {operation.method: own}}
    return {
        "openapi": whole["openapi"],
        "info": {"title": operation.title, "version": "1"},
        **_referred(own, whole, paths),
    }


def _renamed(parameter: Any, address: Address) -> dict[str, Any] | None:
    if parameter["in"] != "path":
        return dict(parameter)
    ours = address.parameters.get(parameter["name"])
    return None if ours is None else {**parameter, "name": ours}


def _referred(own: dict[str, Any], whole: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
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
