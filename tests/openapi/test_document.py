"""The bundle as a whole: valid OpenAPI, nothing left over, nothing said twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import validate

from letterbox import __version__
from letterbox.errors import refusals


def test_the_whole_bundle_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_its_version_is_that_of_the_distribution(document: dict[str, Any]) -> None:
    assert document["info"]["version"] == __version__


def test_every_url_has_a_file_of_its_own(root: Path) -> None:
    paths = yaml.safe_load((root / "openapi.yaml").read_text())["paths"]
    files = [item["$ref"] for item in paths.values()]
    assert [item for item in paths.values() if list(item) != ["$ref"]] == []
    assert [file for file, uses in Counter(files).items() if uses > 1] == []


def test_every_file_is_referred_to(root: Path) -> None:
    referred = {target for file in root.rglob("*.yaml") for target in _targets(file)}
    assert {file for file in root.rglob("*") if file.is_file()} == referred | {root / "openapi.yaml"}


def test_every_definition_in_a_file_is_used(document: dict[str, Any], root: Path) -> None:
    folders = [folder for folder in root.iterdir() if folder.is_dir() and folder.name != "paths"]
    written = {folder.name: Counter(_names(folder)) for folder in folders}
    sections = {name: Counter([*section]) for name, section in document["components"].items()}
    assert sections == written | {"securitySchemes": Counter(["bearerAuth"])}


def test_the_problem_types_are_the_slugs_of_the_refusals(document: dict[str, Any]) -> None:
    types = document["components"]["schemas"]["ProblemType"]["enum"]
    assert sorted(types) == sorted({f"/problems/{refusal.slug}" for refusal in refusals()})


def test_every_problem_is_shown_with_the_status_that_its_refusal_has(document: dict[str, Any]) -> None:
    statuses = {f"/problems/{refusal.slug}": refusal.status for refusal in refusals()}
    shown = {problem["type"]: problem["status"] for problem in _problems(document)}
    assert shown == {kind: status for kind, status in statuses.items() if kind != "/problems/internal-error"}


def test_the_type_of_every_problem_is_shown_once(document: dict[str, Any]) -> None:
    types = Counter(problem["type"] for problem in _problems(document))
    assert [kind for kind, times in types.items() if times > 1] == []


def test_no_enumeration_is_written_twice(document: dict[str, Any]) -> None:
    enumerations = [tuple(node["enum"]) for node in _nodes(document) if isinstance(node.get("enum"), list)]
    assert [enumeration for enumeration, times in Counter(enumerations).items() if times > 1] == []


def test_no_enumeration_is_nullable(document: dict[str, Any]) -> None:
    """Generators make several types of one that lists null."""
    assert [
        node for node in _nodes(document) if "enum" in node and (node.get("nullable") or None in node["enum"])
    ] == []


def test_what_may_be_null_names_its_type(document: dict[str, Any]) -> None:
    """In OpenAPI 3.0 nullable does nothing without a type beside it."""
    assert [node for node in _nodes(document) if node.get("nullable") and "type" not in node] == []


def test_every_object_is_closed(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    objects = {name: schema for name, schema in schemas.items() if schema["type"] == "object"}
    assert [name for name, schema in objects.items() if schema.get("additionalProperties") is not False] == []


def test_every_pattern_is_linear_and_whole(document: dict[str, Any]) -> None:
    """Compiled validators know no looking ahead, and a pattern without ends matches anywhere."""
    patterns = [node["pattern"] for node in _nodes(document) if isinstance(node.get("pattern"), str)]
    assert [one for one in patterns if "(?" in one or re.search(r"\\[1-9]", one)] == []
    assert [one for one in patterns if not (one.startswith("^") and one.endswith("$"))] == []


def test_an_issued_key_is_a_key_with_its_secret(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["IssuedKey"]["required"] == [*schemas["Key"]["required"], "secret"]
    assert schemas["CreatedProject"]["required"] == [*schemas["Project"]["required"], "admin_key"]


def test_answers_name_every_property_as_required(document: dict[str, Any]) -> None:
    answers = ("Project", "CreatedProject", "Key", "IssuedKey", "Endpoint", "Request", "Violation")
    schemas = {name: document["components"]["schemas"][name] for name in answers}
    assert [name for name, one in schemas.items() if one["required"] != list(one["properties"])] == []


def _targets(file: Path) -> Iterator[Path]:
    references = re.findall(r"\$ref: '?([^#}\s']+)", file.read_text())
    return ((file.parent / reference).resolve() for reference in references)


def _names(folder: Path) -> Iterator[str]:
    for file in folder.glob("*.yaml"):
        yield from yaml.safe_load(file.read_text())


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document, examples left out."""
    if isinstance(node, dict):
        yield node
        for part in (part for name, part in node.items() if name not in ("example", "examples")):
            yield from _nodes(part)
    for part in node if isinstance(node, list) else ():
        yield from _nodes(part)


def _problems(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for response in document["components"]["responses"].values():
        media = response.get("content", {}).get("application/problem+json", {})
        yield from [media["example"]] if "example" in media else []
        yield from (example["value"] for example in media.get("examples", {}).values())
