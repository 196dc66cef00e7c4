"""Who calls: every key's hash in memory, so that a bearer token is known without asking the store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from letterbox.ids import now
from letterbox.store.changes import Changed, Removed
from letterbox.store.keys import Key


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a good key: the key's project, and what the key may do."""

    id: str  # the key's
    project_id: str
    scopes: frozenset[str]


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Keyring:
    """Every live key by the hash of its secret. `apply` is told of changes in the order of their commits."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._hashes: dict[str, tuple[str | None, ...]] = {}

    def caller_of(self, secret: str) -> Caller | None:
        """Who holds this secret; None if nobody does, or does no longer."""
        digest = hash_of(secret)
        key = self._keys.get(digest)
        if key is None:
            return None
        expires_at = key.expires_at if digest == key.hash else key.previous_expires_at
        if any(end is not None and end <= now() for end in (expires_at, key.expires_at)):
            return None
        return Caller(key.id, key.project_id, key.scopes)

    def apply(self, change: object) -> None:
        match change:
            case Changed(Key() as key):
                self._forget(key.id, keep=(key.hash, key.previous_hash))
                self._hashes[key.id] = (key.hash, key.previous_hash)
                self._keys.update({digest: key for digest in self._hashes[key.id] if digest is not None})
            case Removed(Key() as key):
                self._forget(key.id)
                self._hashes.pop(key.id, None)

    def _forget(self, key_id: str, keep: tuple[str | None, ...] = ()) -> None:
        for digest in self._hashes.get(key_id, ()):
            if digest is not None and digest not in keep:
                self._keys.pop(digest, None)
