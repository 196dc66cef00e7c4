"""Who takes which methods at which paths, step by step: whether one endpoint stands in another's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from letterbox.client.plan import Create, Remove, Replace, Step
from letterbox.client.shape import DEFAULTS
from letterbox.receive.match import pattern_of

Route = tuple[str, str]  # a path without its parameters' names, and a method
Move = Create | Replace


def routes_of(endpoint: Mapping[str, Any]) -> set[Route]:
    shape = pattern_of(endpoint["path"]).shape
    return {(shape, method) for method in endpoint.get("methods", DEFAULTS["methods"])}


def blocked(steps: Sequence[Step], there: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """The endpoints that could not come to their place among those that are there, and why, tried as `apply` does."""
    holders = {route: endpoint["name"] for endpoint in there for route in routes_of(endpoint)}
    for step in steps:
        if isinstance(step, Remove):
            _leave(holders, step)
    waiting: list[Move] = [step for step in steps if not isinstance(step, Remove)]
    while waiting:
        still = [step for step in waiting if not _moves(holders, step)]
        if len(still) == len(waiting):
            yield from ((step.name, _obstacle(holders, step)) for step in still)
            return
        waiting = still


def _moves(holders: dict[Route, str], step: Move) -> bool:
    """Whether an endpoint can come to its place; it has it then."""
    routes = routes_of(step.wanted.endpoint)
    if any(holders.get(route, step.name) != step.name for route in routes):
        return False
    if isinstance(step, Replace):
        _leave(holders, step)
    holders |= dict.fromkeys(routes, step.name)
    return True


def _leave(holders: dict[Route, str], step: Replace | Remove) -> None:
    for route in routes_of(step.there.endpoint):
        if holders.get(route) == step.name:
            del holders[route]


def _obstacle(holders: Mapping[Route, str], step: Move) -> str:
    taken = {(holders[route], route[1]) for route in routes_of(step.wanted.endpoint) if route in holders}
    others = sorted(f"{name} takes {method} there" for name, method in taken if name != step.name)
    return f"/path: {', '.join(others)}"
