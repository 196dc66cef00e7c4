"""Keys: the verbs of a project's bearer keys. A secret is shown once, when it is made; the store has its hash."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any, NamedTuple

from letterbox.errors import LastAdminKey, NotFound, Protected
from letterbox.ids import new_id, now
from letterbox.keyring import hash_of
from letterbox.names import require_name
from letterbox.paging import Page, after_of, split
from letterbox.representation import as_time, moment_of
from letterbox.store import keys as stored
from letterbox.store.changes import Changed, Removed
from letterbox.store.keys import Key
from letterbox.store.writer import Connection, Unit

SCOPES = frozenset({"read", "write", "replay", "admin"})
OVERLAP_SECONDS = 86_400
SECRET_PREFIX = "lbk_"  # noqa: S105 # so that a secret that leaked into a repository can be recognised
BOOTSTRAP_NAME = "bootstrap"


class Issued(NamedTuple):
    """A key and its secret, on the one occasion when it is known."""

    key: Key
    secret: str


def new_secret() -> str:
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def create(unit: Unit, project_id: str, new: dict[str, Any]) -> Issued:
    """Issue a key. Raises NameTaken."""
    require_name(new["name"], "/name")
    secret = new_secret()
    key = _key(project_id, new["name"], frozenset(new["scopes"]), secret)
    key = replace(key, expires_at=moment_of(new.get("expires_at")))
    stored.add(unit.connection, key)
    unit.announce(Changed(key))
    return Issued(key, secret)


def rotate(unit: Unit, key: Key, overlap_seconds: int) -> Issued:
    """Give a key a new secret; the one before stays good during the overlap, any older one ends now."""
    if key.bootstrap:
        raise Protected("The bootstrap admin key is changed by LETTERBOX_ADMIN_KEY, not here.")
    secret = new_secret()
    rotated = replace(
        key,
        hash=hash_of(secret),
        previous_hash=key.hash if overlap_seconds else None,
        previous_expires_at=now() + overlap_seconds * 1000 if overlap_seconds else None,
    )
    stored.change(unit.connection, rotated)
    unit.announce(Changed(rotated))
    return Issued(rotated, secret)


def remove(unit: Unit, key: Key) -> None:
    """Remove a key at once, unless the project would be left without an admin."""
    if key.bootstrap:
        raise Protected("The bootstrap admin key can't be removed.")
    if "admin" in key.scopes and not _other_admins(unit, key):
        raise LastAdminKey
    stored.remove(unit.connection, key.id)
    unit.announce(Removed(key))


def has_bootstrap(unit: Unit) -> bool:
    return stored.find_bootstrap(unit.connection) is not None


def bootstrap(unit: Unit, project_id: str, secret: str) -> None:
    """Have the bootstrap admin key be this secret, whatever it was before."""
    known = stored.find_bootstrap(unit.connection)
    if known is not None and known.hash == hash_of(secret):
        return
    if known is None:
        key = replace(_key(project_id, BOOTSTRAP_NAME, SCOPES, secret), bootstrap=True)
        stored.add(unit.connection, key)
    else:
        key = replace(known, hash=hash_of(secret))
        stored.change(unit.connection, key)
    unit.announce(Changed(key))


def read(connection: Connection, project_id: str, key_id_or_name: str) -> Key:
    key = stored.find(connection, project_id, key_id_or_name)
    if key is None:
        raise NotFound("There is no such key in this project.")
    return key


def search(connection: Connection, project_id: str, cursor: str | None, limit: int) -> Page[Key]:
    """A page of the project's keys, newest first."""
    return split(stored.page_of(connection, project_id, after=after_of(cursor, "key"), limit=limit + 1), limit)


def shown(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "bootstrap": key.bootstrap,
        "created_at": as_time(key.created_at),
        "expires_at": _shown_time(key.expires_at),
        "previous_secret_expires_at": _shown_time(key.previous_expires_at),
    }


def shown_once(issued: Issued) -> dict[str, Any]:
    return shown(issued.key) | {"secret": issued.secret}


def _key(project_id: str, name: str, scopes: frozenset[str], secret: str) -> Key:
    return Key(
        id=new_id("key"),
        project_id=project_id,
        name=name,
        scopes=scopes,
        hash=hash_of(secret),
        previous_hash=None,
        previous_expires_at=None,
        bootstrap=False,
        expires_at=None,
        created_at=now(),
    )


def _other_admins(unit: Unit, key: Key) -> bool:
    others = stored.all_of(unit.connection, key.project_id)
    lasting = (other for other in others if other.id != key.id and other.expires_at is None)
    return any("admin" in other.scopes for other in lasting)


def _shown_time(moment: int | None) -> str | None:
    return None if moment is None else as_time(moment)
