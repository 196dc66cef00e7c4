"""`letterbox apply --prune`: what the file does not have is removed, if somebody says so."""

from __future__ import annotations

import pytest

from letterbox.client import command_apply
from tests.client.terminal import Terminal, lines_of


def test_what_the_file_does_not_have_is_removed(terminal: Terminal) -> None:
    terminal.declare(name="old", path="/hub")
    ended = terminal.apply({"name": "hub", "path": "/hub"}, options=("--prune", "--yes"))
    assert lines_of(ended) == {"old": "removed", "hub": "created"}
    assert terminal.names() == ["hub"]


def test_where_nobody_can_be_asked_nothing_is_done(terminal: Terminal) -> None:
    terminal.declare(name="old", path="/old")
    ended = terminal.apply({"name": "hub", "path": "/hub"}, options=("--prune",))
    assert (ended.status, ended.err) == (2, "letterbox: this would remove old; say --yes if it may\n")
    assert terminal.names() == ["old"]


@pytest.mark.parametrize(("typed", "left"), [("n\n", ["old"]), ("y\n", [])])
def test_a_person_is_asked(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, typed: str, left: list[str]) -> None:
    terminal.declare(name="old", path="/old")
    monkeypatch.setattr(command_apply, "is_asked", lambda: True)
    ended = terminal.run("apply", terminal.write({"endpoints": []}), "--prune", typed=typed)
    assert "Remove old? [y/N]" in ended.err
    assert terminal.names() == left


def test_requests_are_not_deleted_unless_that_is_said(terminal: Terminal) -> None:
    terminal.declare(name="old", path="/old")
    terminal.send("/old", content=b"letter")
    ended = terminal.apply(options=("--prune", "--yes"))
    assert ended.status == 1
    assert "--delete-requests removes it with its requests" in ended.out
    assert terminal.names() == ["old"]


def test_requests_are_deleted_if_that_is_said(terminal: Terminal) -> None:
    terminal.declare(name="old", path="/old")
    terminal.send("/old", content=b"letter")
    assert terminal.apply(options=("--prune", "--yes", "--delete-requests")).status == 0
    assert terminal.names() == []
