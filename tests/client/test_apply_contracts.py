"""`letterbox apply`: a contract in the file is the active version, or the next one."""

from __future__ import annotations

from tests.client.terminal import Terminal, lines_of

CONTRACT = {"media_types": ["application/json"], "body": {"type": "object", "required": ["amount"]}}


def test_a_contract_is_added_and_active(terminal: Terminal) -> None:
    terminal.apply({"name": "hub", "path": "/hub", "contract": CONTRACT})
    assert terminal.versions("hub") == [(1, True)]


def test_the_same_contract_is_not_added_again(terminal: Terminal) -> None:
    terminal.apply({"name": "hub", "path": "/hub", "contract": CONTRACT})
    ended = terminal.apply({"name": "hub", "path": "/hub", "contract": {**CONTRACT, "query": None}})
    assert lines_of(ended) == {"hub": "unchanged"}
    assert terminal.versions("hub") == [(1, True)]


def test_another_contract_becomes_the_next_version(terminal: Terminal) -> None:
    terminal.apply({"name": "hub", "path": "/hub", "contract": CONTRACT})
    ended = terminal.apply({"name": "hub", "path": "/hub", "contract": {**CONTRACT, "assert_formats": True}})
    assert "contract: version 1 → version 2" in ended.out
    assert terminal.versions("hub") == [(1, False), (2, True)]


def test_a_contract_that_the_file_no_longer_has_is_deactivated(terminal: Terminal) -> None:
    terminal.apply({"name": "hub", "path": "/hub", "contract": CONTRACT})
    ended = terminal.apply({"name": "hub", "path": "/hub"})
    assert "contract: version 1 → none" in ended.out
    assert terminal.versions("hub") == [(1, False)]


def test_a_contract_that_is_none_is_refused_before_anything_is_done(terminal: Terminal) -> None:
    bad = {"name": "bad", "path": "/bad", "contract": {"body": {"type": "no such type"}}}
    ended = terminal.apply({"name": "hub", "path": "/hub"}, bad)
    assert ended.status == 2
    assert "endpoints[1] (bad).contract" in ended.err
    assert terminal.names() == []
