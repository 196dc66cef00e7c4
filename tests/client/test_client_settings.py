"""Where the service is that a command calls, and with which key."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbox.client.settings import ClientSettings
from letterbox.config import CLIENT, BadSetting, Settings, names_of

KEY = "lbk_a-key-of-the-tests"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keep_key(folder: Path, text: str) -> None:
    (folder / "var").mkdir()
    (folder / "var" / "admin-key").write_text(text)


def refusal_of(**environment: str) -> str:
    with pytest.raises(BadSetting) as refusal:
        ClientSettings.read(environment)
    return str(refusal.value)


def test_by_default_the_service_of_this_folder_is_called(folder: Path) -> None:
    keep_key(folder, f"{KEY}\n")
    assert ClientSettings.read({}) == ClientSettings(url="http://127.0.0.1:8080", api_key=KEY)


def test_the_key_is_read_from_a_file(folder: Path) -> None:
    (folder / "key").write_text(f"{KEY}\n")
    assert ClientSettings.read({"LETTERBOX_API_KEY_FILE": "key"}).api_key == KEY


@pytest.mark.parametrize(
    "url", ["https://letterbox.example.com", "http://192.0.2.1:8080", "http://localhost.example.com"]
)
def test_the_admin_key_of_this_folder_is_not_sent_to_another_machine(folder: Path, url: str) -> None:
    keep_key(folder, KEY)
    assert refusal_of(LETTERBOX_URL=url).startswith("LETTERBOX_API_KEY is not set")


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.1.2.3", "http://[::1]:8080"])
def test_this_machine_has_several_names(folder: Path, url: str) -> None:
    keep_key(folder, KEY)
    assert ClientSettings.read({"LETTERBOX_URL": url}).api_key == KEY


@pytest.mark.parametrize("kept", [None, "", "two words"])
def test_without_a_key_the_command_says_how_to_give_one(folder: Path, kept: str | None) -> None:
    if kept is not None:
        keep_key(folder, kept)
    assert "LETTERBOX_API_KEY_FILE (var/admin-key cannot be read here)" in refusal_of()


@pytest.mark.parametrize("key", ["", "two words", "é", "a\nb"])
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(key: str) -> None:
    assert refusal_of(LETTERBOX_API_KEY=key) == (
        "LETTERBOX_API_KEY must be a key of the service: printable ASCII characters without spaces"
    )


@pytest.mark.parametrize("url", ["localhost:8080", "http://localhost:99999", "http://[::1", "http://", ""])
def test_an_address_that_cannot_be_called_is_refused(url: str) -> None:
    assert refusal_of(LETTERBOX_URL=url).startswith("LETTERBOX_URL ")


def test_a_misspelt_name_is_refused_with_a_hint() -> None:
    assert refusal_of(LETTERBOX_APIKEY=KEY) == "LETTERBOX_APIKEY is not a setting; did you mean LETTERBOX_API_KEY?"


def test_the_settings_of_the_server_are_left_alone() -> None:
    given = {"LETTERBOX_PORT": "80", "LETTERBOX_ADMIN_KEY_FILE": "/nowhere", "LETTERBOX_API_KEY": KEY}
    assert ClientSettings.read(given) == ClientSettings(api_key=KEY)


@pytest.mark.parametrize("name", ["LETTERBOX_URL", "LETTERBOX_API_KEY", "LETTERBOX_API_KEY_FILE"])
def test_the_settings_of_the_client_do_not_stop_the_server(name: str) -> None:
    assert Settings.read({name: "whatever it is"}) == Settings()


def test_the_server_knows_the_names_of_the_clients_settings() -> None:
    assert names_of(ClientSettings) == [*CLIENT]


def test_the_key_is_not_part_of_how_settings_print() -> None:
    assert KEY not in repr(ClientSettings(api_key=KEY))
