"""Where the service is that a command calls, and with which key.

From the environment, else from a file of the user's, else as `make run` leaves it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from letterbox.client.profiles import Profile, profile_of
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


def is_local(url: str) -> bool:
    """Whether an address is on this machine."""
    name = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def api_key(value: str) -> str:
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("must be a key of the service: printable ASCII characters without spaces")
    return value


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """What the commands read that call a service."""

    url: str = setting("http://127.0.0.1:8080", service_url, "the service that is called")
    api_key: str | None = setting(None, api_key, "a key of it; default: that in var/admin-key", secret=True)
    config: str | None = setting(None, str, "holds url and api_key; default: ~/.config/letterbox/config.toml")
    profile: str | None = setting(None, str, "which of the profiles in that file counts")

    @property
    def is_local(self) -> bool:
        """Whether the service is on this machine."""
        return is_local(self.url)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> ClientSettings:
        """The settings of an environment, a user and a folder, with a key; raises BadSetting."""
        given = values_of(cls, environment, besides=names_of(Settings))
        found = cls(**given)
        profile = profile_of(environment, found.config, found.profile)
        if "url" not in given and profile.url is not None:
            found = replace(found, url=_checked(profile, "url", service_url))
        return found if found.api_key is not None else replace(found, api_key=found.kept_key(profile))

    def kept_key(self, profile: Profile) -> str:
        """The user's key for this address, or the admin key that a first start in this folder made.

        A key goes nowhere but to the address beside which it stands, or on this machine.
        """
        if profile.api_key is not None and self.url == _checked(profile, "url", service_url):
            return _checked(profile, "api_key", api_key)
        if self.is_local:
            try:
                return api_key(KEY_FILE.read_text().strip())
            except (OSError, ValueError):
                pass
        if profile.api_key is not None:
            raise BadSetting(
                f"{profile.file}: the key there is for another address than LETTERBOX_URL, and so is not sent: "
                "give a key of this service as LETTERBOX_API_KEY, choose a profile that has its address and key with "
                "LETTERBOX_PROFILE, or leave LETTERBOX_URL unset"
            )
        raise BadSetting(
            "LETTERBOX_API_KEY is not set: give a key of the service with the scopes read and write, or the file that "
            f"holds it as LETTERBOX_API_KEY_FILE{f' ({KEY_FILE} cannot be read here)' if self.is_local else ''}"
        )


def _checked(profile: Profile, name: str, read: Callable[[str], str]) -> str:
    try:
        return read(getattr(profile, name) or ClientSettings.url)
    except ValueError as reason:
        raise BadSetting(f"{profile.file}: {name} {reason}") from None
