"""The command: what stops a start, what a first start makes and says, and what is listed."""

from __future__ import annotations

import importlib
import socket
import stat
import subprocess
from pathlib import Path

import pytest

import app
from letterbox.binding import distinct
from letterbox.config import Settings, described
from letterbox.service import Service
from letterbox.store import lock
from tests.faults.server import TOP, Server
from tests.house.command import ADMIN_KEY, Command

OPERATIONS = distinct(app.document())


@pytest.mark.parametrize("word", ["serve", "migrate", "routes"])
@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("threads", "none", "LETTERBOX_THREADS must be a whole number from 1 to 256"),
        ("prot", "80", "LETTERBOX_PROT is not a setting; did you mean LETTERBOX_PORT?"),
        ("admin_key", "short", "LETTERBOX_ADMIN_KEY must be at least 32"),
    ],
)
def test_a_bad_setting_ends_the_command_in_one_line(
    command: Command, word: str, setting: str, value: str, says: str
) -> None:
    assert says in command.refusal(word, **{setting: value})


def test_a_port_that_is_taken_ends_the_start_in_one_line(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1 port {port}" in command.refusal("serve", port=str(port))


@pytest.mark.parametrize("host", ["192.0.2.1", "x" * 300])
def test_a_host_that_is_not_here_ends_the_start_in_one_line(command: Command, host: str) -> None:
    assert "cannot listen on" in command.refusal("serve", host=host)


@pytest.mark.parametrize("word", ["serve", "migrate", "routes"])
@pytest.mark.parametrize("database", ["a-folder", "no-database", "a-file/letterbox.db"])
def test_a_database_that_cannot_be_one_ends_the_command_in_one_line(command: Command, word: str, database: str) -> None:
    (command.folder / "a-folder").mkdir()
    (command.folder / "no-database").write_text("This is a letter and no database. " * 100)
    (command.folder / "a-file").write_text("")
    command.refusal(word, database_url=f"sqlite:///{command.folder / database}")


def test_a_second_process_on_the_same_database_ends_in_one_line(tmp_path: Path) -> None:
    server = Server(tmp_path, lock_seconds="0")
    environment = server.environment()
    del environment["PYTHONPYCACHEPREFIX"]  # what was compiled before will do
    held = lock.hold(server.database, 0)
    ended = subprocess.run(server.command, cwd=TOP, env=environment, capture_output=True, text=True, check=False)
    lock.let_go(held)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"letterbox: {server.database} is in use by another letterbox process")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("word", ["serve", "migrate"])
def test_a_database_that_is_held_ends_the_command_in_one_line(command: Command, word: str) -> None:
    held = lock.hold(command.folder / "letterbox.db", 0)
    assert "is in use by another letterbox process" in command.refusal(word)
    lock.let_go(held)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_every_operation_is_listed_with_its_url_and_a_handler_that_is_there(
    operation: object, listed: list[list[str]]
) -> None:
    named = next(each for each in OPERATIONS if each is operation)
    line = [named.id, named.method.upper(), named.path, f"handlers.{named.id}"]
    assert listed.count(line) == 1
    module, _, function = line[3].rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The words of each line of `letterbox routes`, over a store that was served once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        command = Command(tmp_path_factory.mktemp("routes"), monkeypatch)
        command("serve")
        ended = command("routes")
    assert (ended.status, ended.err) == (0, "")
    return [line.split() for line in ended.out.splitlines()]


def test_no_other_operation_is_listed(listed: list[list[str]]) -> None:
    assert len([line for line in listed if line and line[-1].startswith("handlers.")]) == len(OPERATIONS)


def test_every_declared_endpoint_is_listed_with_its_methods_and_its_whole_url(listed: list[list[str]]) -> None:
    assert ["inbox", "GET,POST,PUT,PATCH,DELETE", "http://127.0.0.1:0/in/default/inbox"] in listed


def test_routes_beside_a_running_service_lists_the_operations_and_says_why_no_more(command: Command) -> None:
    held = lock.hold(command.folder / "letterbox.db", 0)
    ended = command("routes")
    lock.let_go(held)
    assert ended.status == 0
    assert "endpoints.create" in ended.out
    assert ended.out.splitlines()[-1].startswith("A running service holds the store")


def test_migrate_makes_the_tables_and_does_nothing_the_second_time(command: Command) -> None:
    for _ in range(2):
        ended = command("migrate")
        assert (ended.status, ended.out) == (0, "The tables are at their newest version.\n")
    assert (command.folder / "letterbox.db").stat().st_size > 0


def test_a_first_start_says_the_key_once_and_where_it_is_kept(command: Command) -> None:
    first, second = command("serve").out, command("serve").out
    key = (command.folder / "admin-key").read_text().strip()
    assert f"/#key={key}\n" in first
    assert str(command.folder / "admin-key") in first
    assert key not in second
    assert "curl -d" in second


@pytest.mark.parametrize("word", ["migrate", "routes"])
def test_the_first_start_says_the_key_whatever_was_run_before(command: Command, word: str) -> None:
    command(word)
    assert "/#key=" in command("serve").out


def test_a_key_that_was_given_is_never_said(command: Command) -> None:
    assert ADMIN_KEY not in command("serve", admin_key=ADMIN_KEY).out
    assert not (command.folder / "admin-key").exists()


@pytest.mark.parametrize("name", ["admin-key", "secret-key"])
def test_what_is_secret_can_be_read_by_its_owner_alone(command: Command, name: str) -> None:
    command("serve")
    assert stat.S_IMODE((command.folder / name).stat().st_mode) == 0o600


def test_a_lost_secret_key_stops_the_start(command: Command) -> None:
    command("serve")
    (command.folder / "secret-key").unlink()
    assert "this store was sealed with it" in command.refusal("serve")
    assert not (command.folder / "secret-key").exists()


@pytest.mark.parametrize(
    "content", ["", "bm90IHRoaXJ0eS10d28gYnl0ZXM=", "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="]
)
def test_a_secret_key_that_is_not_the_stores_stops_the_start(command: Command, content: str) -> None:
    command("serve")
    (command.folder / "secret-key").write_text(content)
    command.refusal("serve")


def test_a_secret_key_that_was_put_behind_a_new_one_still_opens_the_store(command: Command) -> None:
    command("serve")
    old = (command.folder / "secret-key").read_text().strip()
    assert command("serve", secret_key=f"eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=,{old}").status == 0


def test_a_given_admin_key_takes_the_place_of_the_one_before(command: Command) -> None:
    command("serve")
    made = (command.folder / "admin-key").read_text().strip()
    command("serve", admin_key=ADMIN_KEY)
    before, after = command.served
    assert before.keyring.caller_of(made) == after.keyring.caller_of(ADMIN_KEY)
    assert after.keyring.caller_of(made) is None


def test_the_help_of_serve_names_every_setting(command: Command) -> None:
    text = command("serve", "--help").out
    for name, _, says in described():
        assert f"{name}  (" in text
        assert says in text


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        (Settings(), "http://127.0.0.1:8080"),
        (Settings(host="::1", port=80), "http://[::1]:80"),
        (Settings(public_url="https://letterbox.example.com"), "https://letterbox.example.com"),
    ],
)
def test_the_service_is_where_the_operator_says_or_where_it_listens(settings: Settings, url: str) -> None:
    assert Service(settings).public_url == url
