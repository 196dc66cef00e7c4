"""Idempotency-Key: a POST that is sent twice happens once, and is answered alike.

The answer is remembered in the transaction that did the work, for a day, per project and key (after the IETF draft
draft-ietf-httpapi-idempotency-key-header). It is sealed, since it may hold a secret that is shown once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from letterbox.errors import IdempotencyKeyReused
from letterbox.ids import now
from letterbox.representation import as_json
from letterbox.sealing import Seal
from letterbox.store import idempotency as stored
from letterbox.store.writer import Unit

REMEMBERED_MILLISECONDS = 86_400_000


class Answer(NamedTuple):
    """What a handler answers: JSON, its status, and headers."""

    body: dict[str, Any]
    status: int
    headers: dict[str, str]


def fingerprint_of(operation: str, body: Any) -> str:
    """What makes two POSTs the same: what they call, and what they send."""
    return hashlib.sha256(operation.encode() + b"\0" + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def once(
    unit: Unit, seal: Seal, project_id: str, key: str, fingerprint: str, answer: Callable[[Unit], Answer]
) -> Answer:
    """Answer as before if this key was used for the same POST, else do the work and remember its answer.

    Raises IdempotencyKeyReused if the key was used for another one. An answer that is a refusal is not remembered.
    """
    since = now() - REMEMBERED_MILLISECONDS
    remembered = stored.find(unit.connection, project_id, key, since)
    if remembered is None:
        fresh = answer(unit)
        stored.forget_before(unit.connection, since)
        sealed = seal.close(as_json(list(fresh)), _about(project_id, key))
        stored.remember(unit.connection, project_id, key, fingerprint, sealed, now())
        return fresh
    if remembered[0] != fingerprint:
        raise IdempotencyKeyReused
    return Answer(*orjson.loads(seal.open(remembered[1], _about(project_id, key))))


def _about(project_id: str, key: str) -> str:
    return f"idempotency {project_id} {key}"
