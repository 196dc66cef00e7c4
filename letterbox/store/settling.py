"""Settling: requests that are kept get another verdict, and what it was before stays in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, update

from letterbox.store import dedupe, journal, usage
from letterbox.store.dedupe import Asking, Claim
from letterbox.store.requests import COUNTED, Request
from letterbox.store.tables import request


@dataclass(frozen=True, slots=True)
class Settled:
    """What a request becomes. What is None stays as it is, but for the contract's version and the event type."""

    verdict: str
    causes: tuple[str, ...] = ()
    violations: tuple[Any, ...] = ()
    contract_version: int | None = None
    event_type: str | None = None
    endpoint_id: str | None = None
    path_parameters: dict[str, str] | None = None
    trail: str | None = None
    claim: Claim | None = None


def settle(connection: Connection, found: Request, settled: Settled, who: str, at: int) -> dict[str, int] | None:
    """Give a request another verdict, unless somebody else has meanwhile (None then).

    Returns how many bytes more its project keeps.
    """
    verdict, now = settled.verdict, request.c.verdict == found.verdict
    this = (request.c.project_id == found.project_id) & (request.c.id == found.id) & request.c.erased_at.is_(None)
    size = connection.execute(select(func.length(request.c.body)).where(this, now).with_for_update()).first()
    if size is None:
        return None
    if settled.claim is not None and _is_held(connection, found, settled.claim, at):
        verdict = "duplicate"
    connection.execute(update(request).where(this).values(verdict=verdict, **_values(settled)))
    journal.record_settlement(connection, verdict, found.project_id, found.id, who, settled.contract_version, at)
    endpoint_id = settled.endpoint_id or found.endpoint_id
    change = (size[0] or 0) * ((verdict in COUNTED) - (found.verdict in COUNTED))
    return usage.add(connection, {(found.project_id, endpoint_id): change}) if change and endpoint_id else {}


def _is_held(connection: Connection, found: Request, claim: Claim, at: int) -> bool:
    """Whether another request holds the key; if not, this one does now."""
    return dedupe.settled(connection, [Asking(found.project_id, found.id, at, claim)])[0] is not None


def _values(settled: Settled) -> dict[str, Any]:
    values: dict[str, Any] = {
        "causes": orjson.dumps(settled.causes).decode(),
        "violations": orjson.dumps(settled.violations).decode(),
        "contract_version": settled.contract_version,
        "event_type": settled.event_type,
    }
    if settled.endpoint_id is not None:
        values["endpoint_id"] = settled.endpoint_id
    if settled.path_parameters is not None:
        values["path_parameters"] = orjson.dumps(settled.path_parameters).decode()
    if settled.trail is not None:
        values["trail"] = settled.trail
    return values
