"""Where requests are received, as the specification says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from letterbox.binding.operations import CannotBind, Operation


@dataclass(frozen=True)
class Place:
    """Every path below a prefix, by any method: which ones are taken, each address decides for itself.

    The canonical path is one that connexion routes there, and `methods` are those that it routes.
    """

    prefix: str
    methods: frozenset[str]
    canonical_path: str


def place_of(operations: Iterable[Operation]) -> Place | None:
    """Read from the one path whose replies users declare; None if there is none, CannotBind if there are several."""
    receiving = [operation for operation in operations if operation.replies_are_declared]
    if not receiving:
        return None
    path = receiving[0].path
    if any(operation.path != path for operation in receiving) or "{" not in path:
        raise CannotBind("Operations with x-replies: declared must share one path with parameters.")
    methods = {operation.method.upper() for operation in receiving}
    prefix = path.partition("{")[0]
    canonical = prefix + "/".join("x" for _ in path.removeprefix(prefix).split("/"))
    return Place(prefix, frozenset(methods | ({"HEAD"} if "GET" in methods else set())), canonical)
