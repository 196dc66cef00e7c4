"""Matching: which endpoint takes a request, held against a plain reference that looks at every endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.receive.match import Match, RouteMap, allow_of, pattern_of

LITERAL, PARAMETER, REST = range(3)
tried = settings(derandomize=True, deadline=None, max_examples=150)


@dataclass(frozen=True)
class Listens:
    """An endpoint of the reference: its declared path, and its methods."""

    path: str
    methods: tuple[str, ...]

    def takes(self, segments: list[str]) -> tuple[tuple[int, ...], dict[str, str]] | None:
        """How specific it is at this path (less is more), and the parameters; None if it does not fit."""
        kinds: list[int] = []
        values: dict[str, str] = {}
        declared = self.path[1:].split("/")
        for place, part in enumerate(declared):
            if part.endswith("...}"):
                left = segments[place:]
                fits = bool(left) and left != [""] * len(left)
                return ((*kinds, REST), values | {part[1:-4]: "/".join(left)}) if fits else None
            if place >= len(segments):
                return None
            if part.startswith("{"):
                kinds.append(PARAMETER)
                values[part[1:-1]] = segments[place]
                if segments[place] == "":
                    return None
            elif part == segments[place]:
                kinds.append(LITERAL)
            else:
                return None
        return (tuple(kinds), values) if len(declared) == len(segments) else None


def plainly(endpoints: list[Listens], path: str, method: str) -> tuple[Listens | None, dict[str, str], frozenset[str]]:
    """Who takes a method at a path, with what, or else which methods are taken there."""
    segments = [unquote(segment) for segment in path[1:].split("/")]
    fitting = [(fit, one) for one in endpoints if (fit := one.takes(segments)) is not None]
    for (_, values), one in sorted(fitting, key=lambda each: each[0][0]):
        if ("GET" if method == "HEAD" else method) in one.methods:
            return one, values, frozenset()
    return None, {}, frozenset(method for _, one in fitting for method in one.methods)


words = some.sampled_from(["a", "b", "c"])
parts = words | some.sampled_from(["{x}", "{y}", "{z}"])
ends = some.sampled_from(["", "", "/{rest...}", "/{others...}"])
paths = some.builds(lambda begin, end: "/" + "/".join(begin) + end, some.lists(parts, min_size=1, max_size=4), ends)
methods = some.sets(some.sampled_from(["GET", "POST", "PUT"]), min_size=1).map(sorted).map(tuple)
declared = some.lists(some.builds(Listens, paths | some.just("/{rest...}"), methods), max_size=12)
segments = words | some.sampled_from(["", "a%2Fb", "%61", "d", "%C3%BC", "{x}"])
asked = some.lists(segments, min_size=1, max_size=6).map(lambda each: "/" + "/".join(each))
asked_methods = some.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])


def disjoint(endpoints: list[Listens]) -> list[Listens]:
    """What the store lets in: two endpoints never take one method at one path."""
    taken: set[tuple[str, str]] = set()
    let_in = []
    for one in endpoints:
        wanted = {(pattern_of(one.path).shape, method) for method in one.methods}
        if not wanted & taken:
            taken |= wanted
            let_in.append(one)
    return let_in


def require_alike(found: Match[Listens], endpoints: list[Listens], path: str, method: str) -> None:
    taker, values, others = plainly(endpoints, path, method)
    assert (found.taker, found.parameters, found.methods) == (taker, values, others)
    assert (found.nearest in endpoints) if others else (found.nearest is None)


@tried
@given(declared, some.lists(some.tuples(asked, asked_methods), min_size=1, max_size=6))
def test_the_map_finds_whom_the_reference_finds(offered: list[Listens], calls: list[tuple[str, str]]) -> None:
    endpoints, routes = disjoint(offered), RouteMap[Listens]()
    for one in endpoints:
        routes.put(one.path, one.methods, one)
    for path, method in calls:
        require_alike(routes.find(path, method), endpoints, path, method)


@tried
@given(declared, some.data())
def test_the_map_finds_whom_the_reference_finds_after_endpoints_have_moved_and_gone(
    offered: list[Listens], data: some.DataObject
) -> None:
    endpoints, routes = disjoint(offered), RouteMap[Listens]()
    for one in endpoints:
        routes.put(one.path, one.methods, one)
    for _ in range(data.draw(some.integers(0, 6))):
        move(endpoints, routes, data)
        path, method = data.draw(asked), data.draw(asked_methods)
        require_alike(routes.find(path, method), endpoints, path, method)


def move(endpoints: list[Listens], routes: RouteMap[Listens], data: some.DataObject) -> None:
    """Take one away, or have it listen elsewhere: the new place first, then the old one, as the directory does."""
    if not endpoints:
        return
    old = endpoints.pop(data.draw(some.integers(0, len(endpoints) - 1)))
    new = Listens(data.draw(paths), data.draw(methods))
    if data.draw(some.booleans()) and len(disjoint([*endpoints, new])) > len(endpoints):
        endpoints.append(new)
        routes.put(new.path, new.methods, new)
    routes.drop(old.path, old.methods, old)


def test_a_literal_goes_before_a_parameter_and_a_parameter_before_the_rest() -> None:
    routes = RouteMap[str]()
    for path in ("/{rest...}", "/orders/{id}", "/orders/new", "/{noun}/new"):
        routes.put(path, ("POST",), path)
    found = {path: routes.find(path, "POST").taker for path in ("/orders/new", "/orders/7", "/users/new", "/users/7")}
    assert list(found.values()) == ["/orders/new", "/orders/{id}", "/{noun}/new", "/{rest...}"]


def test_a_less_specific_endpoint_answers_a_method_that_the_specific_one_does_not_take() -> None:
    routes = RouteMap[str]()
    routes.put("/orders/new", ("GET",), "specific")
    routes.put("/orders/{id}", ("POST",), "general")
    found = routes.find("/orders/new", "POST")
    assert (found.taker, found.parameters) == ("general", {"id": "new"})
    assert routes.find("/orders/new", "PUT").methods == {"GET", "POST"}
    assert routes.find("/orders/new", "PUT").nearest == "specific"


@pytest.mark.parametrize(
    "path",
    ["/%ff", "/%00", "/a%00b", "/%ed%a0%80", "/\xfc", "/{a}/%c0%80"],
)
def test_a_path_that_is_no_text_reaches_nobody(path: str) -> None:
    routes = RouteMap[str]()
    routes.put("/{rest...}", ("POST",), "everything")
    assert routes.find(path, "POST") == Match(None, {}, None, frozenset())


@pytest.mark.parametrize("path", ["/" + "/a" * 10_000, "/" * 10_000, "/" + "a" * 100_000, "/%41" * 10_000])
def test_a_very_long_path_is_looked_up_like_any_other(path: str) -> None:
    routes = RouteMap[str]()
    routes.put("/a/{b}/c", ("POST",), "one")
    routes.put("/{rest...}", ("GET",), "everything")
    assert routes.find(path, "POST").taker is None
    assert routes.find(path, "GET").taker == ("everything" if path.strip("/") else None)


def test_no_endpoint_has_a_path_so_branched_that_a_lookup_explodes() -> None:
    routes = RouteMap[int]()
    for number in range(2**10):
        parts = ["a" if number >> place & 1 else f"{{p{place}}}" for place in range(10)]
        routes.put("/" + "/".join([*parts, "end"]), ("POST",), number)
    assert routes.find("/" + "/".join(["a"] * 10 + ["end"]), "POST").taker == 2**10 - 1
    assert routes.find("/" + "/".join(["a"] * 10 + ["other"]), "POST").taker is None


@pytest.mark.parametrize(
    ("methods", "allow"),
    [(set(), "OPTIONS"), ({"POST"}, "OPTIONS, POST"), ({"GET", "PUT"}, "GET, HEAD, OPTIONS, PUT")],
)
def test_allow_names_what_is_taken_and_what_comes_with_it(methods: set[str], allow: str) -> None:
    assert allow_of(frozenset(methods)) == allow


@pytest.mark.parametrize(
    ("path", "shape", "names"),
    [
        ("/a/b", "/a/b", ()),
        ("/a/{b}", "/a/{}", ("b",)),
        ("/{a}/{b...}", "/{}/{...}", ("a", "b")),
        ("/a{b}", "/a{b}", ()),
        ("/{b", "/{b", ()),
    ],
)
def test_the_shape_of_a_path_leaves_out_how_its_parameters_are_called(
    path: str, shape: str, names: tuple[str, ...]
) -> None:
    assert (pattern_of(path).shape, pattern_of(path).names) == (shape, names)
