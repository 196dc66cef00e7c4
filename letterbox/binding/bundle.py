"""The specification's many files as one document with internal references."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
LITERAL = ("example", "value")  # what stands below them is an example: a $ref there is a word like any other


def bundle(root: Path) -> dict[str, Any]:
    """The document whose table of contents is `root/openapi.yaml`: JSON data, the same for the same files.

    A reference to `schemas/key.yaml#/Key` becomes `#/components/schemas/Key`: the folder names the section.
    A path's file is put in its place. Paths with literal segments come before those with parameters:
    connexion takes the first that matches, Flask the most specific. Raises ValueError if a reference leads
    nowhere, or if two files give one name to different things.
    """
    return _Bundle(root.resolve() / "openapi.yaml").document()


class _Bundle:
    def __init__(self, contents: Path) -> None:
        self.contents = contents
        self.files: dict[Path, Any] = {}
        self.components: dict[str, dict[str, Any]] = {}
        self.sources: dict[tuple[str, str], Any] = {}

    def document(self) -> dict[str, Any]:
        contents = self.read(self.contents)
        whole = {name: part for name, part in contents.items() if name not in ("paths", "components")}
        urls = sorted(contents["paths"], key=_literal_first)
        paths = {url: self.path_item(contents["paths"][url]["$ref"]) for url in urls}
        sections = contents.get("components", {}) | self.components
        components = {name: dict(sorted(sections[name].items())) for name in sorted(sections)}
        return whole | {"paths": paths, "components": components}

    def path_item(self, reference: str) -> dict[str, Any]:
        file = self.contents.parent / reference
        item = self.bundled(self.read(file), file)
        return {name: _with_scope(part) if name in METHODS else part for name, part in item.items()}

    def bundled(self, node: Any, file: Path) -> Any:
        """A copy of what stands in this file, its references internal."""
        if isinstance(node, list):
            return [self.bundled(part, file) for part in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            return {"$ref": self.component(node["$ref"], file)}
        return {name: part if name in LITERAL else self.bundled(part, file) for name, part in node.items()}

    def component(self, reference: str, file: Path) -> str:
        """The internal address of what is referred to; the first time, it moves in."""
        path, _, name = reference.partition("#/")
        target = (file.parent / path).resolve() if path else file
        section, source = target.parent.name, self.named(name, target)
        if self.sources.setdefault((section, name), source) != source:
            raise ValueError(f"{section}/{name} is not the same in {target} as elsewhere; rename one")
        if name not in self.components.setdefault(section, {}):
            self.components[section][name] = {}  # what refers to itself finds itself there
            self.components[section][name] = self.bundled(source, target)
        return f"#/components/{section}/{name}"

    def named(self, name: str, file: Path) -> Any:
        if name not in (parts := self.read(file)):
            raise ValueError(f"{file} has no {name}")
        return parts[name]

    def read(self, file: Path) -> Any:
        if file not in self.files:
            if not file.is_file():
                raise ValueError(f"there is no {file}")
            self.files[file] = yaml.load(file.read_bytes(), Loader=_Loader)  # noqa: S506 # it is a safe one
        return self.files[file]


# The one in C is ten times as fast, but not in every build of PyYAML.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # which one is known at run time
    """Safe YAML that leaves times as they are written: JSON has none."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def _literal_first(url: str) -> list[tuple[bool, str]]:
    return [("{" in segment, segment) for segment in url.split("/")]


def _with_scope(operation: dict[str, Any]) -> dict[str, Any]:
    """Say in its description which scope an operation needs, where Swagger UI shows it."""
    if "x-scope" not in operation:
        return operation
    sentence = f"Needs a key with the scope `{operation['x-scope']}`."
    return operation | {"description": f"{operation['description'].rstrip()}\n\n{sentence}"}
