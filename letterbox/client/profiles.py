"""The user's own file of services and keys: `url` and `api_key`, at the top or below `[profiles.NAME]`."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from letterbox.config import BadSetting

NAMES = ("url", "api_key")
OTHERS_MAY = 0o077  # bits of a file's mode: what anybody but its owner may do with it


class Profile(NamedTuple):
    """One service and a key of it, as far as the file says."""

    file: Path | None = None
    url: str | None = None
    api_key: str | None = None


def profile_of(environment: Mapping[str, str], file: str | None, name: str | None) -> Profile:
    """What a file says, or that of the user; raises BadSetting."""
    path = Path(file) if file else _usual(environment)
    content = None if path is None else _content(path, is_required=file is not None or name is not None)
    if path is None or content is None:
        if name is not None:
            raise BadSetting(f"LETTERBOX_PROFILE is {name}, and there is no file of profiles; see LETTERBOX_CONFIG")
        return Profile()
    table = content if name is None else _profile(path, content, name)
    return Profile(path, table.get("url"), table.get("api_key"))


def _usual(environment: Mapping[str, str]) -> Path | None:
    """Where it is by default, if this user has a home."""
    if folder := environment.get("XDG_CONFIG_HOME"):
        return Path(folder) / "letterbox" / "config.toml"
    return Path(environment["HOME"]) / ".config" / "letterbox" / "config.toml" if environment.get("HOME") else None


def _content(path: Path, *, is_required: bool) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
            is_open = os.name == "posix" and bool(os.fstat(file.fileno()).st_mode & OTHERS_MAY)
    except OSError as reason:
        if isinstance(reason, FileNotFoundError | NotADirectoryError) and not is_required:
            return None
        raise BadSetting(f"{path}: cannot be read ({reason.strerror})") from None
    except ValueError as reason:
        raise BadSetting(f"{path}: this is no TOML: {reason}") from None
    _check(path, content)
    if is_open and any("api_key" in table for table in (content, *content.get("profiles", {}).values())):
        raise BadSetting(f"{path}: others on this machine may read the key in it; say: chmod 600 {path}")
    return content


def _check(path: Path, content: dict[str, Any]) -> None:
    profiles = content.get("profiles", {})
    if not isinstance(profiles, dict) or not all(isinstance(table, dict) for table in profiles.values()):
        raise BadSetting(f"{path}: a profile is a table such as [profiles.work]")
    for table in (content, *profiles.values()):
        _require_known(path, table, (*NAMES, "profiles") if table is content else NAMES)
        if wrong := [name for name in NAMES if not isinstance(table.get(name, ""), str)]:
            raise BadSetting(f"{path}: {wrong[0]} must be a text in quotes")


def _require_known(path: Path, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise BadSetting(f"{path}: {name[:60]!r} is not a setting{_hint(name, known)}")


def _profile(path: Path, content: dict[str, Any], name: str) -> dict[str, Any]:
    profiles: dict[str, dict[str, Any]] = content.get("profiles", {})
    if name not in profiles:
        raise BadSetting(f"{path}: there is no [profiles.{name}]{_hint(name, profiles)}")
    return profiles[name]


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}" if known else ""
