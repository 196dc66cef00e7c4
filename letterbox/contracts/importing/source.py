"""An OpenAPI document as a source of schemas: what is taken out of it, and what that refers to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Any

from letterbox.contracts.findings import violation
from letterbox.contracts.importing.dialect import Dialect, converted
from letterbox.contracts.importing.unsaid import Unsaid
from letterbox.contracts.pointers import pointer, shortened, steps
from letterbox.errors import Unprocessable
from letterbox.facts.parsed import DEEPEST
from letterbox.representation import as_json

MOST_HOPS = 32  # from reference to reference
MOST_BYTES = 16_777_216  # of schemas as JSON: one that is referred to piece by piece is copied piece by piece
MOST_STEPS = 10_000  # of other work that references can multiply
LONGEST_REFERENCE = 16_384  # characters; what is longer leads nowhere, as does what has more steps than a document
LONGEST_INDEX = 9  # digits

Step = str | int
Path = tuple[Step, ...]


def refused(message: str, at: Path, keyword: str) -> Unprocessable:
    """What is refused about the document, at a place in it."""
    return Unprocessable(message, errors=[violation(at, keyword, message)])


class Source:
    """Gives JSON Schemas for those of a document; what they refer to gathers as definitions of a contract."""

    def __init__(self, document: dict[str, Any], dialect: Dialect) -> None:
        self.document = document
        self.origins: dict[str, Path] = {}  # of each definition, by name
        self.unsaid = Unsaid()
        self.dialect = dialect
        self._names: dict[Path, str] = {}
        self._given: dict[str, Path] = {}  # by the reference that was given for it
        self._numbers: dict[str, int] = {}  # of the last definition that a step has named
        self._waiting: deque[str] = deque()
        self._bytes = self._steps = 0

    def at(self, *path: Step) -> Any:
        """What stands at a place; None if there is nothing."""
        node: Any = self.document
        for step in path:
            node = _below(node, step)
        return node

    def found(self, *path: Step) -> tuple[dict[str, Any], Path]:
        """The object at a place, or where its reference leads, and where that is. Raises Unprocessable."""
        for _ in range(MOST_HOPS):
            node = self.at(*path)
            if not isinstance(node, dict):
                break
            if not isinstance(node.get("$ref"), str):
                return node, path
            leads = self._path_of(node["$ref"])
            if leads is None:
                break
            path = leads
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
        schema = converted(self.at(*path), self.dialect, self._referred)
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
        path = self._given.get(schema["$ref"]) or self.target(schema["$ref"])
        return None if path is None else self.at(*path)

    def chain(self, *path: Step) -> list[tuple[Any, Path]]:
        """The schema at a place, what it refers to, and so on, each with where it is.

        Raises Unprocessable for a reference that leads nowhere.
        """
        chain = [(self.at(*path), path)]
        for schema, place in chain:  # grows while it is gone through
            if not isinstance(schema, dict) or "$ref" not in schema or len(chain) > MOST_HOPS:
                break
            leads = self.target(schema["$ref"])
            if leads is None:
                message = f"{shortened(str(schema['$ref']))!r} leads to no schema of the document."
                raise refused(message, (*place, "$ref"), "$ref")
            chain.append((self.at(*leads), leads))
        return chain

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
        given = f"#{pointer(('definitions', self._names[path]))}"
        self._given[given] = path
        return given

    def _free_name(self, path: Path) -> str:
        last = str(path[-1])
        if path[:2] == ("components", "schemas") and len(path) == 3:  # noqa: PLR2004 # the two and the name
            return last
        schemas = self.at("components", "schemas")
        taken = schemas if isinstance(schemas, dict) else {}
        numbers = count(self._numbers.get(last, 0) + 1)
        number = next(n for n in numbers if f"{last}-{n}" not in self.origins and f"{last}-{n}" not in taken)
        self._numbers[last] = number
        return f"{last}-{number}"

    def _path_of(self, reference: str) -> Path | None:
        """The steps of a reference into the document; None for any other."""
        if not reference.startswith("#/") or len(reference) > LONGEST_REFERENCE:
            return None
        words = steps(reference[1:])
        if len(words) > DEEPEST:
            return None
        node: Any = self.document
        path: list[Step] = []
        for word in words:
            path.append(_step(node, word))
            node = _below(node, path[-1])
        return tuple(path)


def _step(node: Any, word: str) -> Step:
    """What a word of a reference means at a node: of a list, an index."""
    is_index = isinstance(node, list) and word.isascii() and word.isdigit() and len(word) <= LONGEST_INDEX
    return int(word) if is_index else word


def _below(node: Any, step: Step) -> Any:
    """What is one step further; None if there is nothing."""
    try:
        return node[step]
    except (LookupError, TypeError):
        return None


def named(names: list[str]) -> str:
    """Some names in a sentence."""
    return shortened(", ".join(sorted(names)[:10]))
