"""`letterbox apply`: secrets come from elsewhere, and show nowhere."""

from __future__ import annotations

from tests.client.terminal import Terminal, lines_of

ENDPOINT = {"name": "hub", "path": "/hub", "verification": {"scheme": "github", "secrets": [{"env": "HUB"}]}}


def secret_ids(terminal: Terminal) -> list[str]:
    return [secret["id"] for secret in terminal.endpoint("hub")["verification"]["secrets"]]


def test_a_secret_comes_from_the_environment_and_is_in_no_output(terminal: Terminal) -> None:
    ended = terminal.apply(ENDPOINT, HUB="our-secret-of-github")
    assert ended.status == 0
    assert len(secret_ids(terminal)) == 1
    assert "our-secret" not in ended.out + ended.err


def test_the_same_secret_changes_nothing(terminal: Terminal) -> None:
    terminal.apply(ENDPOINT, HUB="our-secret-of-github")
    ids = secret_ids(terminal)
    assert lines_of(terminal.apply(ENDPOINT, HUB="our-secret-of-github")) == {"hub": "unchanged"}
    assert secret_ids(terminal) == ids


def test_another_secret_takes_its_place(terminal: Terminal) -> None:
    terminal.apply(ENDPOINT, HUB="our-secret-of-github")
    ids = secret_ids(terminal)
    ended = terminal.apply(ENDPOINT, HUB="another-secret-of-github")
    assert lines_of(ended) == {"hub": "changed"}
    assert secret_ids(terminal) != ids
    assert "another-secret" not in ended.out + ended.err


def test_a_dry_run_says_that_it_cannot_see_whether_a_secret_is_the_same(terminal: Terminal) -> None:
    terminal.apply(ENDPOINT, HUB="our-secret-of-github")
    ended = terminal.run("apply", "endpoints.yaml", "--dry-run", HUB="another-secret-of-github")
    assert ended.status == 0
    assert "Only the service can tell whether the secrets are the same: hub." in ended.err


def test_a_secret_that_the_file_no_longer_has_is_a_difference(terminal: Terminal) -> None:
    terminal.apply(ENDPOINT, HUB="our-secret-of-github")
    ended = terminal.apply({"name": "hub", "path": "/hub"}, options=("--dry-run",))
    assert ended.status == 3
    assert "-verification:" in ended.out
