"""The commands that copy a store: backup, dump and load; what they print, and what they refuse in one line."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from letterbox.store import lock
from tests.house.command import ADMIN_KEY, Command

ONE_KEY, ANOTHER_KEY = (base64.b64encode(bytes([number] * 32)).decode() for number in (1, 2))


@pytest.fixture
def copied(command: Command) -> Path:
    """The dump of a store that was served with one key."""
    command("serve", secret_key=ONE_KEY, admin_key=ADMIN_KEY)
    target = command.folder / "dump"
    assert command("dump", str(target), secret_key=ONE_KEY).status == 0
    return target


def elsewhere(command: Command) -> str:
    return f"sqlite:///{command.folder / 'elsewhere' / 'letterbox.db'}"


@pytest.mark.parametrize("word", ["backup", "dump"])
def test_a_copy_says_where_the_secret_key_is_that_it_needs(command: Command, word: str) -> None:
    command("serve")
    target = command.folder / "copy"
    ended = command(word, str(target))
    assert (ended.status, ended.err) == (0, "")
    assert f"{target} has " in ended.out
    assert f"only with the secret key in {command.folder / 'secret-key'}," in ended.out


@pytest.mark.parametrize("word", ["backup", "dump"])
def test_a_secret_key_that_was_given_is_named_and_not_said(command: Command, word: str) -> None:
    command("serve", secret_key=ONE_KEY)
    printed = command(word, str(command.folder / "copy"), secret_key=ONE_KEY).out
    assert "only with the secret key in LETTERBOX_SECRET_KEY," in printed
    assert ONE_KEY not in printed


def test_a_backup_is_made_of_a_store_that_a_service_holds(command: Command) -> None:
    command("serve")
    held = lock.hold(command.folder / "letterbox.db", 0)
    ended = command("backup", str(command.folder / "backup"))
    lock.let_go(held)
    assert ended.status == 0
    assert "has 0 requests in " in ended.out


def test_a_service_starts_from_a_backup_and_knows_its_keys(command: Command) -> None:
    command("serve", admin_key=ADMIN_KEY)
    command("backup", str(command.folder / "backup"))
    assert command("serve", database_url=f"sqlite:///{command.folder / 'backup'}", admin_key=ADMIN_KEY).status == 0
    first, second = (each.keyring.caller_of(ADMIN_KEY) for each in command.served)
    assert first == second
    assert first is not None


def test_what_is_loaded_is_listed_as_what_was_dumped(command: Command) -> None:
    command("serve", secret_key=ONE_KEY)
    dumped = command("dump", str(command.folder / "dump"), secret_key=ONE_KEY).out.splitlines()
    ended = command("load", str(command.folder / "dump"), database_url=elsewhere(command), secret_key=ONE_KEY)
    loaded = ended.out.splitlines()
    assert (ended.status, ended.err) == (0, "")
    assert loaded[:-1] == dumped[:-2]
    assert loaded[-1].endswith("the counts and sums are those of the dump.")


def test_a_service_starts_from_what_was_loaded_and_knows_its_keys(command: Command, copied: Path) -> None:
    command("load", str(copied), database_url=elsewhere(command), secret_key=ONE_KEY)
    assert command("serve", database_url=elsewhere(command), secret_key=ONE_KEY, admin_key=ADMIN_KEY).status == 0
    first, second = (each.keyring.caller_of(ADMIN_KEY) for each in command.served)
    assert first == second
    assert first is not None


def test_a_load_with_a_wrong_secret_key_is_refused_before_anything_is_made(command: Command, copied: Path) -> None:
    refusal = command.refusal("load", str(copied), database_url=elsewhere(command), secret_key=ANOTHER_KEY)
    assert "LETTERBOX_SECRET_KEY does not open this store" in refusal
    assert not (command.folder / "elsewhere").exists()


def test_a_load_without_the_secret_key_is_refused_and_makes_none(command: Command, copied: Path) -> None:
    assert "LETTERBOX_SECRET_KEY is unset" in command.refusal("load", str(copied), database_url=elsewhere(command))
    assert not (command.folder / "elsewhere").exists()


@pytest.mark.parametrize(
    ("word", "says"), [("dump", "a service holds the store; stop it first"), ("load", "is in use by another")]
)
def test_what_needs_the_store_for_itself_says_who_has_it(command: Command, copied: Path, word: str, says: str) -> None:
    held = lock.hold(command.folder / "letterbox.db", 0)
    target = copied if word == "load" else command.folder / "another"
    refusal = command.refusal(word, str(target), secret_key=ONE_KEY)
    lock.let_go(held)
    assert says in refusal


@pytest.mark.parametrize("word", ["backup", "dump", "load"])
def test_a_file_that_is_not_there_or_is_there_already_ends_the_command_in_one_line(
    command: Command, copied: Path, word: str
) -> None:
    refusal = command.refusal(word, str(copied if word != "load" else command.folder / "no-dump"), secret_key=ONE_KEY)
    assert "is there already" in refusal or "No such file" in refusal


@pytest.mark.parametrize("word", ["backup", "dump", "load"])
@pytest.mark.parametrize("database", ["a-folder", "no-database", "a-file/letterbox.db"])
def test_a_database_that_cannot_be_one_ends_the_command_in_one_line(
    command: Command, copied: Path, word: str, database: str
) -> None:
    (command.folder / "a-folder").mkdir()
    (command.folder / "no-database").write_text("This is a letter and no database. " * 100)
    (command.folder / "a-file").write_text("")
    file = copied if word == "load" else command.folder / "copy"
    command.refusal(word, str(file), secret_key=ONE_KEY, database_url=f"sqlite:///{command.folder / database}")
    assert not (command.folder / "copy").exists()


@pytest.mark.parametrize("word", ["backup", "dump", "load"])
def test_a_bad_setting_ends_the_command_in_one_line(command: Command, word: str) -> None:
    assert "did you mean LETTERBOX_PORT?" in command.refusal(word, "somewhere", prot="80")
