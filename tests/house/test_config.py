"""Settings: read from an environment, or refused in one line that says what to mend."""

from __future__ import annotations

import base64
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from letterbox.config import PREFIX, BadSetting, Settings, described

NAMES = [f"{PREFIX}{one.name.upper()}" for one in fields(Settings)]
ADMIN_KEY = "an-admin-key-of-the-tests-0123456789"
SECRET = base64.b64encode(b"s" * 32).decode()
OTHER_SECRET = base64.b64encode(b"t" * 32).decode()


def read(**given: str) -> Settings:
    """The settings of an environment that holds these."""
    return Settings.read({f"{PREFIX}{name.upper()}": value for name, value in given.items()})


def refusal_of(environment: dict[str, str]) -> str:
    with pytest.raises(BadSetting) as refused:
        Settings.read(environment)
    return str(refused.value)


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.read({}) == Settings()


def test_what_is_no_setting_of_ours_is_left_alone() -> None:
    assert Settings.read({"PORT": "x", "letterbox_port": "x", "MY_LETTERBOX_PORT": "x"}) == Settings()


def said_of(environment: dict[str, str]) -> str:
    """The refusal of an environment, or nothing where it is good."""
    try:
        Settings.read(environment)
    except BadSetting as refusal:
        return str(refusal)
    return ""


GOOD: list[tuple[str, str, Any]] = [
    ("database_url", "sqlite:////srv/letterbox.db", "sqlite:////srv/letterbox.db"),
    ("host", "::1", "::1"),
    ("port", "0", 0),
    ("port", "65535", 65535),
    ("public_url", "https://letterbox.example.com/", "https://letterbox.example.com"),
    ("trusted_proxies", "", ()),
    ("egress_allow", "127.0.0.0/8,::1", (ip_network("127.0.0.0/8"), ip_network("::1/128"))),
    ("trusted_proxies", "10.0.0.0/8, ::1", (ip_network("10.0.0.0/8"), ip_network("::1/128"))),
    ("express", "off", False),
    ("express", "TRUE", True),
    ("admin_key", ADMIN_KEY, ADMIN_KEY),
    ("secret_key", SECRET, (b"s" * 32,)),
    ("secret_key", f"{OTHER_SECRET}, {SECRET}", (b"t" * 32, b"s" * 32)),
    ("log", "JSON", "json"),
    ("log_level", "Debug", "debug"),
]


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_a_good_value_is_read(name: str, text: str, value: Any) -> None:
    assert getattr(read(**{name: text}), name) == value


BAD = [
    ("database_url", "mysql://localhost/letterbox", "sqlite:///"),
    ("database_url", "postgresql://localhost", "postgresql://user:password@host:5432/database"),
    ("database_url", "var/letterbox.db", "sqlite:///"),
    ("port", "", "whole number from 0 to 65535"),
    ("port", "65536", "whole number from 0 to 65535"),
    ("port", "-1", "whole number from 0 to 65535"),
    ("port", "80 80", "whole number from 0 to 65535"),
    ("port", "٣", "whole number from 0 to 65535"),
    ("port", "8_080", "whole number from 0 to 65535"),
    ("public_url", "letterbox.example.com", "https://letterbox.example.com"),
    ("public_url", "ftp://letterbox.example.com", "https://letterbox.example.com"),
    ("public_url", "https://letterbox.example.com?a=1", "https://letterbox.example.com"),
    ("public_url", "https://letter box.example.com", "https://letterbox.example.com"),
    ("public_url", "https://letterbox.example.com\n.evil", "https://letterbox.example.com"),
    ("public_url", "https://", "https://letterbox.example.com"),
    ("trusted_proxies", "everybody", "10.0.0.0/8"),
    ("egress_allow", "localhost", "10.0.0.0/8"),
    ("trusted_proxies", "10.0.0.1/8", "10.0.0.0/8"),
    ("express", "maybe", "`on` or `off`"),
    ("express", "", "`on` or `off`"),
    ("admin_key", "short", "at least 32"),
    ("admin_key", "x" * 31, "at least 32"),
    ("admin_key", "with spaces " + "x" * 32, "without spaces"),
    ("admin_key", "é" * 32, "ASCII"),
    ("admin_key", "x" * 32 + "\t", "printable"),
    ("secret_key", "", "base64 of 32 bytes"),
    ("secret_key", base64.b64encode(b"s" * 31).decode(), "base64 of 32 bytes"),
    ("secret_key", f"{SECRET},", "base64 of 32 bytes"),
    ("secret_key", "not base64 at all!", "base64 of 32 bytes"),
    ("threads", "0", "whole number from 1 to 256"),
    ("in_flight_bytes", "1.5", "whole number"),
    ("commit_rows", "1e3", "whole number"),
    ("log", "xml", "auto, json, text"),
    ("log_level", "loud", "debug, info"),
]


@pytest.mark.parametrize(("name", "text", "words"), BAD)
def test_a_bad_value_stops_the_start_and_says_what_it_may_be(name: str, text: str, words: str) -> None:
    refusal = refusal_of({f"{PREFIX}{name.upper()}": text})
    assert refusal.startswith(f"{PREFIX}{name.upper()} ")
    assert words in refusal


@settings(derandomize=True, deadline=None)
@given(some.sampled_from(NAMES), some.text(max_size=60))
def test_whatever_a_value_is_it_is_read_or_refused_in_one_line(name: str, text: str) -> None:
    said = said_of({name: text})
    assert said == "" or said.startswith(name)
    assert len(said.splitlines()) <= 1


@pytest.mark.parametrize(("name", "text"), [("admin_key", "my-short-admin-key"), ("secret_key", "bXktc2VjcmV0")])
def test_the_refusal_of_a_secret_does_not_repeat_it(name: str, text: str) -> None:
    assert text not in refusal_of({f"{PREFIX}{name.upper()}": text})


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("LETTERBOX_PROT", "LETTERBOX_PORT"),
        ("LETTERBOX_ADMINKEY", "LETTERBOX_ADMIN_KEY"),
        ("LETTERBOX_TRUSTED_PROXY", "LETTERBOX_TRUSTED_PROXIES"),
        ("LETTERBOX_DATABASE_URI", "LETTERBOX_DATABASE_URL"),
        ("LETTERBOX_SECRET_KEY_FIEL", "LETTERBOX_SECRET_KEY"),
    ],
)
def test_a_misspelt_name_stops_the_start_with_a_hint(misspelt: str, meant: str) -> None:
    assert refusal_of({misspelt: "1"}) == f"{misspelt} is not a setting; did you mean {meant}?"


def test_a_name_like_none_of_ours_is_sent_to_the_help() -> None:
    refusal = refusal_of({"LETTERBOX_NOTHING_THAT_ANYBODY_KNOWS_HERE": "1"})
    assert refusal.endswith(" is not a setting; see `letterbox serve --help`")


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_also_read_from_a_file(name: str, tmp_path: Path) -> None:
    shown = {name: default for name, default, _ in described()}[name]
    text = {"LETTERBOX_ADMIN_KEY": ADMIN_KEY, "LETTERBOX_SECRET_KEY": SECRET, "LETTERBOX_PUBLIC_URL": "http://a"}
    value = text.get(name, "" if shown == "unset" else shown)
    (tmp_path / "value").write_text(f"{value}\n")
    assert Settings.read({f"{name}_FILE": str(tmp_path / "value")}) == Settings.read({name: value})


def test_a_setting_and_its_file_at_once_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("80")
    refusal = refusal_of({"LETTERBOX_PORT": "80", "LETTERBOX_PORT_FILE": str(tmp_path / "port")})
    assert refusal == "LETTERBOX_PORT and LETTERBOX_PORT_FILE are both set; keep one"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_stops_the_start(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    assert refusal_of({"LETTERBOX_ADMIN_KEY_FILE": str(file)}).startswith(
        f"LETTERBOX_ADMIN_KEY_FILE: cannot read {file}"
    )


def test_a_bad_value_in_a_file_is_refused_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("eighty\n")
    assert "whole number" in refusal_of({"LETTERBOX_PORT_FILE": str(tmp_path / "port")})


def test_secrets_are_not_part_of_how_settings_print() -> None:
    shown = repr(read(admin_key=ADMIN_KEY, secret_key=SECRET))
    assert ADMIN_KEY not in shown
    assert "sss" not in shown
    assert SECRET not in shown


def test_every_setting_is_described_with_the_default_that_it_has() -> None:
    assert [name for name, _, _ in described()] == NAMES
    assert all(says and says == says.strip() and "\n" not in says for _, _, says in described())
    for name, default, _ in described():
        if default != "unset":
            assert Settings.read({name: default}) == Settings()


def test_an_empty_host_is_refused() -> None:
    with pytest.raises(BadSetting, match=r"0\.0\.0\.0 is every address"):
        Settings.read({"LETTERBOX_HOST": " "})


def test_a_name_that_is_like_no_setting_gets_no_guess() -> None:
    with pytest.raises(BadSetting) as refusal:
        Settings.read({"LETTERBOX_XYZZY": "1"})
    assert "did you mean" not in str(refusal.value)
