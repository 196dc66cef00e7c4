"""Requests: what may be done with what was kept."""

from __future__ import annotations

import logging
from typing import Any

from letterbox import deliveries, endpoints, verdicts
from letterbox.errors import NotFound
from letterbox.ids import now
from letterbox.kept import unmasked_of
from letterbox.paging import Page, after_of, cursor_of
from letterbox.representation import as_time, moment_of
from letterbox.sealing import Seal, WrongSecretKey
from letterbox.store import deliveries as stored_deliveries
from letterbox.store import edits, journal, routing
from letterbox.store import requests as stored
from letterbox.store.changes import MoreStored
from letterbox.store.journal import Settlement
from letterbox.store.requests import Filter, Request
from letterbox.store.writer import Connection, Unit

log = logging.getLogger(__name__)

ERASED = "The request was erased."


def erase(unit: Unit, request: Request, who: str) -> None:
    """Forget a request's bytes, headers and query, and what was answered to it. Its tombstone stays in the lists."""
    moment = now()
    unit.announce(MoreStored(stored.erase(unit.connection, request, moment)))
    subject = journal.Subject(request.project_id, request.endpoint_id, request.id)
    journal.record_erasure(unit.connection, subject, who, moment)
    cancelled = stored_deliveries.cancel_of_request(unit.connection, request.id, ERASED, moment)
    stored_deliveries.erase_answers(unit.connection, request.id)
    stored_deliveries.erase_lines(unit.connection, request.id)
    deliveries.tell(unit, cancelled.destination_ids)


def read(connection: Connection, project_id: str, request_id: str) -> Request:
    request = stored.find(connection, project_id, request_id)
    if request is None:
        raise NotFound("There is no such request in this project.")
    return request


def read_body(connection: Connection, project_id: str, request_id: str) -> bytes:
    """The exact bytes; raises NotFound where they were never read."""
    body = stored.body_of(connection, project_id, read(connection, project_id, request_id).id)
    if body is None:
        raise NotFound("The body of this request was not read, so it was not kept; see its causes.")
    return body


def unmasked(request: Request, seal: Seal) -> Request:
    """A request with its credentials as they were sent, for those who may see them.

    Masked as it is, if no key that this service was given opens them.
    """
    if request.credential is None:
        return request
    try:
        headers, query = unmasked_of(request, seal)
    except WrongSecretKey:
        log.error("the credential of %s does not open", request.id)
        return request
    shown = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]
    return request._replace(headers=shown, query=query, credential=None)


def detail(connection: Connection, request: Request) -> dict[str, Any]:
    """A request with the steps of its way in, every verdict that it has had, and where it went on."""
    trail = stored.trail_of(connection, request.project_id, request.id)
    history = _history(connection, request)
    sent = stored_deliveries.of_request(connection, request.id)
    return {
        **shown(request),
        "origin_id": edits.origin_of(connection, request.id),
        "edit_ids": edits.of_origin(connection, request.project_id, request.id),
        "trail": verdicts.steps_of(trail),
        "history": [_shown_settlement(each) for each in history],
        "routing": _routing(connection, request, history),
        "deliveries": [deliveries.shown(delivery) for delivery in sent],
    }


def kept_body(connection: Connection, request: Request) -> bytes | None:
    """The exact bytes; None where they were never read."""
    return stored.body_of(connection, request.project_id, request.id)


def search(
    connection: Connection,
    project_id: str,
    cursor: str | None,
    limit: int,
    *,
    endpoint: str | None = None,
    received_after: str | None = None,
    received_before: str | None = None,
    **wanted: str | None,
) -> Page[Request]:
    """A page of the project's requests, newest first; `wanted` are the other properties of Filter.

    It may hold fewer than `limit`, even none, and still have a next cursor: each page looks at a bounded number.
    """
    if endpoint is not None:
        wanted["endpoint_id"] = endpoints.read(connection, project_id, endpoint).id
    times = {"received_after": moment_of(received_after), "received_before": moment_of(received_before)}
    wished = Filter(**wanted, **times)  # type: ignore[arg-type] # the specification names them
    found, last = stored.page_of(connection, project_id, wished, after=after_of(cursor, "req"), limit=limit)
    return found, cursor_of(last)


def _history(connection: Connection, request: Request) -> list[Settlement]:
    found = journal.history_of(connection, request.id)
    if not found:  # accepted, and nobody has touched it since
        found = [Settlement(request.verdict, request.contract_version, None, request.received_at)]
    return found


def _shown_settlement(each: Settlement) -> dict[str, Any]:
    return {"verdict": each.verdict, "contract_version": each.contract_version, "by": each.who, "at": as_time(each.at)}


def _routing(connection: Connection, request: Request, history: list[Settlement]) -> dict[str, Any]:
    """Whether its subscriptions were asked, and why some of them did not take it."""
    if request.verdict != routing.ACCEPTED:
        return {"routed": False, "notes": []}
    notes = stored_deliveries.notes_of(connection, request.id)
    is_routed = notes is not None or routing.is_routed(connection, request.id, history[-1].at)
    return {"routed": is_routed, "notes": notes or []}


def shown(request: Request) -> dict[str, Any]:
    times = {
        "received_at": as_time(request.received_at),
        "erased_at": None if request.erased_at is None else as_time(request.erased_at),
    }
    return {name: getattr(request, name) for name in SHOWN} | times | {"is_masked": request.credential is not None}


TIMES = ("received_at", "erased_at")
SHOWN = tuple(name for name in stored.FIELDS if name not in ("project_id", "credential", *TIMES))
