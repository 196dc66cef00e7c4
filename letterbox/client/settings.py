"""Where the service is that a command calls, and with which key: from the environment, or as `make run` leaves it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from letterbox.config import BadSetting, Settings, names_of, setting, values_of, web_url

KEY_FILE = Path("var/admin-key")


def service_url(value: str) -> str:
    """An address that can be called."""
    url = web_url(value)
    try:
        httpx.URL(url, port=urlsplit(url).port)
    except (ValueError, httpx.InvalidURL) as reason:
        raise ValueError(f"cannot be called: {reason}") from None
    return url


def api_key(value: str) -> str:
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("must be a key of the service: printable ASCII characters without spaces")
    return value


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """What the commands read that call a service."""

    url: str = setting("http://127.0.0.1:8080", service_url, "the service that is called")
    api_key: str | None = setting(None, api_key, "a key of it; default: that in var/admin-key", secret=True)

    @property
    def is_local(self) -> bool:
        """Whether the service is on this machine."""
        name = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> ClientSettings:
        """The settings of an environment and a folder, with a key; raises BadSetting."""
        found = cls(**values_of(cls, environment, besides=names_of(Settings)))
        return found if found.api_key is not None else replace(found, api_key=found.kept_key())

    def kept_key(self) -> str:
        """The admin key that a first start in this folder made. It leaves this machine only if somebody says so."""
        if self.is_local:
            try:
                return api_key(KEY_FILE.read_text().strip())
            except (OSError, ValueError):
                pass
        raise BadSetting(
            "LETTERBOX_API_KEY is not set: give a key of the service with the scopes read and write, or the file that "
            f"holds it as LETTERBOX_API_KEY_FILE{f' ({KEY_FILE} cannot be read here)' if self.is_local else ''}"
        )
