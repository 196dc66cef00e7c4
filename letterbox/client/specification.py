"""An OpenAPI document, 3.0 or 3.1: its operations, and what its references within itself lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from letterbox.client.documents import BadFile, read

METHODS = ("get", "post", "put", "patch", "delete")
NOT_TAKEN = ("head", "options", "trace")
LONGEST_CHAIN = 32  # of references that lead to references
Object = Mapping[str, Any]


class BadReference(Exception):
    """A reference that leads nowhere, or out of the document. The text names it."""


class Specification:
    """One document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    @classmethod
    def read(cls, file: Path) -> Specification:
        """The document in a file; raises BadFile for what is none, or has no operations."""
        document = read(file)
        version = document.get("openapi") if isinstance(document, dict) else None
        if not isinstance(version, str) or not version.startswith(("3.0", "3.1")):
            old = isinstance(document, dict) and "swagger" in document
            raise BadFile(f"{file}: this is no OpenAPI document of 3.0 or 3.1{'; convert it first' if old else ''}")
        if not isinstance(document.get("paths"), dict) or not document["paths"]:
            raise BadFile(f"{file}: this document has no paths, so there is nothing to answer")
        return cls(document)

    def operations(self) -> Iterator[Operation]:
        """Each operation that an endpoint can answer; raises BadReference."""
        for path, item in self.document["paths"].items():
            whole = self.resolved(item)
            for method in METHODS:
                if isinstance(whole.get(method), dict):
                    yield Operation(self, path, method, whole, whole[method])

    def left_out(self) -> list[tuple[str, str, Object]]:
        """Method, path and path item of the operations that no endpoint can be declared for."""
        items = [(path, self.resolved(item)) for path, item in self.document["paths"].items()]
        return [(method, path, item) for path, item in items for method in NOT_TAKEN if method in item]

    def resolved(self, node: Any) -> Object:
        """What stands here, or where its reference leads; an empty object where no object stands."""
        for _ in range(LONGEST_CHAIN):
            if not isinstance(node, dict):
                return {}
            if not isinstance(node.get("$ref"), str):
                return node
            node = self._target(node["$ref"])
        raise BadReference("its references lead in a circle")

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#"):
            raise BadReference(f"it refers to {reference[:100]}, another document: bundle them into one")
        node: Any = self.document
        for step in unquote(reference).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            try:
                node = node[int(name)] if isinstance(node, list) else node[name]
            except (LookupError, TypeError, ValueError):
                raise BadReference(f"it refers to {reference[:100]}, which is not there") from None
        return node


@dataclass(frozen=True)
class Operation:
    """One method at one path."""

    specification: Specification
    path: str
    method: str
    item: Object
    value: Object

    @property
    def title(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def operation_id(self) -> str | None:
        identity = self.value.get("operationId")
        return identity if isinstance(identity, str) else None

    def parameters(self) -> list[Object]:
        """Of the path and of the operation, whose own ones count; references followed."""
        found = {}
        for node in (*_list(self.item.get("parameters")), *_list(self.value.get("parameters"))):
            one = self.specification.resolved(node)
            if isinstance(one.get("name"), str) and isinstance(one.get("in"), str):
                found[one["in"], one["name"]] = one
        return list(found.values())

    def request_content(self) -> Object:
        """The media types of the body, each with its schema and examples."""
        return self.specification.resolved(self.specification.resolved(self.value.get("requestBody")).get("content"))

    def base_path(self) -> str:
        """The path of the server that the operation is at, such as /v1, or nothing."""
        servers = self.value.get("servers") or self.item.get("servers") or self.specification.document.get("servers")
        server = self.specification.resolved((_list(servers) or [None])[0])
        url = server.get("url") if isinstance(server.get("url"), str) else "/"
        variables = server.get("variables")
        for name, variable in variables.items() if isinstance(variables, dict) else ():
            url = str(url).replace(f"{{{name}}}", str(self.specification.resolved(variable).get("default", "")))
        return urlsplit(str(url)).path.rstrip("/")

    def schemes(self) -> list[str]:
        """The security schemes that it asks for, if it always asks for one."""
        asked = _list(self.value.get("security", self.specification.document.get("security")))
        return sorted({name for each in asked for name in each}) if all(asked) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
