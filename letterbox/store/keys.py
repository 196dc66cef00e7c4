"""Keys: the bearer keys of a project, stored as hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from letterbox.errors import NameTaken
from letterbox.store.tables import key


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a project. Its secret is known only as a SHA-256 hash; the previous one stays good for a while."""

    id: str
    project_id: str
    name: str
    scopes: frozenset[str]
    hash: str
    previous_hash: str | None
    previous_expires_at: int | None
    bootstrap: bool
    expires_at: int | None
    created_at: int


COLUMNS = tuple(key.c[name] for name in Key.__dataclass_fields__)


def find(connection: Connection, project_id: str, key_id_or_name: str) -> Key | None:
    either = or_(key.c.id == key_id_or_name, key.c.name == key_id_or_name)
    row = connection.execute(select(*COLUMNS).where(key.c.project_id == project_id, either)).first()
    return _key(row) if row else None


def find_bootstrap(connection: Connection) -> Key | None:
    row = connection.execute(select(*COLUMNS).where(key.c.bootstrap)).first()
    return _key(row) if row else None


def all_of(connection: Connection, project_id: str | None = None) -> list[Key]:
    query = select(*COLUMNS)
    if project_id is not None:
        query = query.where(key.c.project_id == project_id)
    return [_key(row) for row in connection.execute(query)]


def page_of(connection: Connection, project_id: str, *, after: str | None, limit: int) -> list[Key]:
    """The project's next keys, newest first."""
    query = select(*COLUMNS).where(key.c.project_id == project_id).order_by(key.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(key.c.id < after)
    return [_key(row) for row in connection.execute(query)]


def add(connection: Connection, new: Key) -> None:
    """Raises NameTaken if the project has a key of this name."""
    try:
        connection.execute(insert(key).values(**_values(new)))
    except IntegrityError:
        raise NameTaken(f"The project has a key named {new.name}.") from None


def change(connection: Connection, changed: Key) -> None:
    connection.execute(update(key).where(key.c.id == changed.id).values(**_values(changed)))


def remove(connection: Connection, key_id: str) -> None:
    connection.execute(delete(key).where(key.c.id == key_id))


def _key(row: Any) -> Key:
    return Key(**{**row._asdict(), "scopes": frozenset(row.scopes)})


def _values(record: Key) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in Key.__dataclass_fields__}
    return values | {"scopes": sorted(record.scopes)}
