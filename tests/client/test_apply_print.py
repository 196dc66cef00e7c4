"""`letterbox apply --print`: a file of what is there, which changes nothing when it is applied."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from letterbox.client import api, shape
from letterbox.client.documents import parsed
from tests.client.terminal import Terminal, lines_of

CONTRACT = {"media_types": ["application/json"], "body": {"type": "object"}, "event_type": "request.body.type"}

TEXTS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
BODIES = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.floats(-1e6, 1e6) | TEXTS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
REPLIES = some.fixed_dictionaries(
    {"status": some.sampled_from([200, 201, 400, 503])},
    optional={
        "body": BODIES,
        "headers": some.dictionaries(
            some.sampled_from(["x-a", "X-B"]), some.text("abc: #'\"\\\t é", max_size=9), max_size=2
        ),
    },
)
PROPERTIES: dict[str, some.SearchStrategy[Any]] = {
    "methods": some.lists(some.sampled_from(["GET", "POST", "PUT"]), min_size=1, unique=True),
    "contract_mode": some.sampled_from(["enforce", "quarantine", "observe"]),
    "replies": some.lists(REPLIES, max_size=2),
    "max_body_bytes": some.integers(0, 33554432),
    "requests_per_second": some.none() | some.integers(1, 1000000),
    "cors": some.builds(dict, origins=some.sampled_from([[], ["*"], ["https://www.example.com", "http://[::1]:80"]])),
    "allow_from": some.sampled_from([[], ["203.0.113.0/24", "2001:db8::/32"]]),
    "public_docs": some.booleans(),
    "retention": some.sampled_from([{}, {"max_age_seconds": 60}, {"max_age_seconds": None, "max_bytes": 7}]),
    "paused": some.booleans(),
    "dedupe": some.none()
    | some.fixed_dictionaries({"key": some.just("request.body.id"), "window_seconds": some.just(9)}),
}
ENDPOINTS = some.fixed_dictionaries(
    {"name": some.from_regex(r"[a-df-z0-9][a-z0-9_-]{0,12}", fullmatch=True).filter(lambda name: "_" not in name[:4])},
    optional=PROPERTIES,
)
ALL_OF_THEM = some.lists(ENDPOINTS, max_size=3, unique_by=lambda endpoint: str(endpoint["name"]))

FEW = settings(
    derandomize=True, deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def printed(terminal: Terminal) -> str:
    ended = terminal.run("apply", "--print")
    assert ended.status == 0, ended.err
    return ended.out


@FEW
@given(ALL_OF_THEM)
def test_what_was_printed_changes_nothing_when_it_is_applied(
    terminal: Terminal, endpoints: list[dict[str, Any]]
) -> None:
    terminal.clear()
    there = [terminal.declare(**one, path=f"/{number}") for number, one in enumerate(endpoints)]
    ended = terminal.run("apply", terminal.write(printed(terminal)), "--prune")
    assert set(lines_of(ended).values()) <= {"unchanged"}
    assert [terminal.endpoint(one["name"]) for one in there] == there


@FEW
@given(ALL_OF_THEM)
def test_what_was_printed_brings_all_of_it_back(terminal: Terminal, endpoints: list[Any]) -> None:
    terminal.clear()
    there = [terminal.declare(**one, path=f"/{number}") for number, one in enumerate(endpoints)]
    file = terminal.write(printed(terminal))
    terminal.clear()
    assert terminal.run("apply", file).status == 0
    again = [terminal.endpoint(one["name"]) for one in there]
    assert [shape.declared(one) for one in again] == [shape.declared(one) for one in there]


def test_an_endpoint_with_a_contract_and_a_secret_is_printed_and_changes_nothing(terminal: Terminal) -> None:
    verification = {
        "scheme": "github",
        "secrets": ["one-secret", {"secret": "two", "expires_at": "2090-01-31T12:00:00Z"}],
    }
    terminal.declare(name="hub", path="/hub", verification=verification)
    terminal.client.post("/v1/endpoints/hub/contracts", json={**CONTRACT, "active": True}).raise_for_status()
    before = terminal.endpoint("hub")
    ended = terminal.run("apply", terminal.write(printed(terminal)))
    assert ended.out == "hub  unchanged\n1 unchanged.\n"
    assert terminal.endpoint("hub") == before


@pytest.mark.parametrize(
    "verification",
    [
        {"scheme": "basic", "username": "us", "secrets": ["a-password"]},
        {"scheme": "api-key", "in": "query", "name": "key", "secrets": ["a-key", "another-key"]},
        {"scheme": "hmac", "header": "x-signature", "secrets": ["a-secret"]},
        {
            "scheme": "hmac",
            "header": "x-signature",
            "timestamp_header": "x-time",
            "prefix": "v1=",
            "secrets": ["a-secret"],
        },
        {"scheme": "github", "methods": ["POST"], "secrets": ["a-secret"]},
    ],
)
def test_each_scheme_is_printed_and_changes_nothing(terminal: Terminal, verification: dict[str, Any]) -> None:
    terminal.declare(name="hub", path="/hub", verification=verification)
    assert terminal.run("apply", terminal.write(printed(terminal))).out == "hub  unchanged\n1 unchanged.\n"


@pytest.mark.parametrize("more", [{}, {"timestamp_header": "x-time"}])
def test_the_defaults_of_a_scheme_are_no_difference(terminal: Terminal, more: dict[str, str]) -> None:
    verification = {"scheme": "hmac", "header": "x-signature", **more, "secrets": [{"env": "HUB"}]}
    endpoint = {"name": "hub", "path": "/hub", "verification": verification}
    terminal.apply(endpoint, HUB="a-secret")
    assert terminal.apply(endpoint, options=("--dry-run",), HUB="a-secret").status == 0


def test_defaults_are_left_out(terminal: Terminal) -> None:
    terminal.declare(name="hub", path="/hub", paused=True)
    assert printed(terminal) == "endpoints:\n- name: hub\n  path: /hub\n  paused: true\n"


@pytest.mark.parametrize(
    "said",
    [
        {"header": "x-signature"},
        {"header": "x-signature", "timestamp_header": "x-time"},
        {"encoding": "base64", "header": "x-signature", "prefix": "v1="},
        {"header": "x-signature", "template": "{body}.{timestamp}", "timestamp_header": "x-time"},
    ],
)
def test_the_defaults_of_a_scheme_are_left_out(terminal: Terminal, said: dict[str, str]) -> None:
    terminal.declare(name="hub", path="/hub", verification={"scheme": "hmac", **said, "secrets": ["a-secret"]})
    found = parsed(printed(terminal).encode(), "it")["endpoints"][0]["verification"]
    assert list(found) == ["scheme", *said, "secrets"]


def test_the_defaults_of_a_scheme_are_no_part_of_a_difference(terminal: Terminal) -> None:
    verification = {"scheme": "hmac", "prefix": "v1=", "header": "x-signature", "secrets": [{"env": "HUB"}]}
    terminal.apply({"name": "hub", "path": "/hub", "verification": verification}, HUB="a-secret")
    other = {"name": "hub", "path": "/hub", "verification": {**verification, "algorithm": "sha1"}}
    ended = terminal.apply(other, options=("--dry-run",), HUB="a-secret")
    changed = {line[1:].split(":")[0].strip() for line in ended.out.splitlines()[2:] if line[0] in "+-"}
    assert changed == {"algorithm", "- id", "- env"}


def test_every_property_that_can_be_declared_has_a_default_here(terminal: Terminal) -> None:
    terminal.declare(name="hub", path="/hub")
    known = {**shape.DEFAULTS, **dict.fromkeys(shape.FROM_PROJECT)}
    assert shape.declared(terminal.endpoint("hub")).keys() - {"name", "path"} == known.keys()


def test_endpoints_are_printed_by_name(terminal: Terminal) -> None:
    for name in ("b", "c", "a"):
        terminal.declare(name=name, path=f"/{name}")
    assert [one["name"] for one in parsed(printed(terminal).encode(), "it")["endpoints"]] == ["a", "b", "c"]


def test_more_endpoints_than_a_page_are_printed(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PAGE", 2)
    for number in range(5):
        terminal.declare(name=f"n{number}", path=f"/{number}")
    assert printed(terminal).count("- name: ") == 5


def test_where_nothing_is_the_list_is_empty(terminal: Terminal) -> None:
    assert printed(terminal) == "endpoints: []\n"


def test_a_secret_is_printed_as_its_id(terminal: Terminal) -> None:
    verification = {"scheme": "github", "secrets": ["our-secret-of-github"]}
    made = terminal.declare(name="hub", path="/hub", verification=verification)
    text = printed(terminal)
    assert f"- id: {made['verification']['secrets'][0]['id']}\n" in text
    assert "our-secret" not in text


def a_key_of_another_project(terminal: Terminal, slug: str) -> str:
    made = terminal.client.post("/v1/projects", json={"slug": slug}).raise_for_status().json()
    secret: str = made["admin_key"]["secret"]
    with httpx.Client(base_url=terminal.client.base_url, headers={"authorization": f"Bearer {secret}"}) as client:
        client.post("/v1/endpoints", json={"name": "hub", "path": "/hub"}).raise_for_status()
    return secret


def test_a_project_of_its_own_prints_and_applies_the_same_without_change(terminal: Terminal) -> None:
    key = a_key_of_another_project(terminal, "printed")
    file = terminal.write(terminal.run("apply", "--print", LETTERBOX_API_KEY=key).out)
    assert terminal.run("apply", file, LETTERBOX_API_KEY=key).out == "hub  unchanged\n1 unchanged.\n"
