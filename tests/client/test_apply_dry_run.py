"""`letterbox apply --dry-run`: the difference, and nothing is changed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.client.terminal import Ended, Terminal

DRY = ("--dry-run",)
SECRET = {"env": "HUB"}
TEXT = "our-secret-of-the-hub"


def verified(**verification: Any) -> dict[str, Any]:
    return {"verification": {"secrets": [SECRET], **verification}}


WRONG: list[dict[str, Any]] = [
    {"path": "/a b"},
    {"path": "/hub/"},
    {"path": "/{a}/{a}"},
    {"path": "/a/../b"},
    {"methods": ["post"]},
    {"methods": []},
    {"paused": "no"},
    {"requests_per_second": 0},
    {"max_body_bytes": None},
    {"contract_mode": "off"},
    {"cors": {"origins": ["example.com"]}},
    {"allow_from": ["203.0.113.1/24"]},
    {"dedupe": {"key": "request.body.", "window_seconds": 60}},
    {"dedupe": {"key": "request.body.id"}},
    {"replies": [{"when": "request.bodi", "status": 200}]},
    {"replies": [{"status": 204, "body": 1}, {"headers": {"set-cookie": "a=b"}}]},
    {"replies": [{"status": 999}]},
    verified(scheme="gihub"),
    verified(scheme="github", header="x-signature"),
    verified(scheme="github", secrets=[{"id": "sec_01k5b8p1xpa7z3dj8fssz5awsh"}]),
    verified(scheme="github", secrets=[{**SECRET, "expires_at": "2001-01-31T12:00:00Z"}]),
    verified(scheme="hmac", header="x-signature", template="{timestamp}"),
    verified(scheme="standard-webhooks"),
    {"verification": {"scheme": "github"}},
]


def pointers_in(ended: Ended) -> list[str]:
    """The places that are said to be wrong, in either command's line."""
    line = next(line for line in (ended.out + ended.err).splitlines() if re.match("hub +(would fail:|failed) ", line))
    return re.findall(r"(?:^|; )(/[^ ]*): ", re.sub("^hub +(would fail:|failed) +", "", line))


def test_the_difference_is_printed_and_nothing_is_changed(terminal: Terminal) -> None:
    terminal.declare(name="hub", path="/hub", requests_per_second=5)
    ended = terminal.apply({"name": "hub", "path": "/hub", "paused": True}, options=("--dry-run",))
    assert ended.status == 3
    assert ended.out.splitlines() == [
        "--- hub (there)",
        "+++ hub (endpoints.yaml)",
        "@@ -1,3 +1,3 @@",
        " name: hub",
        " path: /hub",
        "-requests_per_second: 5",
        "+paused: true",
    ]
    assert terminal.endpoint("hub")["paused"] is False


def test_without_a_difference_it_ends_well(terminal: Terminal) -> None:
    terminal.declare(name="hub", path="/hub")
    ended = terminal.apply({"name": "hub", "path": "/hub"}, options=("--dry-run",))
    assert (ended.status, ended.out, ended.err) == (0, "", "Nothing would change.\n")


def test_a_new_endpoint_is_all_difference(terminal: Terminal) -> None:
    ended = terminal.apply({"name": "hub", "path": "/hub"}, options=("--dry-run",))
    assert ended.status == 3
    assert ended.out.splitlines()[-2:] == ["+name: hub", "+path: /hub"]
    assert terminal.names() == []


def test_a_removal_is_all_difference(terminal: Terminal) -> None:
    terminal.declare(name="hub", path="/hub")
    ended = terminal.apply(options=("--dry-run", "--prune"))
    assert ended.status == 3
    assert ended.out.splitlines()[-2:] == ["-name: hub", "-path: /hub"]
    assert terminal.names() == ["hub"]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_would_be_refused_fails_at_the_places_that_the_service_shows(
    terminal: Terminal, wrong: dict[str, Any]
) -> None:
    endpoint = {"name": "hub", "path": "/hub", **wrong}
    tried = terminal.apply(endpoint, options=DRY, HUB=TEXT)
    assert (tried.status, terminal.names()) == (1, [])
    assert TEXT not in tried.err
    assert pointers_in(tried) == pointers_in(terminal.apply(endpoint, HUB=TEXT))


def test_what_is_wrong_with_a_path_is_said_in_the_words_of_the_service(terminal: Terminal) -> None:
    endpoint = {"name": "hub", "path": "/a b"}
    tried = terminal.apply(endpoint, options=DRY).err.splitlines()[-1]
    assert tried.removeprefix("hub would fail: ") in terminal.apply(endpoint).out


def test_an_end_that_is_no_time_would_fail(terminal: Terminal) -> None:
    secret = {**SECRET, "expires_at": "2090-01-31"}
    endpoint = {"name": "hub", "path": "/hub", **verified(scheme="github", secrets=[secret])}
    assert "/verification/secrets/0/expires_at: " in terminal.apply(endpoint, options=DRY, HUB=TEXT).err


def test_a_sound_endpoint_of_every_property_would_not_fail(terminal: Terminal) -> None:
    endpoint = {
        "name": "hub",
        "path": "/hub/{id}/{rest...}",
        "methods": ["GET", "PUT"],
        "contract_mode": "observe",
        "cors": {"origins": ["*"]},
        "allow_from": ["203.0.113.0/24"],
        "dedupe": {"key": "request.body.id", "window_seconds": 60},
        "replies": [{"when": "has(request.body.a)", "status": 201, "body": {}}],
        "requests_per_second": None,
        "retention": {"max_bytes": 5},
        **verified(scheme="github", secrets=[SECRET, {**SECRET, "expires_at": "2090-01-31T12:00:00Z"}]),
    }
    assert terminal.apply(endpoint, options=DRY, HUB=TEXT).status == 3


def test_a_secret_that_is_there_is_kept_and_no_fault(terminal: Terminal) -> None:
    made = terminal.declare(name="hub", path="/hub", verification={"scheme": "github", "secrets": ["a-secret"]})
    kept = [{"id": made["verification"]["secrets"][0]["id"]}]
    endpoint = {"name": "hub", "path": "/hub", "paused": True, **verified(scheme="github", secrets=kept)}
    assert terminal.apply(endpoint, options=DRY).status == 3


@pytest.mark.parametrize("there", ["/hub/{id}", "/hub/{other}"])
def test_a_path_that_another_endpoint_has_would_fail(terminal: Terminal, there: str) -> None:
    terminal.declare(name="other", path=there, methods=["GET", "POST"])
    ended = terminal.apply({"name": "hub", "path": "/hub/{id}", "methods": ["POST", "PUT"]}, options=DRY)
    assert (ended.status, ended.err.splitlines()[-1]) == (1, "hub would fail: /path: other takes POST there")


def test_a_path_that_another_endpoint_of_the_file_gets_would_fail(terminal: Terminal) -> None:
    ended = terminal.apply({"name": "a", "path": "/a"}, {"name": "b", "path": "/a"}, options=DRY)
    assert (ended.status, ended.err.splitlines()[-1]) == (1, "b would fail: /path: a takes POST there")


def test_endpoints_that_stand_in_each_others_way_would_fail(terminal: Terminal) -> None:
    terminal.declare(name="a", path="/a")
    terminal.declare(name="b", path="/b")
    ended = terminal.apply({"name": "a", "path": "/b"}, {"name": "b", "path": "/a"}, options=DRY)
    assert ended.status == 1
    assert ended.err.splitlines()[-2:] == [
        "a would fail: /path: b takes POST there",
        "b would fail: /path: a takes POST there",
    ]


def test_a_path_that_is_given_free_is_no_fault(terminal: Terminal) -> None:
    terminal.declare(name="a", path="/a")
    terminal.declare(name="b", path="/b")
    moved = {"name": "a", "path": "/b"}, {"name": "b", "path": "/c"}
    assert terminal.apply(*moved, options=DRY).status == 3
    assert terminal.apply(moved[0], options=("--dry-run", "--prune")).status == 3


def test_a_path_is_shared_by_disjoint_methods(terminal: Terminal) -> None:
    terminal.declare(name="other", path="/hub")
    assert terminal.apply({"name": "hub", "path": "/hub", "methods": ["GET"]}, options=DRY).status == 3
