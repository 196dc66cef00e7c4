"""What of a declared endpoint is well-formed and still can't be served; for the service, and for who checks a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from letterbox.errors import Violation
from letterbox.receive import declared_replies, origin
from letterbox.receive.match import pattern_of


def violations_of(declared: Mapping[str, Any]) -> Iterator[Violation]:
    """Of an endpoint, or of changes of one. Compiles what it is given, which takes long."""
    yield from _path_violations(declared.get("path", "/"))
    yield from declared_replies.violations_of(declared.get("replies", ()), "/replies")
    yield from origin.violations_of(declared.get("allow_from", ()), "/allow_from")
    if declared.get("dedupe") is not None:
        yield from declared_replies.expression_violations(declared["dedupe"]["key"], "/dedupe/key")


def _path_violations(path: str) -> Iterator[Violation]:
    names = pattern_of(path).names
    if len(set(names)) < len(names):
        yield Violation(pointer="/path", keyword="path", message="A path names each of its parameters once.")
    if {".", ".."} & set(path.split("/")):
        message = "A path has no segments `.` and `..`: clients take them out before they send."
        yield Violation(pointer="/path", keyword="path", message=message)
