"""`letterbox apply`: what cannot be done is said in one line."""

from __future__ import annotations

from tests.client.terminal import Terminal


def test_without_a_file_it_says_what_to_give(terminal: Terminal) -> None:
    assert "Give a FILE, or --print." in terminal.run("apply").err


def test_a_file_and_print_at_once_are_refused(terminal: Terminal) -> None:
    assert terminal.run("apply", "endpoints.yaml", "--print").status == 2


def test_delete_requests_without_prune_is_refused(terminal: Terminal) -> None:
    assert "only with --prune" in terminal.run("apply", "endpoints.yaml", "--delete-requests").err


def test_a_service_that_is_not_there_ends_it_in_one_line(terminal: Terminal) -> None:
    ended = terminal.run("apply", "--print", LETTERBOX_URL="http://127.0.0.1:9")
    assert (ended.status, ended.err) == (
        1,
        "letterbox: http://127.0.0.1:9 does not answer (ConnectError): is LETTERBOX_URL right?\n",
    )


def test_a_wrong_key_ends_it_in_one_line(terminal: Terminal) -> None:
    ended = terminal.run("apply", "--print", LETTERBOX_API_KEY="lbk_wrong")
    assert ended.status == 1
    assert "set LETTERBOX_API_KEY to a key of this service" in ended.err
    assert ended.err.count("\n") == 1


def test_a_file_that_is_not_there_ends_it_in_one_line(terminal: Terminal) -> None:
    ended = terminal.run("apply", "absent.yaml")
    assert ended.status == 2
    assert ended.err.startswith("letterbox: absent.yaml: cannot be read")
    assert ended.err.count("\n") == 1


def test_a_key_that_may_not_see_the_projects_defaults_needs_them_said(terminal: Terminal) -> None:
    made = terminal.client.post("/v1/projects", json={"slug": "unseen"}).raise_for_status().json()
    terminal.variables["LETTERBOX_API_KEY"] = made["admin_key"]["secret"]
    assert terminal.apply({"name": "hub", "path": "/hub"}).status == 0
    ended = terminal.apply({"name": "hub", "path": "/hub", "replies": []})
    assert ended.status == 2
    assert "the file has to say verification, contract_mode, max_body_bytes" in ended.err
