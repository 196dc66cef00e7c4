"""What the first start makes: the secret key, the admin key, the project `default` and its endpoint `inbox`."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from letterbox import endpoints, keys, projects
from letterbox.config import SECRET_KEY_BYTES, BadSetting, Settings, admin_key, secret_keys
from letterbox.ids import new_id, now
from letterbox.sealing import Seal, WrongSecretKey, new_data_key
from letterbox.store import markers
from letterbox.store import projects as stored_projects
from letterbox.store.changes import Changed
from letterbox.store.projects import Project
from letterbox.store.tables import UNBOUNDED
from letterbox.store.writer import Unit

Value = TypeVar("Value")

SEAL_MARKER = "seal"
INBOX = {"name": "inbox", "path": "/inbox", "methods": list(endpoints.METHODS)}


class Furnished(NamedTuple):
    """What a start finds or makes; `new_admin_key` is known on the start that made it."""

    seal: Seal
    new_admin_key: str | None
    project: Project


def furnish(unit: Unit, settings: Settings) -> Furnished:
    """Make what is not there yet, and have the bootstrap key be the one that is set.

    In a unit of work, so that of several processes that start at once one makes it all.
    Raises BadSetting if the store was sealed by a key that is not given.
    """
    envelope, data_key = _envelope_of(settings, markers.find(unit.connection, SEAL_MARKER))
    # Sealed anew at each start by the first key, so that an older one can be left out after a change of keys.
    markers.put(unit.connection, SEAL_MARKER, envelope.close(data_key, SEAL_MARKER))
    project = stored_projects.find(unit.connection, projects.DEFAULT) or _default_project(unit, Seal([data_key]))
    admin_key, is_new = admin_key_of(settings, is_known=keys.has_bootstrap(unit))
    if admin_key is not None:
        keys.bootstrap(unit, project.id, admin_key)
    return Furnished(Seal([data_key]), admin_key if is_new else None, project)


def admin_key_of(settings: Settings, *, is_known: bool) -> tuple[str | None, bool]:
    """The bootstrap admin key, and whether it was made just now; None if the store knows it and this process need not.

    Where other processes serve from the same store, one without the key's file must not make another key.
    """
    if settings.admin_key is not None:
        return settings.admin_key, False
    path = settings.folder / "admin-key"
    if is_known and not settings.is_sqlite and not path.exists():
        return None, False
    text, made = _kept_in(path, keys.new_secret)
    return _read(path, text, admin_key), made


def seal_of(settings: Settings, marker: bytes) -> Seal:
    """The seal of a store with this marker. Raises BadSetting if it was sealed by a key that is not given."""
    return Seal([_envelope_of(settings, marker)[1]])


def _default_project(unit: Unit, seal: Seal) -> Project:
    moment = now()
    project = Project(
        new_id("prj"),
        projects.DEFAULT,
        "Default",
        projects.DEFAULTS,
        projects.LIMITS,
        UNBOUNDED,
        moment,
        moment,
    )
    stored_projects.add(unit.connection, project)
    unit.announce(Changed(project))
    endpoints.create(unit, project, INBOX, seal)
    return project


def _envelope_of(settings: Settings, marker: bytes | None) -> tuple[Seal, bytes]:
    """The seal of the secret keys, and the data key that it opens, or a new one for a store that has none."""
    envelope = Seal(_secret_keys(settings, is_sealed=marker is not None))
    try:
        return envelope, new_data_key() if marker is None else envelope.open(marker, SEAL_MARKER)
    except WrongSecretKey:
        raise BadSetting("LETTERBOX_SECRET_KEY does not open this store; give the key that it was made with") from None


def _secret_keys(settings: Settings, *, is_sealed: bool) -> tuple[bytes, ...]:
    if settings.secret_key is not None:
        return settings.secret_key
    path = settings.folder / "secret-key"
    if is_sealed and not path.exists():
        raise BadSetting(f"LETTERBOX_SECRET_KEY is unset and {path} is not there; this store was sealed with it")
    text, _ = _kept_in(path, lambda: base64.b64encode(secrets.token_bytes(SECRET_KEY_BYTES)).decode())
    return _read(path, text, secret_keys)


def _read(path: Path, text: str, reader: Callable[[str], Value]) -> Value:
    try:
        return reader(text)
    except ValueError as reason:
        raise BadSetting(f"{path} {reason}") from None


def _kept_in(path: Path, make: Callable[[], str]) -> tuple[str, bool]:
    """The text of a file that only its owner can read, and whether it was made just now.

    The file appears whole or not at all, and is on stable storage before anything depends on it.
    """
    if path.exists():
        return path.read_text().strip(), False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text := make())
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return text, True
