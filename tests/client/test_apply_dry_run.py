"""`letterbox apply --dry-run`: the difference, and nothing is changed."""

from __future__ import annotations

from tests.client.terminal import Terminal


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
