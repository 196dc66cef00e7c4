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


def keep_profiles(folder: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    """A file of the user's, and the environment that leads to it."""
    file = folder / "letterbox" / "config.toml"
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(mode)
    return {"XDG_CONFIG_HOME": str(folder)}


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


PROFILES = f"""
url = "https://letterbox.example.com"
api_key = "{KEY}"
[profiles.work]
url = "https://work.example.com"
api_key = "lbk_of-work"
"""


def test_the_users_own_file_says_where_and_with_which_key(folder: Path) -> None:
    environment = keep_profiles(folder, PROFILES)
    found = ClientSettings.read(environment)
    assert (found.url, found.api_key) == ("https://letterbox.example.com", KEY)
    work = ClientSettings.read({**environment, "LETTERBOX_PROFILE": "work"})
    assert (work.url, work.api_key) == ("https://work.example.com", "lbk_of-work")


def test_the_environment_comes_before_the_users_file(folder: Path) -> None:
    environment = keep_profiles(folder, PROFILES)
    found = ClientSettings.read({**environment, "LETTERBOX_API_KEY": "lbk_other"})
    assert (found.url, found.api_key) == ("https://letterbox.example.com", "lbk_other")


def test_the_key_of_a_file_goes_to_no_other_address_than_the_files(folder: Path) -> None:
    refusal = refusal_of(**keep_profiles(folder, PROFILES), LETTERBOX_URL="https://other.example.com")
    assert refusal.startswith(
        f"{folder}/letterbox/config.toml: the key there is for another address than LETTERBOX_URL"
    )
    assert "give a key of this service as LETTERBOX_API_KEY" in refusal
    assert KEY not in refusal


def test_another_file_can_be_named(folder: Path) -> None:
    (folder / "mine.toml").write_text('url = "https://mine.example.com"')
    given = {"LETTERBOX_CONFIG": "mine.toml", "LETTERBOX_API_KEY": KEY}
    assert ClientSettings.read(given).url == "https://mine.example.com"
    assert "absent.toml: cannot be read" in refusal_of(LETTERBOX_CONFIG="absent.toml")


def test_a_key_that_others_may_read_is_refused(folder: Path) -> None:
    assert refusal_of(**keep_profiles(folder, PROFILES, 0o640)).endswith(f"chmod 600 {folder}/letterbox/config.toml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('api_kei = "x"', "'api_kei' is not a setting; did you mean api_key?"),
        ('[profiles.a]\nuri = "x"', "'uri' is not a setting; did you mean url?"),
        ("url = 1", "url must be a text in quotes"),
        ("profiles = 1", "a profile is a table such as [profiles.work]"),
        ('url = "localhost"', "url must be an address"),
        ("url =", "this is no TOML"),
    ],
)
def test_what_cannot_be_used_in_the_users_file_is_refused(folder: Path, text: str, says: str) -> None:
    assert says in refusal_of(**keep_profiles(folder, text))


def test_a_profile_that_is_not_there_is_refused_with_the_near_one(folder: Path) -> None:
    refusal = refusal_of(**keep_profiles(folder, PROFILES), LETTERBOX_PROFILE="wrok")
    assert refusal.endswith("there is no [profiles.wrok]; did you mean work?")
