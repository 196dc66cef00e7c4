"""Settling: requests that are kept get another verdict, and what it was before stays in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, func, select, update

from letterbox.store import dedupe, journal, usage
from letterbox.store.dedupe import Asking, Claim, Duplicate, trail_of_duplicate
from letterbox.store.journal import Subject
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
    headers: list[list[str]] | None = None  # these three together: as masked now, and what is masked, sealed
    query: str = ""
    credential: bytes | None = None
    claim: Claim | None = None


class Outcome(NamedTuple):
    """What a request has become, and how many bytes more its project keeps."""

    verdict: str
    more: dict[str, int]


def settle(
    connection: Connection, askings: Sequence[tuple[Request, Settled]], who: str, at: int
) -> list[Outcome | None]:
    """Give requests other verdicts; None for each that somebody else has settled meanwhile, or erased.

    Their keys of `dedupe` are taken all at once and in one order, so that two processes do not wait in a ring.
    """
    sizes = [_locked(connection, found) for found, _ in askings]
    held = _held(connection, [asking for asking, size in zip(askings, sizes, strict=True) if size is not None], at)
    return [
        None if size is None else _settle(connection, found, settled, size, held.get(found.id), who, at)
        for (found, settled), size in zip(askings, sizes, strict=True)
    ]


def _locked(connection: Connection, found: Request) -> int | None:
    """How many bytes a request keeps; None if it is not as it was found. It stays so until the transaction ends."""
    size = func.coalesce(func.length(request.c.body), 0)
    query = select(size).where(_this(found), request.c.verdict == found.verdict, request.c.erased_at.is_(None))
    return connection.execute(query.with_for_update()).scalar()


def _held(connection: Connection, askings: Sequence[tuple[Request, Settled]], at: int) -> dict[str, Duplicate]:
    """Those of the requests whose key another one holds, by their id."""
    claiming = [
        Asking(found.project_id, found.id, at, settled.claim) for found, settled in askings if settled.claim is not None
    ]
    duplicates = dedupe.settled(connection, claiming)
    pairs = zip(claiming, duplicates, strict=True)
    return {asking.request_id: duplicate for asking, duplicate in pairs if duplicate is not None}


def _settle(
    connection: Connection, found: Request, settled: Settled, size: int, duplicate: Duplicate | None, who: str, at: int
) -> Outcome:
    if duplicate is not None:
        settled = _as_duplicate(settled, duplicate)
    verdict = settled.verdict
    connection.execute(update(request).where(_this(found)).values(verdict=verdict, **_values(settled)))
    endpoint_id = settled.endpoint_id or found.endpoint_id
    subject = Subject(found.project_id, endpoint_id, found.id)
    journal.record_settlement(connection, verdict, subject, who, settled.contract_version, at)
    change = size * ((verdict in COUNTED) - (found.verdict in COUNTED))
    more = usage.add(connection, {(found.project_id, endpoint_id): change}) if change and endpoint_id else {}
    return Outcome(verdict, more)


def _as_duplicate(settled: Settled, duplicate: Duplicate) -> Settled:
    trail = None if settled.trail is None else trail_of_duplicate(settled.trail, duplicate)
    return replace(settled, verdict=dedupe.DUPLICATE, causes=(), trail=trail)


def _this(found: Request) -> ColumnElement[bool]:
    return (request.c.project_id == found.project_id) & (request.c.id == found.id)


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
    if settled.headers is not None:
        values["headers"] = orjson.dumps(settled.headers).decode()
        values |= {"query": settled.query, "credential": settled.credential}
    return values
