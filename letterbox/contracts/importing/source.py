"""An OpenAPI document as a source of schemas: what is taken out of it, and what that refers to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from letterbox.contracts.importing.dialect import Dialect, converted
from letterbox.contracts.importing.unsaid import Unsaid
from letterbox.contracts.pointers import pointer, shortened, steps
from letterbox.errors import Unprocessable, Violation
from letterbox.representation import as_json

MOST_HOPS = 32  # from reference to reference
MOST_BYTES = 16_777_216  # of schemas as JSON: one that is referred to piece by piece is copied piece by piece
MOST_STEPS = 10_000  # of other work that references can multiply

Step = str | int
Path = tuple[Step, ...]


def refused(message: str, at: Path, keyword: str) -> Unprocessable:
    """What is refused about the document, at a place in it."""
    return Unprocessable(message, errors=[Violation(pointer=pointer(at), keyword=keyword, message=message)])


class Source:
    """Gives JSON Schemas for those of a document; what they refer to gathers as definitions of a contract."""

    def __init__(self, document: dict[str, Any], dialect: Dialect) -> None:
        self.document = document
        self.origins: dict[str, Path] = {}  # of each definition, by name
        self.unsaid = Unsaid()
        self._dialect = dialect
        self._names: dict[Path, str] = {}
        self._waiting: deque[str] = deque()
        self._bytes = self._steps = 0

    def at(self, *path: Step) -> Any:
        """What stands at a place; None if there is nothing."""
        node: Any = self.document
        for step in path:
            try:
                node = node[step]
            except (LookupError, TypeError):
                return None
        return node

    def found(self, *path: Step) -> tuple[dict[str, Any], Path]:
        """The object at a place, or where its reference leads, and where that is. Raises Unprocessable."""
        for _ in range(MOST_HOPS):
            node = self.at(*path)
            if not isinstance(node, dict):
                break
            if not isinstance(node.get("$ref"), str):
                return node, path
            path = self._path_of(node["$ref"]) or path
        raise refused(
            "An object of OpenAPI has to stand here, or a reference to one within the document.", path, "type"
        )

    def members(self, *path: Step) -> Iterator[tuple[str, dict[str, Any], Path]]:
        """Each of the objects by name that stand at a place, with where it is; none if nothing does."""
        if self.at(*path) is not None:
            for name in self.found(*path)[0]:
                yield name, *self.found(*self.found(*path)[1], name)

    def items(self, *path: Step) -> Iterator[tuple[dict[str, Any], Path]]:
        """Each of the objects of a list that stands at a place, with where it is; none if nothing does."""
        listed = self.at(*path)
        if listed is not None and not isinstance(listed, list):
            raise refused("A list has to stand here.", path, "type")
        for index in range(len(listed or ())):
            yield self.found(*path, index)

    def schema(self, *path: Step) -> Any:
        """The schema at a place in the contract's dialect, with its references leading to definitions."""
        schema = converted(self.at(*path), self._dialect, self._referred)
        self._bytes += len(as_json(schema))
        if self._bytes > MOST_BYTES:
            raise refused("What this refers to, each time anew, is more than is taken.", path, "$ref")
        return schema

    def step(self, *path: Step) -> None:
        """Count one step of work at a place. Raises Unprocessable when it is one too many."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise refused("References lead to more alternatives than can be looked at.", path, "$ref")

    def target(self, reference: Any) -> Path | None:
        """Where a reference leads within the document; None if nowhere."""
        path = self._path_of(reference) if isinstance(reference, str) else None
        return path if path is not None and isinstance(self.at(*path), dict | bool) else None

    def followed(self, schema: Any) -> Any:
        """What a schema refers to that was given, or that stands in the document; None if nothing."""
        reference = schema["$ref"]
        given = self.origins.get(steps(reference)[-1]) if str(reference).startswith("#/definitions/") else None
        path = given or self.target(reference)
        return None if path is None else self.at(*path)

    def definitions(self) -> dict[str, Any]:
        """All schemas that those already given refer to, and that those refer to in turn, by name."""
        found: dict[str, Any] = {}
        while self._waiting:
            name = self._waiting.popleft()
            found[name] = self.schema(*self.origins[name])
        return found

    def _referred(self, reference: str) -> str:
        """The contract's reference for one of the document; what leads nowhere is refused with the contract."""
        path = self.target(reference)
        if path is None:
            return reference
        if path not in self._names:
            self._names[path] = name = self._free_name(path)
            self.origins[name] = path
            self._waiting.append(name)
        return f"#{pointer(('definitions', self._names[path]))}"

    def _free_name(self, path: Path) -> str:
        if path[:2] == ("components", "schemas") and len(path) == 3:  # noqa: PLR2004 # the two and the name
            return str(path[-1])
        schemas = self.at("components", "schemas")
        taken = {*self.origins, *(schemas if isinstance(schemas, dict) else ())}
        numbered = (f"{path[-1]}-{number}" for number in range(1, len(taken) + 2))
        return next(name for name in numbered if name not in taken)

    def _path_of(self, reference: str) -> Path | None:
        """The steps of a reference into the document; None for any other."""
        node: Any = self.document
        path: list[Step] = []
        for step in steps(reference[1:]) if reference.startswith("#/") else ():
            path.append(int(step) if isinstance(node, list) and step.isdigit() else step)
            node = self.at(*path)
        return tuple(path) or None


def named(names: list[str]) -> str:
    """Some names in a sentence."""
    return shortened(", ".join(sorted(names)[:10]))
