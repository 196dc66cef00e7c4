"""Every setting, typed, read once from the environment. A misspelt name or a bad value stops the start.

Each setting is read from `LETTERBOX_<NAME>`, or from the file that `LETTERBOX_<NAME>_FILE` names (for secrets that an
orchestrator mounts). `letterbox serve --help` prints them all.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import ipaddress
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "LETTERBOX_"
CLIENT = tuple(f"LETTERBOX_{name}" for name in ("URL", "API_KEY", "CONFIG", "PROFILE"))  # letterbox/client/settings.py
ADMIN_KEY_CHARACTERS = 32
SECRET_KEY_BYTES = 32
SQLITE, POSTGRES = "sqlite:///", "postgresql://"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadSetting(Exception):
    """A setting that cannot be used. The text names it and says what it may be."""


def host(value: str) -> str:
    if not value.strip():
        raise ValueError("must be an address or a name; 0.0.0.0 is every address")
    return value


def switch(value: str) -> bool:
    words = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
    if value.lower() not in words:
        raise ValueError("must be `on` or `off`")
    return words[value.lower()]


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers between two bounds, both included."""

    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def choice(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value.lower()

    return read


def networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as reason:
        raise ValueError(f"must be addresses or networks such as 10.0.0.0/8, separated by commas ({reason})") from None


def database_url(value: str) -> str:
    is_postgres = value.startswith(POSTGRES) and len(urlsplit(value).path) > 1
    if not is_postgres and not value.startswith(SQLITE):
        raise ValueError("must look like sqlite:///var/letterbox.db or postgresql://user:password@host:5432/database")
    return value


def web_url(value: str) -> str:
    parts = urlsplit(value)
    printable = value.isascii() and value.isprintable() and " " not in value
    if not printable or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://letterbox.example.com")
    return value.rstrip("/")


def admin_key(value: str) -> str:
    if len(value) < ADMIN_KEY_CHARACTERS or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(f"must be at least {ADMIN_KEY_CHARACTERS} printable ASCII characters without spaces")
    return value


def secret_keys(value: str) -> tuple[bytes, ...]:
    try:
        keys = tuple(base64.b64decode(part.strip(), validate=True) for part in value.split(","))
    except binascii.Error:
        keys = ()
    if not keys or any(len(key) != SECRET_KEY_BYTES for key in keys):
        raise ValueError(f"must be base64 of {SECRET_KEY_BYTES} bytes; several separated by commas, the first encrypts")
    return keys


def setting(default: Any, read: Callable[[str], Any], says: str, *, secret: bool = False) -> Any:
    """A field of Settings: its default, the reader of its text, and what it does in one line."""
    return field(default=default, repr=not secret, metadata={"read": read, "says": says})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator can turn. Bytes, seconds and counts as the names say."""

    database_url: str = setting(
        "sqlite:///var/letterbox.db",
        database_url,
        "where everything is kept: a file (four slashes begin an absolute path), or postgresql://user:password@host/name",
        secret=True,
    )
    host: str = setting("127.0.0.1", host, "address to listen on")
    port: int = setting(8080, whole(0, 65535), "port to listen on; 0 takes a free one")
    public_url: str | None = setting(None, web_url, "how callers reach this service; default: host and port")
    trusted_proxies: tuple[Network, ...] = setting((), networks, "networks whose X-Forwarded-For is believed")
    egress_allow: tuple[Network, ...] = setting(
        (), networks, "networks that deliveries may reach although they are not public"
    )
    express: bool = setting(
        default=True, read=switch, says="on: receive in front of connexion, which is fast; off: through it"
    )
    admin_key: str | None = setting(
        None, admin_key, "the first admin key; made and kept beside the database if unset", secret=True
    )
    secret_key: tuple[bytes, ...] | None = setting(
        None, secret_keys, "encrypts what is kept secret; made beside the database if unset", secret=True
    )
    deliver: bool = setting(
        default=True,
        read=switch,
        says="on: this process delivers too; off: letterbox worker alone does; with SQLite nobody, to look into a copy",
    )
    threads: int = setting(16, whole(1, 256), "threads that run management handlers")
    management_body_bytes: int = setting(1_048_576, whole(1024, 2**30), "largest body taken below /v1")
    in_flight_bytes: int = setting(33_554_432, whole(1024, 2**34), "bodies held in memory before 503")
    commit_rows: int = setting(512, whole(1, 100_000), "most rows in one commit")
    commit_bytes: int = setting(8_388_608, whole(1024, 2**30), "most body bytes in one commit")
    refused_requests: int = setting(1000, whole(0, 10**9), "refused requests kept per endpoint, the newest")
    refused_bytes: int = setting(67_108_864, whole(0, 2**40), "bytes of refused requests kept per endpoint")
    lock_seconds: int = setting(10, whole(0, 3600), "how long a start waits for another process to let go")
    shutdown_seconds: int = setting(8, whole(1, 3600), "how long a stop waits for open connections")
    log: str = setting("auto", choice("auto", "json", "text"), "auto: text on a terminal, else JSON")
    log_level: str = setting("info", choice("debug", "info", "warning", "error"), "least level that is logged")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith(SQLITE)

    @property
    def database_path(self) -> Path:
        """The file, if it is SQLite's."""
        return Path(self.database_url.removeprefix(SQLITE))

    @property
    def folder(self) -> Path:
        """Where the keys are kept that a first start makes: beside the file, or in var/."""
        return self.database_path.parent if self.is_sqlite else Path("var")

    @property
    def listening_url(self) -> str:
        """Where the service itself listens, whatever callers reach it by."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings of an environment; raises BadSetting with one line that says what to mend."""
        return cls(**values_of(cls, environment, besides=CLIENT))


def names_of(settings: type) -> list[str]:
    """The variables that a class of settings is read from."""
    return [f"{PREFIX}{one.name.upper()}" for one in fields(settings)]


def values_of(settings: type, environment: Mapping[str, str], besides: Collection[str]) -> dict[str, Any]:
    """What an environment says of a class's fields; `besides` are read by others. Raises BadSetting."""
    others = {*besides, *(f"{name}_FILE" for name in besides)}
    given = {name: environment[name] for name in environment if name.startswith(PREFIX) and name not in others}
    values = {}
    for name, one in zip(names_of(settings), fields(settings), strict=True):
        raw = _raw_value(name, given)
        if raw is not None:
            values[one.name] = _parsed(name, raw, one.metadata["read"])
    _refuse_unknown(given, [*names_of(settings), *besides])
    return values


def described() -> Iterator[tuple[str, str, str]]:
    """Each setting as (variable, default, what it does), for help and for the documentation's test."""
    for one in fields(Settings):
        yield f"{PREFIX}{one.name.upper()}", _shown(one.default), one.metadata["says"]


def _shown(default: Any) -> str:
    if default is None or default == ():
        return "unset"
    return {True: "on", False: "off"}[default] if isinstance(default, bool) else str(default)


def _raw_value(name: str, given: dict[str, str]) -> str | None:
    """The text of one setting, taken out of what was given: what is left at the end is misspelt."""
    direct, path = given.pop(name, None), given.pop(f"{name}_FILE", None)
    if direct is not None and path is not None:
        raise BadSetting(f"{name} and {name}_FILE are both set; keep one")
    if path is None:
        return direct
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as reason:
        raise BadSetting(f"{name}_FILE: cannot read {path} ({type(reason).__name__})") from None


def _parsed(name: str, raw: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(raw)
    except ValueError as reason:
        raise BadSetting(f"{name} {reason}") from None


def _refuse_unknown(given: Mapping[str, str], known: list[str]) -> None:
    for name in given:
        close = difflib.get_close_matches(name.removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known], n=1)
        hint = f"; did you mean {PREFIX}{close[0]}?" if close else "; see `letterbox serve --help`"
        raise BadSetting(f"{name} is not a setting{hint}")
